import type { Dispatcher } from 'undici';
import type { Answer, AnswerEnd } from '../core/call.ts';
import type { Codec, UpstreamBody } from '../core/codec.ts';
import { cancelled, GatewayError } from '../core/gateway-error.ts';
import type { ModelEvent, ModelUsage, ServedBy } from '../core/model-event.ts';
import type { Target } from '../core/provider-strategy.ts';
import { createAnswerQueue } from './answer-queue.ts';
import { createStreamReader, createWholeReader } from './answer-reader.ts';
import type { AnswerReader, WireWish } from './answer-reader.ts';
import type { TimeBounds } from './phase-timer.ts';
import { servedByOf } from './served-by.ts';
import { isWebPage, webPageError } from './upstream-error.ts';
import { openLine } from './upstream-line.ts';
import type { LineHeaders } from './upstream-line.ts';
import type { UpstreamAddresses } from './upstream-addresses.ts';

/** In which header a Parley gateway says whether it records an answer, and whether this one is a replay. */
export const recordingHeader = 'x-parley-recording';

export interface HttpAttempt {
  readonly codec: Codec;
  readonly target: Target;
  readonly upstream: UpstreamBody;
  /** The answer is wanted in the upstream's own bytes. */
  readonly wire?: (WireWish & { readonly isStream: boolean }) | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly signal: AbortSignal;
  readonly bounds?: TimeBounds | undefined;
  /** Resolve with the first content, or already with the first event of any kind. */
  readonly resolvesWith: 'content' | 'any';
  /** Told at the end how many frames could not be read. */
  readonly onMalformed?: ((count: number) => void) | undefined;
}

export interface HttpPorts {
  readonly dispatcher: Dispatcher;
  readonly addresses: UpstreamAddresses;
}

const highWaterMark = 64 * 1024;
const errorBodyLimit = 256 * 1024;

/**
 * Asks one target over HTTP. Rejects with the `GatewayError` of everything that fails before the first content;
 * lifecycle events wait for it. Nothing is read faster than the answer's reader takes it.
 */
export function openHttpAnswer({ dispatcher, addresses }: HttpPorts, attempt: HttpAttempt): Promise<Answer> {
  const { codec, target, upstream, signal } = attempt;
  const result = Promise.withResolvers<Answer>();
  const over = Promise.withResolvers<AnswerEnd>();
  const queue = createAnswerQueue({
    taken: (waiting) => waiting < highWaterMark && line.resume(),
    left: () => line.close(cancelled()),
  });
  let reader: AnswerReader | undefined;
  let refused: { status: number; headers: LineHeaders; chunks: Buffer[]; length: number } | undefined;
  let recording: 'new' | 'replayed' | undefined;
  let served: ServedBy | undefined;
  let isAnswering = false;
  let isFlowing = false;
  let patience: number | undefined;

  function begin(): void {
    if (isAnswering) return;
    isAnswering = true;
    const said = { ...(recording === undefined ? {} : { recording }), ...(served === undefined ? {} : { served }) };
    result.resolve({ target, batches: queue.batches, ended: over.promise, ...said });
  }

  function refuse(error: GatewayError): void {
    result.reject(error);
    line.close(error);
  }

  function readChunk(held: AnswerReader, chunk: Buffer): void {
    const wasFlowing = isFlowing;
    const events = held.push(chunk);
    queue.push(events, chunk.length);
    if (!isAnswering && (held.hasContent || (attempt.resolvesWith === 'any' && events.length > 0))) begin();
    isFlowing ||= held.hasContent || held.isWhole;
    if (isFlowing !== wasFlowing || held.patience !== patience) {
      ({ patience } = held);
      line.contentSeen(patience);
    }
    if (held.isOver) line.close(cancelled());
    else if (isAnswering && queue.waiting >= highWaterMark) line.pause();
  }

  function finish(held: AnswerReader, fault: GatewayError | undefined): void {
    const events = ended(held, held.isOver ? undefined : fault);
    attempt.onMalformed?.(held.malformed);
    const last = events.at(-1);
    if (!isAnswering && last?.type === 'failure') {
      result.reject(last.error);
      return;
    }
    queue.push(events, 0);
    queue.end();
    begin();
    over.resolve(endOf(events));
  }

  const headers = { ...target.headers, ...upstream.headers, 'accept-encoding': 'identity' };
  const address = addresses.of(target.baseUrl, upstream.path);
  const line = openLine(
    dispatcher,
    {
      origin: address.origin,
      path: address.path,
      method: 'POST',
      body: upstream.body,
      headers: withCredentials(attempt, headers),
      provider: target.provider,
      timeouts: target.timeouts,
      bounds: attempt.bounds,
    },
    signal,
    {
      headers(status, received) {
        const encoding = received['content-encoding'] ?? 'identity';
        const contentType = String(received['content-type'] ?? '');
        if (encoding !== 'identity') refuse(compressed(target, status));
        else if (status !== 200) refused = { status, headers: received, chunks: [], length: 0 };
        else if (isWebPage(contentType, '')) refuse(webPageError({ status }, target));
        else {
          recording = recordingOf(received);
          served = servedByOf(received);
          reader = createReader(attempt, contentType, recording);
        }
      },
      bytes(chunk) {
        if (reader) {
          try {
            readChunk(reader, chunk);
          } catch (error) {
            line.close(error instanceof GatewayError ? error : internal(error));
          }
        } else if (refused) {
          line.contentSeen();
          refused.chunks.push(chunk);
          refused.length += chunk.length;
          if (refused.length > errorBodyLimit) line.close(cancelled());
        }
      },
      ended(fault) {
        if (reader) finish(reader, fault);
        else if (refused && !signal.aborted) {
          const text = Buffer.concat(refused.chunks).subarray(0, errorBodyLimit).toString('utf8');
          result.reject(codec.toError({ status: refused.status, headers: refused.headers, text }, target));
        } else result.reject(fault ?? new GatewayError('network', { message: `${target.provider} said nothing.` }));
      },
    },
  );
  return result.promise;
}

function createReader(
  { codec, target, wire }: HttpAttempt,
  contentType: string,
  recording: 'new' | 'replayed' | undefined,
): AnswerReader {
  const isWhole = contentType.includes('application/json');
  // Bytes are only those of the client's dialect if they are in the form it asked for.
  const wish = wire !== undefined && wire.isStream !== isWhole ? wire : undefined;
  const options = { codec, target, recording, wire: wish };
  return isWhole ? createWholeReader(options) : createStreamReader(options);
}

function endOf(events: readonly ModelEvent[]): AnswerEnd {
  const end: { error?: GatewayError; usage?: ModelUsage } = {};
  for (const event of events) {
    if (event.type === 'usage') end.usage = event.usage;
    else if (event.type === 'failure') end.error = event.error;
  }
  return end;
}

/** What a fault of the transport means in the middle of an answer: a lost connection is a cut. */
function ended(reader: AnswerReader, fault: GatewayError | undefined): ModelEvent[] {
  const isCut = fault?.code === 'network' && !reader.isWhole;
  try {
    return reader.end(isCut ? new GatewayError('stream-cut', { message: fault.message, cause: fault }) : fault);
  } catch (error) {
    return [{ type: 'failure', error: error instanceof GatewayError ? error : internal(error) }];
  }
}

function withCredentials(
  { codec, target, upstream, idempotencyKey }: HttpAttempt,
  headers: Record<string, string>,
): Record<string, string> {
  headers['content-type'] ??= 'application/json';
  headers['accept'] ??= 'text/event-stream, application/json';
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  const { apiKey, keyHeader } = target;
  if (apiKey !== undefined && keyHeader !== undefined) {
    headers[keyHeader] = keyHeader === 'authorization' ? `Bearer ${apiKey}` : apiKey;
  } else if (codec.authorize) {
    const url = new URL(target.baseUrl + upstream.path);
    return { ...headers, ...codec.authorize({ method: 'POST', url, body: upstream.body, headers, target }) };
  } else if (apiKey !== undefined) headers['authorization'] = `Bearer ${apiKey}`;
  return headers;
}

function recordingOf(headers: LineHeaders): 'new' | 'replayed' | undefined {
  const said = headers[recordingHeader];
  return said === 'new' || said === 'replayed' ? said : undefined;
}

function compressed({ provider }: Target, status: number): GatewayError {
  return new GatewayError('stream-malformed', {
    message: `${provider} answered compressed, although it was asked not to. A proxy before it may do that.`,
    upstreamStatus: status,
  });
}

function internal(cause: unknown): GatewayError {
  return new GatewayError('internal', { message: 'Something went wrong inside the gateway.', cause });
}

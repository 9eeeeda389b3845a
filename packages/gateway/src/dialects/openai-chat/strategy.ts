import type { Dispatcher } from 'undici';
import { cancelled, GatewayError, toGatewayError } from '../../core/gateway-error.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import type { ProviderStrategy, Target } from '../../core/provider-strategy.ts';
import { createDispatcher } from '../../transport/create-dispatcher.ts';
import { callUpstream, readText } from '../../transport/upstream-call.ts';
import type { UpstreamAnswer } from '../../transport/upstream-call.ts';
import { createChatDecoder } from './from-stream.ts';
import type { ChatDecoder } from './from-stream.ts';
import { createSseScanner } from './sse-scanner.ts';
import { toChatRequest } from './to-request.ts';
import { isWebPage, upstreamError, webPageError } from './upstream-error.ts';

export interface OpenAiChatOptions {
  /** Carries the calls. Without one, connections live as long as the strategy is in use and idle for seconds. */
  readonly dispatcher?: Dispatcher;
}

/** How long the usage may be late once a finish reason has come, in milliseconds. */
export const usagePatience = 5000;
/** How long the end of input may be late after `[DONE]`, in milliseconds. */
export const endPatience = 1000;
const errorBodyLimit = 256 * 1024;
const wholeAnswerLimit = 32 * 1024 * 1024;

/**
 * Speaks OpenAI's chat completions (https://platform.openai.com/docs/api-reference/chat), as its many imitators do.
 * Errors before the first event are thrown; later ones end the stream as `failure`. A server that answers in one piece
 * although a stream was asked for is read as well.
 */
export function createOpenAiChatStrategy({
  dispatcher = createDispatcher(),
}: OpenAiChatOptions = {}): ProviderStrategy {
  return {
    dialect: 'openai-chat',
    async *stream(request, target, signal) {
      const answer = await openChatStream(dispatcher, target, JSON.stringify(toChatRequest(request, target)), {
        signal,
        ...(request.idempotencyKey === undefined ? {} : { idempotencyKey: request.idempotencyKey }),
      });
      const decoder = createChatDecoder({
        provider: target.provider,
        model: target.model,
        secrets: target.apiKey === undefined ? [] : [target.apiKey],
        recording: recordingOf(answer),
      });
      let started = false;
      for await (const event of decodeAnswer(answer, decoder, signal)) {
        if (event.type === 'failure' && !started) throw event.error;
        started = true;
        yield event;
      }
    },
    cancel: (idempotencyKey, target, signal) => cancelRecording(dispatcher, target, idempotencyKey, signal),
  };
}

/** The header in which a Parley gateway says whether it records an answer, and whether this one is a replay. */
export const recordingHeader = 'x-parley-recording';

function recordingOf({ headers }: UpstreamAnswer): 'new' | 'replayed' | undefined {
  const said = headers[recordingHeader];
  return said === 'new' || said === 'replayed' ? said : undefined;
}

async function cancelRecording(dispatcher: Dispatcher, target: Target, key: string, signal: AbortSignal) {
  const path = `/chat/completions/${encodeURIComponent(key)}`;
  const answer = await callUpstream(dispatcher, { target, method: 'DELETE', path }, signal);
  const text = await readText(answer, errorBodyLimit, 'cut');
  // What is not there needs no end.
  if (answer.status < 300 || answer.status === 404) return;
  throw upstreamError({ status: answer.status, headers: answer.headers, text }, target);
}

export interface ChatCallOptions {
  readonly signal: AbortSignal;
  readonly idempotencyKey?: string;
}

/** Posts a chat completion body and resolves with an answer that is not an error, or rejects with the `GatewayError`. */
export async function openChatStream(
  dispatcher: Dispatcher,
  target: Target,
  body: string | Uint8Array,
  { signal, idempotencyKey }: ChatCallOptions,
): Promise<UpstreamAnswer> {
  const answer = await callUpstream(
    dispatcher,
    {
      target,
      method: 'POST',
      path: '/chat/completions',
      body,
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream, application/json',
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
    },
    signal,
  );
  const contentType = String(answer.headers['content-type'] ?? '');
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    answer.discard();
    throw new GatewayError('stream-malformed', {
      message: `${target.provider} answered compressed, although it was asked not to. A proxy before it may do that.`,
      upstreamStatus: answer.status,
    });
  }
  if (answer.status === 200 && !isWebPage(contentType, '')) return answer;
  const text = await readText(answer, errorBodyLimit, 'cut');
  if (answer.status === 200) throw webPageError(answer, target);
  throw upstreamError({ status: answer.status, headers: answer.headers, text }, target);
}

/** Whether an answer came in one piece instead of as a stream. */
export function isWholeAnswer(answer: UpstreamAnswer): boolean {
  return String(answer.headers['content-type'] ?? '').includes('application/json');
}

/** The model events of an answer to the end; the last one is `finish` or `failure`. Leaving early closes the socket. */
export async function* decodeAnswer(
  answer: UpstreamAnswer,
  decoder: ChatDecoder,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent, void, undefined> {
  let fault: GatewayError | undefined;
  try {
    if (isWholeAnswer(answer)) {
      const data = await readText(answer, wholeAnswerLimit, 'refuse');
      yield* decoder.push({ raw: Buffer.alloc(0), data, isComplete: true }).events;
    } else {
      const scanner = createSseScanner();
      reading: for await (const chunk of answer.body) {
        for (const event of scanner.push(chunk)) {
          const { verdict, events } = decoder.push(event);
          if (verdict === 'content') answer.contentSeen(decoder.hasFinished ? usagePatience : undefined);
          yield* events;
          if (verdict === 'failure') break reading;
          // Read on to the end of input, so that the connection can be used again.
          if (verdict === 'done') answer.contentSeen(endPatience);
        }
      }
      for (const event of scanner.end()) yield* decoder.push(event).events;
    }
  } catch (error) {
    fault = streamFault(error, signal);
  }
  yield* decoder.end(fault);
}

/** What a fault of the transport means in the middle of an answer: a lost connection is a cut. */
export function streamFault(thrown: unknown, signal: AbortSignal): GatewayError {
  if (signal.aborted) return cancelled(thrown);
  const fault = toGatewayError(thrown);
  return fault.code === 'network' ? new GatewayError('stream-cut', { message: fault.message, cause: fault }) : fault;
}

import type { Dispatcher } from 'undici';
import { cancelled, GatewayError } from '../core/gateway-error.ts';
import type { Target } from '../core/provider-strategy.ts';
import { keyHeaders } from '../dialects/key-headers.ts';
import { openLine } from './upstream-line.ts';

export interface UpstreamRequest {
  readonly target: Target;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the target's base URL, such as `/models`. */
  readonly path: string;
  readonly body?: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /**
   * The body, once. Reading slowly pauses the upstream socket; leaving the loop closes it. Throws the `GatewayError`
   * that ended the body early.
   */
  readonly body: AsyncIterable<Buffer>;
  /** Tells that the answer has begun: from now on only silence counts as a timeout, no longer than `idle` ms. */
  contentSeen(idle?: number): void;
  /** Frees the socket when nobody will read the body. */
  discard(): void;
}

const highWaterMark = 64 * 1024;

/**
 * Sends one request and resolves with its headers. The waits of `target.timeouts` start afresh with every call.
 * Rejects with a `GatewayError`: `network`, `timeout` or `cancelled`. Aborting `signal` closes the socket at any time.
 */
export function callUpstream(
  dispatcher: Dispatcher,
  request: UpstreamRequest,
  signal: AbortSignal,
): Promise<UpstreamAnswer> {
  const { target, method, body, headers } = request;
  const url = new URL(target.baseUrl + request.path);
  const answer = Promise.withResolvers<UpstreamAnswer>();
  const queue: Buffer[] = [];
  let queuedBytes = 0;
  let outcome: GatewayError | 'ended' | undefined;
  let wake: (() => void) | undefined;

  async function* readBody(): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (;;) {
        const chunk = queue.shift();
        if (chunk) {
          queuedBytes -= chunk.length;
          if (queuedBytes < highWaterMark) line.resume();
          yield chunk;
        } else if (outcome === 'ended') return;
        else if (outcome) throw outcome;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      line.close(cancelled());
    }
  }

  const line = openLine(
    dispatcher,
    {
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      body,
      headers: { ...target.headers, ...keyHeaders(target, 'authorization'), ...headers, 'accept-encoding': 'identity' },
      provider: target.provider,
      timeouts: target.timeouts,
    },
    signal,
    {
      headers: (status, received) =>
        answer.resolve({
          status,
          headers: received,
          body: readBody(),
          contentSeen: (idle) => line.contentSeen(idle),
          discard: () => line.close(cancelled()),
        }),
      bytes(chunk) {
        queue.push(chunk);
        queuedBytes += chunk.length;
        if (queuedBytes >= highWaterMark) line.pause();
        wake?.();
      },
      ended(fault) {
        outcome = fault ?? 'ended';
        if (fault) answer.reject(fault);
        wake?.();
      },
    },
  );
  return answer.promise;
}

/** The whole body as text, up to `limit` bytes; what is beyond is not read when `beyond` is `cut`, else it throws. */
export async function readText(answer: UpstreamAnswer, limit: number, beyond: 'cut' | 'refuse'): Promise<string> {
  return (await readBytes(answer, limit, beyond)).toString('utf8');
}

/** The whole body, bounded like `readText`. */
async function readBytes(answer: UpstreamAnswer, limit: number, beyond: 'cut' | 'refuse'): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer.body) {
    answer.contentSeen();
    chunks.push(chunk);
    length += chunk.length;
    if (length <= limit) continue;
    if (beyond === 'cut') break;
    throw new GatewayError('upstream-error', { message: 'The provider sent an answer that is too large.' });
  }
  return Buffer.concat(chunks).subarray(0, limit);
}

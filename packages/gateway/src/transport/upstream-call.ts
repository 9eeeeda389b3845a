import type { Dispatcher } from 'undici';
import { cancelled, GatewayError, toGatewayError } from '../core/gateway-error.ts';
import type { Target } from '../core/provider-strategy.ts';
import { createPhaseTimer } from './phase-timer.ts';

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
  const { target } = request;
  const url = new URL(target.baseUrl + request.path);
  const answer = Promise.withResolvers<UpstreamAnswer>();
  const queue: Buffer[] = [];
  let queuedBytes = 0;
  let controller: Dispatcher.DispatchController | undefined;
  let outcome: GatewayError | 'ended' | undefined;
  let wake: (() => void) | undefined;

  const timer = createPhaseTimer(target.timeouts, (phase) =>
    settle(new GatewayError('timeout', { message: `${target.provider} ${silences[phase]}.` })),
  );

  function settle(end: GatewayError | 'ended'): void {
    if (outcome !== undefined) return;
    outcome = end;
    timer.stop();
    signal.removeEventListener('abort', giveUp);
    if (end !== 'ended') {
      answer.reject(end);
      controller?.abort(end);
    }
    wake?.();
  }
  const giveUp = (): void => settle(cancelled(signal.reason));

  async function* readBody(): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (;;) {
        const chunk = queue.shift();
        if (chunk) {
          queuedBytes -= chunk.length;
          if (controller?.paused && queuedBytes < highWaterMark && outcome === undefined) {
            controller.resume();
            timer.resume();
          }
          yield chunk;
        } else if (outcome === 'ended') return;
        else if (outcome) throw outcome;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      settle(cancelled());
    }
  }

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started;
      if (outcome !== undefined) started.abort(outcome === 'ended' ? cancelled() : outcome);
      else timer.enter('headers');
    },
    onResponseStart(_controller, status, headers) {
      if (status < 200 || outcome !== undefined) return;
      timer.enter('content');
      answer.resolve({
        status,
        headers,
        body: readBody(),
        contentSeen: (idle) => timer.enter('idle', idle),
        discard: giveUp,
      });
    },
    onResponseData(running, chunk) {
      if (outcome !== undefined) return;
      timer.touch();
      queue.push(chunk);
      queuedBytes += chunk.length;
      if (queuedBytes >= highWaterMark) {
        running.pause();
        timer.pause();
      }
      wake?.();
    },
    onResponseEnd: () => settle('ended'),
    onResponseError: (_controller, error) => settle(networkError(error, target)),
  };

  if (signal.aborted) return Promise.reject(cancelled(signal.reason));
  signal.addEventListener('abort', giveUp, { once: true });
  timer.enter('connect');
  try {
    dispatcher.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method,
        body: request.body ?? null,
        headers: { ...target.headers, ...credentials(target), ...request.headers, 'accept-encoding': 'identity' },
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      handler,
    );
  } catch (error) {
    settle(networkError(error, target));
  }
  return answer.promise;
}

/** The whole body as text, up to `limit` bytes; what is beyond is not read when `beyond` is `cut`, else it throws. */
export async function readText(answer: UpstreamAnswer, limit: number, beyond: 'cut' | 'refuse'): Promise<string> {
  return (await readBytes(answer, limit, beyond)).toString('utf8');
}

/** The whole body, bounded like `readText`. */
export async function readBytes(answer: UpstreamAnswer, limit: number, beyond: 'cut' | 'refuse'): Promise<Buffer> {
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

const silences = {
  connect: 'could not be reached in time',
  headers: 'accepted the request but did not answer in time',
  content: 'began to answer but sent no content in time',
  idle: 'stopped sending in the middle of the answer',
} as const;

function credentials(target: Target): Record<string, string> {
  return target.apiKey === undefined ? {} : { authorization: `Bearer ${target.apiKey}` };
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection. Is it running?',
  ENOTFOUND: 'has an address that does not exist: check its base URL.',
  EAI_AGAIN: 'has an address that could not be looked up.',
  ECONNRESET: 'closed the connection.',
  UND_ERR_SOCKET: 'closed the connection.',
  UND_ERR_CONNECT_TIMEOUT: 'could not be reached in time.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'does not speak HTTPS there: its base URL may have to begin with http://.',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'does not speak HTTPS there: its base URL may have to begin with http://.',
};

function reasonOf(error: unknown, code: string): string {
  // undici gives this one no code of its own.
  if (error instanceof Error && error.name === 'HTTPParserError') {
    return 'did not answer in HTTP: check the host and port of its base URL.';
  }
  if (code.includes('CERT')) return 'has a certificate that cannot be trusted.';
  return reasons[code] ?? 'could not be reached.';
}

function networkError(error: unknown, target: Target): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = codeOf(error);
  if (code === 'UND_ERR_INVALID_ARG') return toGatewayError(error);
  const timedOut = code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT';
  return new GatewayError(timedOut ? 'timeout' : 'network', {
    message: `${target.provider} ${reasonOf(error, code)}`,
    cause: error,
  });
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

import type { Dispatcher } from 'undici';
import { cancelled, GatewayError, toGatewayError } from '../core/gateway-error.ts';
import type { Timeouts } from '../core/provider-strategy.ts';
import { networkError } from './network-error.ts';
import { createPhaseTimer } from './phase-timer.ts';
import type { TimeBounds } from './phase-timer.ts';

export interface LineRequest {
  /** Such as `https://api.openai.com`. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly body?: Uint8Array | string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Name of the provider in messages. */
  readonly provider: string;
  readonly timeouts: Timeouts;
  /** Moments that no wait goes beyond. */
  readonly bounds?: TimeBounds | undefined;
}

export type LineHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Who hears what comes over a line. Nothing is told after `ended`. */
export interface LineListener {
  headers(status: number, headers: LineHeaders): void;
  /** What came with one read of the socket, however many pieces it was in. */
  bytes(chunk: Buffer): void;
  /** Told exactly once; `fault` is absent when the body came to its own end. */
  ended(fault: GatewayError | undefined): void;
}

/** One HTTP exchange with an upstream. */
export interface UpstreamLine {
  /** Stops and starts the upstream socket, and the clock with it. Harmless when repeated. */
  pause(): void;
  resume(): void;
  /** Tells that the answer has begun: from now on only silence counts as a timeout, no longer than `idle` ms. */
  contentSeen(idle?: number): void;
  /** Hangs up, unless the line has ended. */
  close(fault: GatewayError): void;
}

const settled = Promise.resolve();

/**
 * Sends one request. What comes is told to `listener` as it comes off the socket, without a promise in between. Faults
 * are `network`, `timeout` and `cancelled`. Aborting `signal` closes the socket at any time, also while it is paused.
 */
export function openLine(
  dispatcher: Dispatcher,
  request: LineRequest,
  signal: AbortSignal,
  listener: LineListener,
): UpstreamLine {
  let controller: Dispatcher.DispatchController | undefined;
  let closedBy: GatewayError | undefined;
  let isOver = false;
  let pieces: Buffer[] = [];

  const timer = createPhaseTimer(
    request.timeouts,
    (phase) => close(new GatewayError('timeout', { message: `${request.provider} ${silences[phase]}.` })),
    request.bounds,
  );

  function deliver(): void {
    const [first] = pieces;
    if (first === undefined || isOver) return;
    const chunk = pieces.length === 1 ? first : Buffer.concat(pieces);
    pieces = [];
    timer.touch();
    listener.bytes(chunk);
  }

  function end(fault: GatewayError | undefined): void {
    deliver();
    if (isOver) return;
    isOver = true;
    timer.stop();
    signal.removeEventListener('abort', giveUp);
    listener.ended(fault);
  }

  function close(fault: GatewayError): void {
    if (isOver) return;
    closedBy = fault;
    controller?.abort(fault);
    end(fault);
  }

  const giveUp = (): void => close(signal.reason instanceof GatewayError ? signal.reason : cancelled(signal.reason));

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started;
      if (closedBy) started.abort(closedBy);
      else timer.enter('headers');
    },
    onResponseStart(_controller, status, headers) {
      if (status < 200 || isOver) return;
      timer.enter('content');
      listener.headers(status, headers);
    },
    onResponseData(_controller, chunk) {
      if (isOver) return;
      // The parser gives all pieces of one read before any microtask runs. A microtask of Node's own costs several of these.
      if (pieces.push(chunk) === 1) void settled.then(deliver);
    },
    onResponseEnd: () => end(undefined),
    onResponseError: (_controller, error) => end(networkError(error, request.provider)),
  };

  const line: UpstreamLine = {
    pause() {
      if (isOver) return;
      controller?.pause();
      timer.pause();
    },
    resume() {
      if (isOver || controller?.paused !== true) return;
      controller.resume();
      timer.resume();
    },
    contentSeen: (idle) => timer.enter('idle', idle),
    close,
  };

  if (signal.aborted) {
    giveUp();
    return line;
  }
  signal.addEventListener('abort', giveUp);
  timer.enter('connect');
  try {
    dispatcher.dispatch(
      {
        origin: request.origin,
        path: request.path,
        method: request.method,
        body: request.body ?? null,
        headers: request.headers,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      handler,
    );
  } catch (error) {
    close(error instanceof GatewayError ? error : toGatewayError(error));
  }
  return line;
}

const silences = {
  connect: 'could not be reached in time',
  headers: 'accepted the request but did not answer in time',
  content: 'began to answer but sent no content in time',
  idle: 'stopped sending in the middle of the answer',
} as const;

import type { GatewayError } from '../core/gateway-error.ts';

/** Where the one who makes a streamed call puts the server-sent events of its answer. */
export interface AnswerSink {
  /** Takes whole events; the first ones take the headers with them. A promise means: wait, there is no room for more. */
  write(bytes: string | Uint8Array): Promise<void> | undefined;
  /** Ends without an end marker: an error response if nothing was sent, else `frame`, an error event. */
  fail(error: GatewayError, frame: string): void;
  end(): void;
}

/** A sink that is opened once there is something to put in, and the signal that ends the call behind it. */
export interface Outlet {
  readonly signal: AbortSignal;
  open(): AnswerSink;
}

import type { Call } from './call.ts';
import type { ClientDialect } from './face.ts';
import type { GatewayError } from './gateway-error.ts';
import type { ModelUsage } from './model-event.ts';

/** How a call went, once it is over: whole, failed, or left by its client. */
export interface CallOutcome {
  /** The HTTP status that was answered; 499 when the client left before there was one. */
  readonly status: number;
  readonly error?: GatewayError;
  readonly usage?: ModelUsage;
  /** What the caller is charged, in micro-units of a US dollar, where a price is known. */
  readonly microUsd?: number;
  /** Upstream events that were skipped because they could not be read. */
  readonly malformed?: number;
  /** Milliseconds from the request's headers to the end of its answer. */
  readonly durationMs: number;
  /** Milliseconds until the first content was sent; undefined when none was. */
  readonly firstContentMs?: number;
  /** Milliseconds of `durationMs` in which an upstream was waited for. */
  readonly upstreamMs: number;
}

/** Sees every call begin and end: metrics, the log line, telemetry. Must be cheap and must not throw. */
export interface CallObserver {
  began(call: Call, face: ClientDialect | undefined): void;
  ended(call: Call, face: ClientDialect | undefined, outcome: CallOutcome): void;
}

/** One observer that tells all of `observers`. */
export function observeBy(observers: readonly CallObserver[]): CallObserver {
  return {
    began(call, face) {
      for (const observer of observers) observer.began(call, face);
    },
    ended(call, face, outcome) {
      for (const observer of observers) observer.ended(call, face, outcome);
    },
  };
}

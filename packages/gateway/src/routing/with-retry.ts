import type { Caller } from '../core/call.ts';
import type { RetrySettings } from '../core/gateway-config.ts';
import { toGatewayError, treatmentOf } from '../core/gateway-error.ts';
import type { GatewayError } from '../core/gateway-error.ts';
import type { Sleep } from './sleep.ts';

export interface RetryOptions {
  readonly settings: RetrySettings;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** 0 up to, not including, 1. */
  readonly random: () => number;
  readonly sleep: Sleep;
}

/**
 * Tries the same target again where that may help: after the `Retry-After` of a limit (never sooner, up to 15 % later),
 * once after a passing fault. The call's own deadlines stand: what cannot be waited for inside them is not waited for.
 * Rejects with the last error.
 */
export function withRetry(next: Caller, { settings, now, random, sleep }: RetryOptions): Caller {
  return async (call, target, signal) => {
    let passingFaults = 0;
    for (let tries = 1; ; tries += 1) {
      try {
        return await next(call, target, signal);
      } catch (thrown) {
        const error = toGatewayError(thrown);
        if (treatmentOf(error.code).sameTarget === 'once') passingFaults += 1;
        const wait = passingFaults > 1 ? undefined : waitAfter(error, tries, { settings, random });
        if (wait === undefined || signal.aborted || now() + wait >= Math.min(call.startBy, call.deadline)) throw error;
        await sleep(wait, signal);
      }
    }
  };
}

/** Milliseconds to wait before the next try; undefined when there shall be none. */
function waitAfter(
  error: GatewayError,
  tries: number,
  { settings, random }: Pick<RetryOptions, 'settings' | 'random'>,
): number | undefined {
  const { sameTarget } = treatmentOf(error.code);
  if (error.isUnsent || tries >= settings.maxTries) return undefined;
  if (sameTarget !== 'once' && sameTarget !== 'after-wait') return undefined;
  const told = error.retryAfterMs ?? 0;
  if (told > settings.longestWaitMs) return undefined;
  // Only later: who comes back too early is refused again.
  if (told > 0) return told * (1 + 0.15 * random()) + 1;
  const backoff = Math.min(settings.maxDelayMs, settings.initialDelayMs * 2 ** (tries - 1));
  return backoff * (0.5 + 0.5 * random());
}

import type { Caller } from '../core/call.ts';
import type { BreakerSettings } from '../core/gateway-config.ts';
import { GatewayError, toGatewayError, treatmentOf } from '../core/gateway-error.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import { createBoundedRegister } from './bounded-register.ts';
import { createBreaker } from './breaker.ts';
import type { Breaker, BreakerState, Permit } from './breaker.ts';
import { targetIdOf } from './target-id.ts';

export interface BreakerReport {
  readonly target: string;
  readonly state: BreakerState;
  /** Calls and failures in the window. */
  readonly calls: number;
  readonly failures: number;
}

/** A breaker for each target, by its id; they outlive a change of configuration. */
export interface Breakers {
  /** Refuses with `overloaded` what the target's breaker does not let through; other targets may be asked then. */
  wrap(next: Caller): Caller;
  stateOf(targetId: string): BreakerState;
  /** Whether a call would be refused at this moment. */
  isBlocked(targetId: string): boolean;
  list(): readonly BreakerReport[];
  /** Works by these settings from now on; what was counted stays. */
  configure(settings: BreakerSettings): void;
  /** Closes the breaker of one target, or of all. */
  reset(targetId?: string): void;
}

export interface BreakersOptions {
  readonly settings: BreakerSettings;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly log: GatewayLog;
}

/**
 * Counts by `treatmentOf(code).breaker`, also what breaks off in the middle of an answer. A limit counts: by the time
 * it gets here, no key is left. Client faults, filters and clients that leave never count.
 */
export function createBreakers({ settings, now, log }: BreakersOptions): Breakers {
  let current = settings;
  const breakers = createBoundedRegister<Breaker>({
    create: () => createBreaker(() => current, now),
    mayForget: ({ state }) => state === 'closed',
  });

  function judge(permit: Permit, id: string, error: GatewayError): void {
    const breaker = breakers.of(id);
    const before = breaker.state;
    if (error.isUnsent || !speaksAgainstTarget(error)) permit.released();
    else permit.failed();
    if (breaker.state === 'open' && before !== 'open') {
      log.warn(
        { target: id, code: error.code, restMs: Math.round(breaker.restMs()) },
        'target rests: its breaker opened',
      );
    }
  }

  function praise(permit: Permit, id: string): void {
    const breaker = breakers.of(id);
    const before = breaker.state;
    permit.succeeded();
    if (breaker.state !== before) log.info({ target: id }, 'target serves again: its breaker closed');
  }

  function settle(permit: Permit, id: string, error: GatewayError | undefined): void {
    if (error) judge(permit, id, error);
    else if (!permit.isProbe) praise(permit, id);
  }

  return {
    wrap: (next) => async (call, target, signal) => {
      const id = targetIdOf(target);
      const breaker = breakers.of(id);
      const permit = breaker.admit();
      if (!permit) {
        throw new GatewayError('overloaded', {
          message: `${target.provider} failed too often and is not asked at this moment.`,
          retryAfterMs: Math.ceil(breaker.restMs()),
          isUnsent: true,
        });
      }
      try {
        const answer = await next(call, target, signal);
        // A probe must not hold up the next one for as long as its answer lasts.
        if (permit.isProbe) praise(permit, id);
        void answer.ended?.then(({ error }) => settle(permit, id, error));
        return answer;
      } catch (thrown) {
        const error = toGatewayError(thrown);
        judge(permit, id, error);
        throw error;
      }
    },
    stateOf: (id) => breakers.peek(id)?.state ?? 'closed',
    isBlocked: (id) => (breakers.peek(id)?.restMs() ?? 0) > 0,
    list: () => breakers.list().map(([target, breaker]) => ({ target, state: breaker.state, ...breaker.counts() })),
    configure(next) {
      current = next;
    },
    reset(id) {
      if (id === undefined) for (const [, breaker] of breakers.list()) breaker.reset();
      else breakers.peek(id)?.reset();
    },
  };
}

function speaksAgainstTarget({ code }: GatewayError): boolean {
  return treatmentOf(code).breaker === 'yes' || code === 'upstream-limited';
}

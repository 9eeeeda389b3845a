import type { AnswerEnd, Attempt, Caller, Trail } from '../core/call.ts';
import { toGatewayError } from '../core/gateway-error.ts';
import { targetIdOf } from './target-id.ts';

export interface AttemptOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * Writes every try that goes out into the trail, with what became of it. Stands right around the call itself, so that
 * what retry, keys, hedge and fallback do is all there, and what never went out is not.
 */
export function withAttempts(next: Caller, { now }: AttemptOptions): Caller {
  function close(attempt: Attempt, { error, usage }: AnswerEnd): void {
    attempt.durationMs = now() - attempt.startedAt;
    if (usage) attempt.usage = usage;
    if (error && attempt.outcome === 'served') attempt.outcome = error.code;
  }

  return async (call, target, signal) => {
    const id = targetIdOf(target);
    const attempt: Attempt = { target: id, purpose: purposeOf(call.trail, id), startedAt: now() };
    call.trail.attempts.push(attempt);
    try {
      const answer = await next(call, target, signal);
      attempt.outcome ??= 'served';
      attempt.status = 200;
      void answer.ended?.then((end) => close(attempt, end));
      return answer;
    } catch (thrown) {
      const error = toGatewayError(thrown);
      attempt.durationMs = now() - attempt.startedAt;
      attempt.outcome ??= error.code;
      if (error.upstreamStatus !== undefined) attempt.status = error.upstreamStatus;
      throw error;
    }
  };
}

/** A second try while another one runs is a hedge; after somebody has served, a recovery. */
function purposeOf({ attempts, served }: Trail, id: string): Attempt['purpose'] {
  if (served !== undefined) return 'recovery';
  if (attempts.length === 0) return 'first';
  if (attempts.some(({ target }) => target === id)) return 'retry';
  return attempts.some(({ outcome }) => outcome === undefined) ? 'hedge' : 'fallback';
}

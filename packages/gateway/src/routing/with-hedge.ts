import type { Answer, Call, Caller } from '../core/call.ts';
import type { ModelSettings } from '../core/gateway-config.ts';
import { cancelled, toGatewayError } from '../core/gateway-error.ts';
import type { Target } from '../core/provider-strategy.ts';
import type { Breakers } from './breakers.ts';
import type { StartTimer } from './sleep.ts';
import { targetIdOf } from './target-id.ts';
import type { TargetStatistics } from './target-statistics.ts';

export interface HedgedCall {
  readonly call: Call;
  readonly settings: NonNullable<ModelSettings['hedge']>;
  readonly target: Target;
  /** Who is asked too when `target` is slow. */
  readonly other: Target;
  /** Told when `other` is asked: it is used up then. */
  readonly takeOther: () => void;
  readonly signal: AbortSignal;
}

/** Asks one target, and another one too when the first is slow. Rejects with the first one's error when both fail. */
export type Hedge = (hedged: HedgedCall) => Promise<Answer>;

export interface HedgeOptions {
  readonly statistics: Pick<TargetStatistics, 'quantile'>;
  readonly breakers: Pick<Breakers, 'isBlocked'>;
  readonly startTimer: StartTimer;
}

/** How many hedges may be saved up for a bad moment. */
const mostSaved = 10;

/**
 * First content wins, the other one is aborted and marked `discarded` in the trail. Every call saves up `share` of a
 * hedge, so that over any time no more than that share of extra calls is made. Calls whose tools the provider runs
 * itself are never made twice.
 */
export function createHedge(next: Caller, { statistics, breakers, startTimer }: HedgeOptions): Hedge {
  let saved = 0;

  function patienceFor({ call, settings, target }: HedgedCall): number | undefined {
    saved = Math.min(mostSaved, saved + settings.share);
    if (!call.isStream || call.traits().hasHostedTools === true) return undefined;
    const usual = statistics.quantile(targetIdOf(target), settings.quantile);
    return usual === undefined ? undefined : Math.max(usual, settings.minMs);
  }

  /** Whether it settles in time. */
  function isQuick(runner: Runner, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const stop = startTimer(ms, () => resolve(false));
      void runner.settled.then(() => {
        stop();
        return resolve(true);
      });
    });
  }

  return async (hedged) => {
    const { call, target, other, takeOther, signal } = hedged;
    const patience = patienceFor(hedged);
    if (patience === undefined) return next(call, target, signal);

    const first = start(next, call, target, signal);
    if ((await isQuick(first, patience)) || saved < 1 || breakers.isBlocked(targetIdOf(other))) return first.answer;

    saved -= 1;
    takeOther();
    call.trail.reasons.push(`${targetIdOf(target)} is slow, so ${targetIdOf(other)} is asked too.`);
    return race(call, first, start(next, call, other, signal));
  };
}

interface Runner {
  readonly target: Target;
  readonly answer: Promise<Answer>;
  /** Resolves when `answer` has resolved or rejected. */
  readonly settled: Promise<Runner>;
  readonly abort: () => void;
}

function start(next: Caller, call: Call, target: Target, signal: AbortSignal): Runner {
  const own = new AbortController();
  // Lighter than a signal made of two, and both live no longer than the request.
  if (signal.aborted) own.abort(signal.reason);
  else signal.addEventListener('abort', () => own.abort(signal.reason), { once: true });
  const answer = next(call, target, own.signal);
  const runner: Runner = {
    target,
    answer,
    settled: answer.then(
      () => runner,
      () => runner,
    ),
    abort: () => own.abort(cancelled()),
  };
  return runner;
}

async function race(call: Call, first: Runner, second: Runner): Promise<Answer> {
  const winner = await Promise.race([first.settled, second.settled]);
  const loser = winner === first ? second : first;
  try {
    const answer = await winner.answer;
    discard(call, loser);
    return answer;
  } catch (thrown) {
    const error = toGatewayError(thrown);
    try {
      return await loser.answer;
    } catch (later) {
      throw winner === first ? error : later;
    }
  }
}

/** Ends it, also when its answer came in the same moment. */
function discard({ trail }: Call, { target, answer, abort }: Runner): void {
  const attempt = trail.attempts.findLast((tried) => tried.target === targetIdOf(target));
  if (attempt && (attempt.outcome === undefined || attempt.outcome === 'served')) attempt.outcome = 'discarded';
  abort();
  // It fails because it was aborted, or it answered first and has to be closed.
  answer.then(leave, () => undefined);
}

async function leave({ batches }: Answer): Promise<void> {
  const reader = batches[Symbol.asyncIterator]();
  await reader.next();
  await reader.return?.();
}

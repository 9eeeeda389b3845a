import type { Answer, Call, Caller, PlanCaller, RoutePlan } from '../core/call.ts';
import { GatewayError, toGatewayError, treatmentOf } from '../core/gateway-error.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import type { Target } from '../core/provider-strategy.ts';
import type { CandidateOrder } from './order-candidates.ts';
import { createPatience } from './patient-target.ts';
import { targetIdOf } from './target-id.ts';
import type { Hedge } from './with-hedge.ts';

export interface FallbackOptions {
  readonly order: CandidateOrder;
  /** For plans that hedge; undefined: none does. */
  readonly hedge?: Hedge;
  readonly log: GatewayLog;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * Asks one target after the other until one answers, as far as the kind of each failure allows. Each is asked once, and
 * none after the call's start deadline; the last may use all that is left of it. When all fail, the first failure is
 * the one to tell: what came after was only an attempt to help.
 */
export function withFallback(next: Caller, { order, hedge, log, now }: FallbackOptions): PlanCaller {
  const patient = createPatience();
  const missing = new Set<string>();

  /** An operator's mistake that the next target would hide; said once. */
  function alarm(target: Target, { code, isUnsent }: GatewayError): void {
    const id = targetIdOf(target);
    if (code !== 'model-not-found' || isUnsent || missing.has(id)) return;
    missing.add(id);
    log.error({ target: id }, 'a provider does not know the model it is asked for');
  }

  function ask(call: Call, plan: RoutePlan, line: Line, target: Target, signal: AbortSignal): Promise<Answer> {
    const other = line.peek();
    if (hedge && plan.settings.hedge && other) {
      const takeOther = (): void => line.drop(other);
      return hedge({ call, settings: plan.settings.hedge, target, other, takeOther, signal });
    }
    return next(call, other ? target : patient(target), signal);
  }

  return async (call, plan, signal) => {
    const ordered = order(call, plan);
    const line = createLine(plan.settings.fallback ? ordered : ordered.slice(0, 1));
    let first: GatewayError | undefined;
    for (let target = line.take(); target; target = line.take()) {
      try {
        const answer = await ask(call, plan, line, target, signal);
        call.trail.served = answer.target;
        return answer;
      } catch (thrown) {
        const error = toGatewayError(thrown);
        if (signal.aborted) throw error;
        first = worthTelling(first, error);
        line.keep((candidate) => mayHelp(error, target, candidate, call, plan));
        const following = line.peek();
        if (!following || now() >= Math.min(call.startBy, call.deadline)) break;
        alarm(target, error);
        call.trail.reasons.push(`${targetIdOf(target)} failed (${error.code}), so ${targetIdOf(following)} is asked.`);
      }
    }
    throw first ?? new GatewayError('model-not-found', { message: `Nothing serves ${plan.name}.`, param: 'model' });
  };
}

/** The first failure; but what a provider said goes before what was never sent. */
function worthTelling(first: GatewayError | undefined, error: GatewayError): GatewayError {
  return first === undefined || (first.isUnsent && !error.isUnsent) ? error : first;
}

function mayHelp(error: GatewayError, failed: Target, candidate: Target, call: Call, plan: RoutePlan): boolean {
  // A dialect that has no place for something in the request says so before anything is sent; others may have one.
  if (error.code === 'bad-request') return true;
  const { nextTarget } = treatmentOf(error.code);
  switch (nextTarget) {
    case 'yes':
      return true;
    case 'no':
      return false;
    case 'by-policy':
      return plan.settings.fallbackOnContentFilter;
    case 'larger':
      return isLarger(candidate, failed, call);
    default:
      return nextTarget satisfies never;
  }
}

/** Whether it is known to hold more; where nobody knows what the failed one holds, it must hold the request at least. */
function isLarger(candidate: Target, failed: Target, call: Call): boolean {
  const tokens = candidate.capabilities?.contextTokens;
  if (tokens === undefined) return false;
  return tokens > (failed.capabilities?.contextTokens ?? call.traits().approximateTokens);
}

interface Line {
  take(): Target | undefined;
  /** Who comes next, without taking it. */
  peek(): Target | undefined;
  drop(target: Target): void;
  keep(isWanted: (target: Target) => boolean): void;
}

function createLine(targets: readonly Target[]): Line {
  let waiting = [...targets];
  return {
    take: () => waiting.shift(),
    peek: () => waiting[0],
    drop: (target) => (waiting = waiting.filter((one) => one !== target)),
    keep: (isWanted) => (waiting = waiting.filter(isWanted)),
  };
}

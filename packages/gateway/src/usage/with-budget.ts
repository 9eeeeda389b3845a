import type { Answer, Call, PlanCaller, RoutePlan } from '../core/call.ts';
import type { RateLimits, RatePermit } from '../keys/rate-limits.ts';
import type { RateLimitSettings } from '../core/gateway-config.ts';
import type { BudgetReserver } from './budget-reserver.ts';
import { createBill } from './create-bill.ts';
import type { Bill, BillOptions } from './create-bill.ts';
import { watchAnswer } from './watch-answer.ts';

export interface WithBudgetOptions extends BillOptions {
  readonly limits: RateLimits;
  /** Limits for whoever calls. */
  readonly rateLimit: RateLimitSettings;
  readonly reserver: BudgetReserver;
}

/**
 * Serves a call only within the limits and budgets of its key and of all identities it is made for, and books what it
 * really cost when its answer is over: whole, failed or left by its client. Refuses with `rate-limited` or
 * `budget-exceeded` before anything is asked upstream; never stops an answer that has begun. Answers from a cache are
 * free, but count as requests; tries whose answers nobody got are booked apart and charged to nobody.
 */
export function withBudget(options: WithBudgetOptions): (next: PlanCaller) => PlanCaller {
  const { limits, rateLimit, reserver } = options;

  async function open(call: Call, plan: RoutePlan, signal: AbortSignal): Promise<Bill> {
    const { scope } = call;
    const isRated =
      rateLimit.isOn || scope.key?.requestsPerMinute !== undefined || scope.key?.tokensPerMinute !== undefined;
    let permit: RatePermit | undefined;
    if (isRated) {
      const admitted = limits.admit({ scope, tokens: call.traits().approximateTokens, settings: rateLimit });
      permit = admitted instanceof Promise ? await admitted : admitted;
    }
    try {
      const reserved = reserver.reserve(call, plan, signal);
      const reservation = reserved instanceof Promise ? await reserved : reserved;
      return createBill(call, plan, { ...(permit && { permit }), ...(reservation && { reservation }) }, options);
    } catch (error) {
      permit?.correct(0);
      throw error;
    }
  }

  return (next) => async (call, plan, signal) => {
    const bill = await open(call, plan, signal);
    let answer: Answer;
    try {
      answer = await next(call, plan, signal);
    } catch (error) {
      bill.refused(signal.aborted ? 'aborted' : 'failed');
      throw error;
    }
    bill.begun(answer);
    // One that is wanted whole is here already: nobody waits any more while it is read.
    return watchAnswer(answer, bill, call.isStream ? signal : undefined);
  };
}

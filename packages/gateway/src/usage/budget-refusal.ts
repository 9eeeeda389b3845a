import { GatewayError } from '../core/gateway-error.ts';
import type { BudgetLine } from './budget-ledger.ts';

/** Why a budget refuses a call: it is spent, held by calls that still run, or its ledger cannot be reached. */
export type RefusalReason = 'spent' | 'held' | 'unreachable';

/** The error of a call that a budget refuses; says which budget, and when it is new again. */
export function budgetRefusal(reason: RefusalReason, { label, endsAt }: BudgetLine, time: number): GatewayError {
  if (reason === 'unreachable') {
    return new GatewayError('shedding', {
      message: `The ledger of budgets cannot be reached, so calls that have a budget (${label}) are not served now.`,
      retryAfterMs: 5000,
    });
  }
  const renewal = endsAt === undefined ? 'It is not renewed.' : `It is renewed at ${new Date(endsAt).toISOString()}.`;
  const state = reason === 'spent' ? 'is spent' : 'is nearly spent, and calls that still run hold what is left of it';
  return new GatewayError('budget-exceeded', {
    message: `The budget of ${label} ${state}. ${renewal}`,
    ...(endsAt !== undefined && { retryAfterMs: Math.max(0, endsAt - time) }),
  });
}

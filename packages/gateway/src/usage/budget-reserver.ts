import type { Call, RoutePlan } from '../core/call.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { ModelUsage } from '../core/model-event.ts';
import type { BudgetLedger, BudgetLine, Reservation } from './budget-ledger.ts';
import { createPeriods } from './budget-period.ts';
import type { BudgetPeriod } from './budget-period.ts';
import type { AppliedBudget, BudgetRule, BudgetRules } from './budget-rule.ts';
import { priceOfForecast } from './cost-forecast.ts';
import type { CostForecast } from './cost-forecast.ts';
import type { PriceList } from './price-list.ts';

/** What a call holds of its budgets. */
export interface BudgetReservation {
  /** Books what the call cost. Only the first of `settle` and `release` counts. */
  settle(cost: { readonly microUsd: number; readonly tokens: number }): void;
  release(): void;
}

/** Finds the budgets of a call and holds what it may cost of them. */
export interface BudgetReserver {
  /** Throws `budget-exceeded`, or `shedding` when budgets cannot be kept now. Undefined: no budget applies. */
  reserve(call: Call, plan: RoutePlan, signal: AbortSignal): BudgetReservation | undefined | Promise<BudgetReservation>;
  /** Learns from what a call used. */
  learn(call: Call, plan: RoutePlan, usage: ModelUsage): void;
}

export interface BudgetReserverOptions {
  readonly ledger: BudgetLedger;
  readonly rules: BudgetRules;
  readonly prices: PriceList;
  readonly forecast: CostForecast;
  readonly unknownPrice: 'block' | 'count';
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Milliseconds since 1970: periods go by the calendar. */
  readonly wallClock: () => number;
}

/** Milliseconds that a call waits at most for running ones to show what is left of a budget. */
const longestWait = 10_000;

export function createBudgetReserver(options: BudgetReserverOptions): BudgetReserver {
  const { ledger, rules, prices, forecast, unknownPrice, now, wallClock } = options;
  const periodAt = createPeriods();
  const namesOf = createNames();

  /** The most that the dearest of the targets may cost. */
  function mostOf(call: Call, plan: RoutePlan): { microUsd: number; tokens: number; unpriced: string | undefined } {
    const traits = call.traits();
    const expected = forecast.of(plan.name, traits);
    let microUsd = 0;
    let unpriced: string | undefined;
    for (const { target } of plan.candidates) {
      const price = prices.of(target);
      if (price === undefined) unpriced ??= target.id ?? target.model;
      else microUsd = Math.max(microUsd, priceOfForecast(expected, price, traits));
    }
    return { microUsd, tokens: expected.input + expected.output, unpriced };
  }

  function linesOf(applied: readonly AppliedBudget[], call: Call, plan: RoutePlan): readonly UnitLine[] {
    const most = mostOf(call, plan);
    const time = wallClock();
    const lines: UnitLine[] = [];
    for (const { rule, id } of applied) {
      const period = periodAt(rule.per, time);
      const names = namesOf({ rule, id }, period);
      if (rule.microUsd !== undefined) {
        if (most.unpriced !== undefined && unknownPrice === 'block') throw withoutPrice(most.unpriced, { rule, id });
        const want = most.microUsd;
        lines.push({ ...names.usd, unit: 'usd', limit: rule.microUsd, want, endsAt: period.endsAt });
      }
      if (rule.tokens !== undefined) {
        const want = most.tokens;
        lines.push({ ...names.tokens, unit: 'tokens', limit: rule.tokens, want, endsAt: period.endsAt });
      }
    }
    return lines;
  }

  return {
    reserve(call, plan, signal) {
      const applied = rules(call.scope, plan.name);
      if (applied.length === 0) return undefined;
      const lines = linesOf(applied, call, plan);
      const waitUntil = Math.min(call.startBy, now() + longestWait);
      const reserved = ledger.reserve(lines, { waitUntil, signal });
      return reserved instanceof Promise
        ? reserved.then((reservation) => inUnits(reservation, lines))
        : inUnits(reserved, lines);
    },
    learn(call, plan, usage) {
      if (rules(call.scope, plan.name).length > 0) forecast.learn(plan.name, call.traits(), usage);
    },
  };
}

interface UnitLine extends BudgetLine {
  readonly unit: 'usd' | 'tokens';
}

type Name = Pick<BudgetLine, 'bucket' | 'label'>;

/** What the two budgets of a rule are called for one identity in one period. */
interface Names {
  readonly period: BudgetPeriod;
  readonly usd: Name;
  readonly tokens: Name;
}

const identitiesAtMost = 1000;

/** Names are put together once in a period: text that is made for every call costs more than all that is done by it. */
function createNames(): (applied: AppliedBudget, period: BudgetPeriod) => Names {
  const held = new WeakMap<BudgetRule, Map<string, Names>>();
  return ({ rule, id }, period) => {
    let ofRule = held.get(rule);
    if (ofRule === undefined) {
      ofRule = new Map();
      held.set(rule, ofRule);
    }
    const known = ofRule.get(id);
    if (known?.period === period) return known;
    const owner = `${rule.owner}:${id}`;
    const whose = ownerLabel({ rule, id });
    const time = rule.per === 'total' ? 'in total' : `per ${rule.per}`;
    const dollars = (rule.microUsd ?? 0) / 1_000_000;
    const names: Names = {
      period,
      usd: { bucket: bucketName(owner, 'usd', period.name), label: `${whose}, ${dollars} USD ${time},` },
      tokens: {
        bucket: bucketName(owner, 'tokens', period.name),
        label: `${whose}, ${rule.tokens ?? 0} tokens ${time},`,
      },
    };
    if (ofRule.size >= identitiesAtMost) ofRule.clear();
    ofRule.set(id, names);
    return names;
  };
}

function ownerLabel({ rule, id }: AppliedBudget): string {
  return `${rule.owner} "${id}"`;
}

/** The bucket of an identity's budget in a period, as the ledger names it. */
export function bucketName(owner: string, unit: 'usd' | 'tokens', period: string): string {
  return `${owner}|${unit}|${period}`;
}

function inUnits(reservation: Reservation, lines: readonly UnitLine[]): BudgetReservation {
  return {
    settle: ({ microUsd, tokens }) => reservation.settle(lines.map(({ unit }) => (unit === 'usd' ? microUsd : tokens))),
    release: () => reservation.release(),
  };
}

function withoutPrice(target: string, applied: AppliedBudget): GatewayError {
  return new GatewayError('budget-exceeded', {
    message: `Nobody knows what ${target} costs, so the budget in money of ${ownerLabel(applied)} cannot be kept. The operator can set its price.`,
  });
}

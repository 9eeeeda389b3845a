import type { Answer, Call, RoutePlan } from '../core/call.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import type { ModelEvent, ModelUsage } from '../core/model-event.ts';
import type { RatePermit } from '../keys/rate-limits.ts';
import type { BudgetReservation, BudgetReserver } from './budget-reserver.ts';
import type { PriceAlarms } from './price-alarms.ts';
import type { PriceList } from './price-list.ts';
import { priceOf } from './price-of.ts';
import { sumOfUsage } from './sum-of-usage.ts';
import type { UsageLog } from './usage-log.ts';
import type { UsageRecord } from './usage-record.ts';
import { createUsageReducer } from './usage-reducer.ts';
import type { CountedUsage } from './usage-reducer.ts';

/** What one call costs, from its first event to its end. */
export interface Bill {
  /** Whether something is held for it that has to be given back. */
  readonly isHolding: boolean;
  /** The call has an answer. One from a cache, or one that was answered before, is free. */
  begun(answer: Answer): void;
  /** Sees events pass; true when they end the answer. */
  see(events: readonly ModelEvent[]): boolean;
  /** Books what is known by now. Only the first time counts. */
  close(): void;
  /** The call has no answer: nothing is charged. */
  refused(outcome: 'failed' | 'aborted'): void;
}

export interface BillOptions {
  readonly prices: PriceList;
  readonly alarms: PriceAlarms;
  readonly usageLog: UsageLog;
  readonly reserver: BudgetReserver;
  readonly log: GatewayLog;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

interface Held {
  readonly permit?: RatePermit;
  readonly reservation?: BudgetReservation;
}

interface Cost {
  readonly usage: ModelUsage;
  readonly microUsd: number;
  readonly discardedMicroUsd: number;
  readonly isEstimated: boolean;
  readonly isPriceUnknown: boolean;
}

const nothing: ModelUsage = { input: 0, output: 0 };

export function createBill(call: Call, plan: RoutePlan, { permit, reservation }: Held, options: BillOptions): Bill {
  const { prices, alarms, usageLog, reserver, wallClock } = options;
  const reducer = createUsageReducer();
  let answer: Answer | undefined;
  let isOver = false;

  const cacheHit = (): 'hit' | 'near' | undefined =>
    call.trail.cache === 'hit' || call.trail.cache === 'near' ? call.trail.cache : undefined;

  /** What tries cost whose answers nobody got, as far as they said. */
  function discarded(counted: readonly CountedUsage[]): number {
    let microUsd = 0;
    for (const { target, outcome, usage } of call.trail.attempts) {
      if (usage === undefined || outcome === 'served') continue;
      // What it said before it was cut off is counted by its events.
      if (counted.some((part) => (part.target ?? answer?.target.id) === target)) continue;
      const price = prices.ofId(target);
      if (price !== undefined) microUsd += priceOf(usage, price);
    }
    return microUsd;
  }

  function costOf({ target }: Answer): Cost {
    const counted = reducer.counted(() => call.traits().approximateTokens);
    let microUsd = 0;
    let discardedMicroUsd = discarded(counted);
    let isPriceUnknown = false;
    for (const part of counted) {
      const id = part.target ?? target.id ?? `${target.providerName ?? target.provider}/${target.model}`;
      const price = part.target === undefined ? prices.of(target) : prices.ofId(part.target);
      alarms.check(id, part, { price, isWhole: reducer.end === 'finish' });
      if (price === undefined) isPriceUnknown = true;
      else if (part.isKept) microUsd += priceOf(part.usage, price);
      else discardedMicroUsd += priceOf(part.usage, price);
    }
    const kept = counted.length === 1 ? counted : counted.filter(({ isKept }) => isKept);
    return {
      usage: sumOfUsage(kept.map((part) => part.usage)),
      microUsd,
      discardedMicroUsd,
      isEstimated: kept.some((part) => part.isEstimated),
      isPriceUnknown,
    };
  }

  function book(cost: Cost, outcome: UsageRecord['outcome']): void {
    const { usage, microUsd, isEstimated } = cost;
    const tokens = usage.input + usage.output;
    call.trail.charge = { usage, microUsd, isEstimated };
    reservation?.settle({ microUsd, tokens });
    permit?.correct(tokens);
    usageLog.add(recordOf(call, cost, { outcome, at: wallClock(), cache: cacheHit(), answer }));
    if (outcome === 'finished' && !isEstimated && cacheHit() === undefined) reserver.learn(call, plan, usage);
  }

  function close(): void {
    if (isOver || answer === undefined) return;
    isOver = true;
    const isFree = cacheHit() !== undefined || answer.recording === 'replayed';
    const cost = isFree ? { ...freeCost, discardedMicroUsd: discarded([]) } : costOf(answer);
    const outcome = isFree || reducer.end === 'finish' ? 'finished' : reducer.end === undefined ? 'aborted' : 'failed';
    book(cost, outcome);
  }

  return {
    isHolding: permit !== undefined || reservation !== undefined,
    begun(begun) {
      answer = begun;
    },
    see(events) {
      for (const event of events) reducer.add(event);
      return reducer.end !== undefined;
    },
    close,
    refused(outcome) {
      if (isOver) return;
      isOver = true;
      book({ ...freeCost, discardedMicroUsd: discarded([]) }, outcome);
    },
  };
}

const freeCost: Cost = {
  usage: nothing,
  microUsd: 0,
  discardedMicroUsd: 0,
  isEstimated: false,
  isPriceUnknown: false,
};

interface RecordParts {
  readonly outcome: UsageRecord['outcome'];
  readonly at: number;
  readonly cache: 'hit' | 'near' | undefined;
  readonly answer: Answer | undefined;
}

function recordOf(
  { id, model, scope, trail }: Call,
  cost: Cost,
  { outcome, at, cache, answer }: RecordParts,
): UsageRecord {
  const { key, tenant, user, team, customer, organisation, session } = scope;
  const target = trail.served?.id ?? answer?.target.id;
  return {
    id,
    at,
    key: key?.id,
    tenant,
    user,
    team,
    customer,
    organisation,
    session,
    model,
    target,
    usage: cost.usage,
    microUsd: cost.microUsd,
    isEstimated: cost.isEstimated,
    ...(cost.isPriceUnknown && { isPriceUnknown: true }),
    cache,
    outcome,
    attempts: trail.attempts.length,
    discardedMicroUsd: cost.discardedMicroUsd,
  };
}

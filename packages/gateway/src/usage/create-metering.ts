import { randomUUID } from 'node:crypto';
import type { PlanCaller } from '../core/call.ts';
import type { GatewayConfig } from '../core/gateway-config.ts';
import { silentLog } from '../core/gateway-log.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import { createRateLimits } from '../keys/rate-limits.ts';
import type { VirtualKey } from '../keys/virtual-key.ts';
import { createBudgetLedger } from './budget-ledger.ts';
import { periodAt } from './budget-period.ts';
import { bucketName, createBudgetReserver } from './budget-reserver.ts';
import { createBudgetRules } from './budget-rule.ts';
import { createCostForecast } from './cost-forecast.ts';
import type { LedgerStore } from './ledger-store.ts';
import { createMemoryLedgerStore } from './memory-ledger-store.ts';
import { createPriceAlarms } from './price-alarms.ts';
import { createPriceList } from './price-list.ts';
import { createUsageLog } from './usage-log.ts';
import { usageReport } from './usage-report.ts';
import type { UsageReport, UsageReportOptions } from './usage-report.ts';
import type { UsageQuery, UsageRecord } from './usage-record.ts';
import { withBudget } from './with-budget.ts';

export interface MeteringOptions {
  /** Where budgets, limits and usage are kept: in this process unless told. Closed by whoever opened it. */
  readonly store?: LedgerStore;
  readonly log?: GatewayLog;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock?: () => number;
}

/** What a budget of a key has left. */
export interface BudgetState {
  readonly per: VirtualKey['budgets'][number]['per'];
  readonly unit: 'micro-usd' | 'tokens';
  readonly limit: number;
  readonly spent: number;
  /** Milliseconds since 1970; undefined: never. */
  readonly resetsAt: number | undefined;
}

/** Prices, limits, budgets and usage of one gateway. Lives as long as it does; its rules change with the configuration. */
export interface Metering {
  /** The wrapper for calls under this configuration. What is held and counted goes on under a later one. */
  withBudget(config: MeteredConfig): (next: PlanCaller) => PlanCaller;
  usageReport(options: UsageReportOptions): Promise<UsageReport>;
  /** Newest first. */
  usage(query: UsageQuery): Promise<readonly UsageRecord[]>;
  /** The budgets of a key as they are booked now. */
  budgetsOf(key: VirtualKey): Promise<readonly BudgetState[]>;
  /** Books and writes what is not yet. */
  close(): Promise<void>;
}

export type MeteredConfig = Pick<GatewayConfig, 'prices' | 'unknownPrice' | 'rateLimit' | 'budgets'>;

/** Builds the metering of a gateway. */
export function createMetering({
  store = createMemoryLedgerStore(),
  log = silentLog,
  now = () => performance.now(),
  wallClock = Date.now,
}: MeteringOptions = {}): Metering {
  const ledger = createBudgetLedger({ store, worker: randomUUID(), log, now, wallClock });
  const limits = createRateLimits({ store, log, now });
  const usageLog = createUsageLog({ store, log });
  const forecast = createCostForecast();
  const alarms = createPriceAlarms(log);

  async function stateOf({ id }: VirtualKey, budget: VirtualKey['budgets'][number]): Promise<readonly BudgetState[]> {
    const { name, endsAt } = periodAt(budget.per, wallClock());
    const states: BudgetState[] = [];
    for (const unit of ['usd', 'tokens'] as const) {
      const limit = unit === 'usd' ? budget.microUsd : budget.tokens;
      if (limit === undefined) continue;
      const spent = await store.spentOf(bucketName(`key:${id}`, unit, name));
      states.push({ per: budget.per, unit: unit === 'usd' ? 'micro-usd' : unit, limit, spent, resetsAt: endsAt });
    }
    return states;
  }

  return {
    withBudget({ prices: overrides, unknownPrice, rateLimit, budgets = [] }) {
      const prices = createPriceList(overrides);
      const rules = createBudgetRules(budgets);
      const reserver = createBudgetReserver({ ledger, rules, prices, forecast, unknownPrice, now, wallClock });
      return withBudget({ limits, rateLimit, reserver, prices, alarms, usageLog, log, wallClock });
    },
    usage: (query) => usageLog.list(query),
    usageReport: (options) => usageReport(usageLog, options),
    async budgetsOf(key) {
      await ledger.flush();
      const states = await Promise.all(key.budgets.map((budget) => stateOf(key, budget)));
      return states.flat();
    },
    async close() {
      await ledger.close();
      await usageLog.close();
    },
  };
}

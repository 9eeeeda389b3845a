import type { RoutePlan } from '../../core/call.ts';
import type { GatewayDescription } from '../../routing/model-directory.ts';
import type { BreakerReport, Breakers } from '../../routing/breakers.ts';
import type { TierChoice } from '../../routing/tiers/choose-tier.ts';
import type { PoolReport } from '../../transport/pool-report.ts';
import type { UsageQuery, UsageRecord } from '../../usage/usage-record.ts';
import type { UsageReport, UsageReportOptions } from '../../usage/usage-report.ts';
import type { CallMetrics } from '../../observability/call-metrics.ts';
import type { LoadReport } from '../load-shedding.ts';
import type { Exchange } from '../exchange.ts';

/** How a request would be routed, found without calling any model. */
export interface RouteExplanation {
  readonly plan: RoutePlan;
  /** In the order they would be asked. */
  readonly order: readonly string[];
  readonly tier?: TierChoice;
  readonly reasons: readonly string[];
}

/** What the routes for operators look at and may do. */
export interface OperationsPorts {
  readonly metrics: CallMetrics;
  /** What other processes of the same gateway have counted, as expositions. Absent where there are none. */
  readonly metricsOfOthers?: () => Promise<readonly string[]>;
  describe(signal?: AbortSignal): Promise<GatewayDescription>;
  /** The targets of a request that names no model, as `provider/model`. Rejects with a `GatewayError` when there are none. */
  defaultTargets(): Promise<readonly string[]>;
  /** Whether the process was told to stop. */
  isDraining(): boolean;
  readonly breakers: Pick<Breakers, 'list' | 'reset'>;
  load(): LoadReport;
  pools(): readonly PoolReport[];
  /** What the semantic cache is up to; undefined while it is off. */
  semanticCache(): object | undefined;
  /** Explains the route of a chat completion body. Throws `bad-request`. */
  explain(exchange: Exchange, body: Buffer): Promise<RouteExplanation>;
  usage(query: UsageQuery): Promise<readonly UsageRecord[]>;
  /** Adds up all records that a query finds. */
  usageReport(options: UsageReportOptions): Promise<UsageReport>;
  /** Reads the configuration anew; resolves with what there is to say about it. Absent where nobody can. */
  readonly reload?: () => Promise<readonly string[]>;
}

/** Whether a target is rested at this moment, for people. */
export function isResting({ state }: BreakerReport): boolean {
  return state === 'open';
}

import type { UsageLog } from './usage-log.ts';
import type { UsageQuery, UsageRecord } from './usage-record.ts';

/** By what a report adds up. */
export const usageGroups = [
  'key',
  'user',
  'team',
  'customer',
  'organisation',
  'tenant',
  'target',
  'model',
  'day',
] as const;
export type UsageGroup = (typeof usageGroups)[number];

export interface UsageTotals {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  readonly microUsd: number;
  /** Not charged to anybody: answers of tries that nobody got. */
  readonly discardedMicroUsd: number;
  /** Requests whose tokens were counted by their characters. */
  readonly estimated: number;
  /** Requests of models whose price nobody knows: their money is not in `microUsd`. */
  readonly unpriced: number;
}

export interface UsageReport {
  readonly totals: UsageTotals;
  /** By the group's name, where one was asked for; records without one are under the empty name. */
  readonly groups: Readonly<Record<string, UsageTotals>>;
  /** The newest of them. */
  readonly records: readonly UsageRecord[];
}

export interface UsageReportOptions extends UsageQuery {
  readonly groupBy?: UsageGroup;
  /** How many records the report shows; it adds up all that are kept. */
  readonly limit?: number;
}

const addedAtMost = 100_000;

/** Adds up the records that a query finds, as far back as the ledger keeps them. */
export async function usageReport(
  usageLog: Pick<UsageLog, 'list'>,
  { groupBy, limit = 100, ...query }: UsageReportOptions,
): Promise<UsageReport> {
  const records = await usageLog.list({ ...query, limit: addedAtMost });
  const groups: Record<string, UsageTotals> = {};
  if (groupBy !== undefined) {
    for (const [name, members] of Map.groupBy(records, (record) => groupOf(record, groupBy))) {
      Object.defineProperty(groups, name, { value: totalsOf(members), enumerable: true });
    }
  }
  return { totals: totalsOf(records), groups, records: records.slice(0, limit) };
}

function groupOf(record: UsageRecord, group: UsageGroup): string {
  return group === 'day' ? new Date(record.at).toISOString().slice(0, 10) : (record[group] ?? '');
}

function totalsOf(records: readonly UsageRecord[]): UsageTotals {
  const sum = (count: (record: UsageRecord) => number): number =>
    records.reduce((total, record) => total + count(record), 0);
  return {
    requests: records.length,
    inputTokens: sum(({ usage }) => usage.input),
    outputTokens: sum(({ usage }) => usage.output),
    cachedInputTokens: sum(({ usage }) => usage.cachedInput ?? 0),
    microUsd: sum(({ microUsd }) => microUsd),
    discardedMicroUsd: sum(({ discardedMicroUsd }) => discardedMicroUsd),
    estimated: sum(({ isEstimated }) => (isEstimated ? 1 : 0)),
    unpriced: sum(({ isPriceUnknown }) => (isPriceUnknown === true ? 1 : 0)),
  };
}

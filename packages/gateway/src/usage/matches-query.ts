import type { UsageQuery, UsageRecord } from './usage-record.ts';

/** The fields of a record by which it can be asked for. */
export const queryFields = ['key', 'user', 'team', 'customer', 'organisation', 'tenant', 'target'] as const;

/** Whether a record is one that was asked for. */
export function matchesQuery(record: UsageRecord, query: UsageQuery): boolean {
  if (query.from !== undefined && record.at < query.from) return false;
  if (query.to !== undefined && record.at >= query.to) return false;
  return queryFields.every((field) => query[field] === undefined || query[field] === record[field]);
}

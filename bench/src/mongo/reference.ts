/** One row of the table: what is measured and what is to be reached. */
export interface Row {
  readonly name: string;
  readonly unit: '/s' | 'ms' | 'MB';
  /** What a reference store did on a machine of two cores (see bench/README.md), or a promise of ours. */
  readonly reference: number;
  /** How many times as good as the reference it has to be. */
  readonly factor: number;
}

export const rowNames = [
  'ping',
  'insertMany',
  'insertOne',
  'insertOne32',
  'findOne',
  'findOne32',
  'page',
  'pageMs',
  'pageUnindexed',
  'sortUnindexed',
  'regexScan',
  'group',
  'lookup',
  'updateOne',
  'rssIdle',
  'rssPeak',
  'file',
  'restart',
  'firstFind',
  'stall',
] as const;
export type RowName = (typeof rowNames)[number];

const row = (name: string, unit: Row['unit'], reference: number, factor = 1): Row => ({
  name,
  unit,
  reference,
  factor,
});

/**
 * At 100,000 messages of about 500 bytes with four indexes. What the reference did: small operations with every commit
 * synced to the disk, as it is the default here; scans, memory and restart at 100,000 messages; pings in a run in which it
 * found a message 720 times a second, its machine being busy.
 */
export const rows: Readonly<Record<RowName, Row>> = {
  ping: row('ping, 1 in flight: driver and sockets alone', '/s', 1_300),
  insertMany: row('insertMany, 1,000 at a time', '/s', 22_500),
  insertOne: row('insertOne, 1 in flight', '/s', 1_060),
  insertOne32: row('insertOne, 32 in flight', '/s', 3_510),
  findOne: row('findOne by _id, 1 in flight', '/s', 2_360),
  findOne32: row('findOne by _id, 32 in flight', '/s', 4_400),
  page: row('indexed equality + sort + limit 25', '/s', 1_020),
  pageMs: row('the same, p50', 'ms', 1.5),
  pageUnindexed: row('the same without an index', 'ms', 527, 3),
  sortUnindexed: row('sort all by a text without an index, limit 25', 'ms', 712),
  regexScan: row('unanchored regular expression over all', 'ms', 496, 3),
  group: row('$group over all', 'ms', 888),
  lookup: row('$lookup of 500 by _id', 'ms', 64),
  updateOne: row('updateOne by _id', '/s', 1_340),
  rssIdle: row('RSS idle', 'MB', 70),
  rssPeak: row('RSS peak', 'MB', 250),
  file: row('file', 'MB', 78),
  restart: row('restart after kill -9', 'ms', 234),
  firstFind: row('first indexed find after that', 'ms', 4),
  stall: row('event loop of the api stands still in a full scan', 'ms', 20),
};

/** Whether a measured value is as good as promised. */
export function isReached({ unit, reference, factor }: Row, value: number): boolean {
  return unit === '/s' ? value >= reference * factor : value * factor <= reference;
}

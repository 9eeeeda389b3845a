import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import type { Exchange, Exchanged, LedgerStore, Take, Taken } from './ledger-store.ts';
import { shareOfBucket } from './share-of-bucket.ts';
import { decideWindow, windowSteps } from './sliding-window.ts';
import { queryFields } from './matches-query.ts';
import { usageRecordSchema } from './usage-record.ts';
import type { UsageQuery, UsageRecord } from './usage-record.ts';

export interface SqliteLedgerOptions {
  /** One file; its folder must exist. */
  readonly path: string;
  /** Milliseconds of a clock that all processes of this machine share and nobody sets; that of the machine unless told. */
  readonly now?: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock?: () => number;
  /** Usage records that are kept. */
  readonly maxRecords?: number;
}

const dayMs = 86_400_000;
/** How long a bucket is kept after its period: clocks are set right. */
const keptMs = 7 * dayMs;
const sweepEvery = 5000;
/** Milliseconds to wait for another process that writes. */
const busyTimeout = 2000;

const tables = `
CREATE TABLE IF NOT EXISTS bucket (name TEXT PRIMARY KEY, spent INTEGER NOT NULL, ends INTEGER) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS lease (
  bucket TEXT NOT NULL, worker TEXT NOT NULL, amount INTEGER NOT NULL, sequence INTEGER NOT NULL,
  expires INTEGER NOT NULL, PRIMARY KEY (bucket, worker)
) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS step (
  counter TEXT NOT NULL, step INTEGER NOT NULL, amount INTEGER NOT NULL, until INTEGER NOT NULL,
  PRIMARY KEY (counter, step)
) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS usage (
  number INTEGER PRIMARY KEY, at INTEGER NOT NULL, key TEXT, user TEXT, team TEXT, customer TEXT, organisation TEXT,
  tenant TEXT, target TEXT, record TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS usage_at ON usage (at);
`;

/** `CLOCK_MONOTONIC`: the same in all processes of a machine, untouched by whoever sets its clock; 0 when it starts. */
function machineClock(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

/**
 * A ledger in one file that several processes of one machine share. What was booked survives `kill -9` of any of them.
 * A time beyond the longest a lease can last was written before the machine started anew, and counts as past.
 */
export function createSqliteLedgerStore({
  path,
  now = machineClock,
  wallClock = Date.now,
  maxRecords = 100_000,
}: SqliteLedgerOptions): LedgerStore {
  const database = openTables(path);
  const statements = prepare(database);
  let untilSweep = 0;

  /** Does all of `work` or nothing of it; other processes wait. */
  function transact<T>(work: () => T): T {
    statements.begin.run();
    try {
      const result = work();
      statements.commit.run();
      return result;
    } catch (error) {
      if (database.isTransaction) statements.rollback.run();
      throw error;
    }
  }

  function sweep(): void {
    untilSweep -= 1;
    if (untilSweep > 0) return;
    untilSweep = sweepEvery;
    const time = wallClock();
    statements.sweepLeases.run(time - keptMs);
    statements.sweepBuckets.run(time - keptMs);
    statements.sweepSteps.run(now(), now() + dayMs);
  }

  function exchange(request: Exchange): Exchanged {
    const { bucket, worker, leaseMs } = request;
    return transact(() => {
      sweep();
      const moment = now();
      statements.createBucket.run(bucket, request.endsAt ?? null);
      const { spent: before } = rows.bucket(statements.findBucket.get(bucket));
      const own = rows.sequence(statements.findLease.get(bucket, worker));
      const isNew = request.sequence > (own?.sequence ?? 0);
      const spent = before + (isNew ? request.spent : 0);
      if (spent !== before) statements.book.run(spent, bucket);
      const { total } = rows.total(statements.sumOthers.get(bucket, worker, moment, moment + leaseMs));
      const share = shareOfBucket(request, { spent, others: total });
      const sequence = isNew ? request.sequence : (own?.sequence ?? 0);
      statements.saveLease.run(bucket, worker, share.lease, sequence, moment + leaseMs);
      return share;
    });
  }

  function take(request: Take): Taken {
    return transact(() => {
      sweep();
      const moment = now();
      const { counter, windowMs, unused } = request;
      if (unused !== undefined) statements.takeBack.run(unused.amount, counter, unused.step);
      const steps = rows.steps(statements.listSteps.all(counter));
      const decision = decideWindow(request, steps, moment);
      // Later ones were written before the machine started anew.
      statements.dropSteps.run(counter, decision.step - windowSteps, decision.step);
      if (decision.added !== 0) {
        statements.addStep.run(counter, decision.step, decision.added, Math.ceil(moment + windowMs * 2));
      }
      return decision;
    });
  }

  return {
    isShared: true,
    exchange,
    take,
    append(records) {
      transact(() => {
        for (const record of records) insert(statements, record);
        statements.trimUsage.run(maxRecords);
      });
    },
    list: (query) => select(database, query),
    spentOf: (bucket) => rows.found(statements.findBucket.get(bucket))?.spent ?? 0,
    close() {
      if (database.isOpen) database.close();
    },
  };
}

function openTables(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeout });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    database.exec(`BEGIN IMMEDIATE; ${tables} COMMIT;`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: DatabaseSync) {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
    createBucket: database.prepare('INSERT OR IGNORE INTO bucket (name, spent, ends) VALUES (?, 0, ?)'),
    findBucket: database.prepare('SELECT spent FROM bucket WHERE name = ?'),
    book: database.prepare('UPDATE bucket SET spent = ? WHERE name = ?'),
    findLease: database.prepare('SELECT sequence FROM lease WHERE bucket = ? AND worker = ?'),
    sumOthers: database.prepare(
      'SELECT coalesce(sum(amount), 0) AS total FROM lease WHERE bucket = ? AND worker <> ? AND expires > ? AND expires <= ?',
    ),
    saveLease: database.prepare(
      'INSERT OR REPLACE INTO lease (bucket, worker, amount, sequence, expires) VALUES (?, ?, ?, ?, ?)',
    ),
    listSteps: database.prepare('SELECT step, amount FROM step WHERE counter = ? ORDER BY step'),
    dropSteps: database.prepare('DELETE FROM step WHERE counter = ? AND (step < ? OR step > ?)'),
    takeBack: database.prepare('UPDATE step SET amount = amount - ? WHERE counter = ? AND step = ?'),
    addStep: database.prepare(
      `INSERT INTO step (counter, step, amount, until) VALUES (?, ?, ?, ?)
       ON CONFLICT (counter, step) DO UPDATE SET amount = amount + excluded.amount, until = excluded.until`,
    ),
    insertUsage: database.prepare(
      `INSERT INTO usage (at, ${queryFields.join(', ')}, record) VALUES (?${', ?'.repeat(queryFields.length + 1)})`,
    ),
    trimUsage: database.prepare('DELETE FROM usage WHERE number <= (SELECT max(number) FROM usage) - ?'),
    sweepLeases: database.prepare('DELETE FROM lease WHERE bucket IN (SELECT name FROM bucket WHERE ends < ?)'),
    sweepBuckets: database.prepare('DELETE FROM bucket WHERE ends < ?'),
    sweepSteps: database.prepare('DELETE FROM step WHERE until < ? OR until > ?'),
  };
}

function insert(statements: ReturnType<typeof prepare>, record: UsageRecord): void {
  const named = queryFields.map((field) => record[field] ?? null);
  statements.insertUsage.run(record.at, ...named, JSON.stringify(record));
}

function select(database: DatabaseSync, query: UsageQuery): readonly UsageRecord[] {
  const conditions = ['at >= ?', 'at < ?'];
  const values: (string | number)[] = [query.from ?? 0, query.to ?? Number.MAX_SAFE_INTEGER];
  for (const field of queryFields) {
    const value = query[field];
    if (value === undefined) continue;
    conditions.push(`${field} = ?`);
    values.push(value);
  }
  const text = `SELECT record FROM usage WHERE ${conditions.join(' AND ')} ORDER BY at DESC, number DESC LIMIT ?`;
  return rows
    .records(database.prepare(text).all(...values, query.limit ?? 100))
    .map(({ record }) => z.parse(usageRecordSchema, JSON.parse(record)));
}

const reader =
  <T extends z.core.$ZodType>(schema: T) =>
  (row: unknown): z.output<T> =>
    z.parse(schema, row);

const spentRow = z.object({ spent: z.number() });
const rows = {
  bucket: reader(spentRow),
  found: reader(z.optional(spentRow)),
  sequence: reader(z.optional(z.object({ sequence: z.number() }))),
  total: reader(z.object({ total: z.number() })),
  steps: reader(z.array(z.object({ step: z.number(), amount: z.number() }))),
  records: reader(z.array(z.object({ record: z.string() }))),
};

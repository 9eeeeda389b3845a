import { isDeepStrictEqual } from 'node:util';
import type { ClientSession, FindCursor } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRandom, type Random } from './testing/create-random.ts';
import { FUZZ_TIMEOUT, fuzzRounds } from './testing/fuzz-runs.ts';
import { beginTransaction, openTestClient } from './testing/open-client.ts';
import { deviationOf, type RandomHistory } from './testing/random-history.ts';

/**
 * Transactions that read by cursors while others write, in random order: a cursor gives what was committed when its
 * transaction began, whoever has the writer between its batches.
 */

interface Row {
  readonly _id: number;
  readonly n: number;
}

interface Reader {
  readonly session: ClientSession;
  readonly cursor: FindCursor<Row>;
  /** What it will give, in order. */
  expected: readonly Row[];
}

const test = await openTestClient();
const rows = test.db.collection<Row>('rows');
const notes = test.db.collection('notes');
const ROWS = 120;
const STEPS = 60;

beforeAll(async () => {
  await rows.createIndex({ n: 1, _id: 1 });
  await notes.insertOne({});
});
afterAll(() => test.close());

/** One random history. */
function createHistory({ below, pick }: Random): RandomHistory {
  const committed = new Map<number, Row>();
  let readers: Reader[] = [];
  let writers: { readonly session: ClientSession; readonly own: Row[] }[] = [];
  let lastId = 0;
  const newRow = (): Row => ({ _id: (lastId += 1), n: below(1_000) });

  const openReader = async (): Promise<string | undefined> => {
    const session = beginTransaction(test);
    const isByIndex = below(2) === 0;
    const all = [...committed.values()];
    const expected = isByIndex ? all.toSorted((one, other) => one.n - other.n || one._id - other._id) : all;
    const options = { session, batchSize: 1 + below(5), ...(isByIndex && { sort: { n: 1, _id: 1 } as const }) };
    // Some have written before, and some have read, stepped aside, and come back for a write of nothing.
    const past = below(4);
    if (past === 1) await notes.insertOne({}, { session });
    if (past > 1) {
      await rows.findOne({}, { session });
      await writeOutside();
    }
    if (past === 2) await rows.updateOne({ _id: -1 }, { $set: { n: 0 } }, { session });
    const reader: Reader = { session, cursor: rows.find({}, options), expected };
    const found = await read(reader);
    readers.push(reader);
    return found;
  };

  const read = async (reader: Reader): Promise<string | undefined> => {
    const count = 1 + below(20);
    const wanted = reader.expected.slice(0, count);
    reader.expected = reader.expected.slice(count);
    const found: Row[] = [];
    while (found.length < wanted.length) {
      const next = await reader.cursor.next();
      if (next === null) break;
      found.push(next);
    }
    return isDeepStrictEqual(found, wanted)
      ? undefined
      : `read ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`;
  };

  const closeReader = async (reader: Reader): Promise<void> => {
    readers = readers.filter((other) => other !== reader);
    await reader.cursor.close();
    await (below(2) === 0 ? reader.session.commitTransaction() : reader.session.abortTransaction());
    await reader.session.endSession();
  };

  const writeInside = async (): Promise<void> => {
    if (writers.length === 0 || (writers.length < 2 && below(2) === 0))
      writers.push({ session: beginTransaction(test), own: [] });
    const writer = pick(writers);
    if (writer.own.length > 0 && below(3) === 0) {
      writers = writers.filter((other) => other !== writer);
      const isKept = below(2) === 0;
      await (isKept ? writer.session.commitTransaction() : writer.session.abortTransaction());
      await writer.session.endSession();
      if (isKept) for (const row of writer.own) committed.set(row._id, row);
      return;
    }
    const row = newRow();
    writer.own.push(row);
    await rows.insertOne(row, { session: writer.session });
  };

  const writeOutside = async (): Promise<void> => {
    const kind = below(3);
    if (kind === 0 || committed.size === 0) {
      const row = newRow();
      await rows.insertOne(row);
      committed.set(row._id, row);
      return;
    }
    const { _id } = pick([...committed.values()]);
    if (kind === 1) {
      await rows.deleteOne({ _id });
      committed.delete(_id);
      return;
    }
    const n = below(1_000);
    await rows.updateOne({ _id }, { $set: { n } });
    committed.set(_id, { _id, n });
  };

  return {
    start: async (): Promise<void> => {
      await rows.deleteMany({});
      const first = Array.from({ length: ROWS }, newRow);
      await rows.insertMany(first);
      for (const row of first) committed.set(row._id, row);
    },
    step: async (): Promise<string | undefined> => {
      const chance = below(10);
      if (readers.length < 3 && chance < 3) return openReader();
      if (readers.length > 0 && chance < 6) {
        const reader = pick(readers);
        if (reader.expected.length > 0 && below(6) > 0) return read(reader);
        await closeReader(reader);
        return undefined;
      }
      await (chance < 8 ? writeInside() : writeOutside());
      return undefined;
    },
    finish: async (): Promise<string | undefined> => {
      for (const reader of readers) await closeReader(reader);
      for (const { session } of writers) {
        await session.abortTransaction();
        await session.endSession();
      }
      const { valid } = await test.db.command({ validate: 'rows', full: true });
      const found = new Map((await rows.find().toArray()).map((row) => [row._id, row]));
      return valid === true && isDeepStrictEqual(found, committed) ? undefined : 'the store is not what was committed';
    },
  };
}

it(
  'reads by cursors what was committed before, whoever writes between their batches',
  async () => {
    const { seed, each } = fuzzRounds(6, 20_261_122);
    for (const round of each()) {
      expect(
        await deviationOf(createHistory(createRandom(seed + round)), STEPS),
        `seed ${String(seed + round)}`,
      ).toBeUndefined();
    }
    expect(test.logged).toEqual([]);
  },
  FUZZ_TIMEOUT,
);

import { isDeepStrictEqual } from 'node:util';
import type { ClientSession } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRandom, type Random } from './testing/create-random.ts';
import { FUZZ_TIMEOUT, fuzzRounds } from './testing/fuzz-runs.ts';
import { beginTransaction, openTestClient } from './testing/open-client.ts';
import { deviationOf, type RandomHistory } from './testing/random-history.ts';

/**
 * Transactions and plain writes in random order, each step against a model of snapshot isolation: what a transaction
 * sees is the store at its beginning and what it wrote; it may write what nobody else has written since and no other
 * open transaction has written.
 */

interface Item {
  readonly _id: number;
  readonly n: number;
  readonly key: string;
}

type Items = ReadonlyMap<number, Item>;

interface Modelled {
  readonly session: ClientSession;
  readonly snapshot: Items;
  /** What it has written, undefined for what it has deleted. */
  readonly own: Map<number, Item | undefined>;
}

type Outcome = 'done' | 'conflict' | 'duplicate';

const test = await openTestClient();
const items = test.db.collection<Item>('items');
const STEPS = 60;
const IDS = 8;
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];

beforeAll(async () => {
  await items.createIndex({ key: 1 }, { unique: true });
  await items.createIndex({ n: 1, key: -1 });
});
afterAll(() => test.close());

function seenBy({ snapshot, own }: Modelled): Map<number, Item> {
  const seen = new Map(snapshot);
  for (const [id, item] of own) {
    if (item === undefined) seen.delete(id);
    else seen.set(id, item);
  }
  return seen;
}

/** What would become of a write of `item`, or of a deletion; undefined where a write would have to wait. */
function outcomeOf(
  committed: Items,
  open: readonly Modelled[],
  writer: Modelled | undefined,
  id: number,
  item: Item | undefined,
): Outcome | undefined {
  const seen = writer === undefined ? committed : seenBy(writer);
  const isNew = !seen.has(id);
  if (item !== undefined) {
    const holders = [...seen.values()].filter((other) => other.key === item.key && other._id !== id);
    if (holders.length > 0) return 'duplicate';
  }
  const collides = writer === undefined ? undefined : 'conflict';
  for (const other of open) {
    if (other === writer) continue;
    if (!isNew && other.snapshot.has(id) && other.own.has(id)) return collides;
    for (const theirs of other.own.values()) {
      if (item !== undefined && theirs !== undefined && (theirs.key === item.key || (isNew && theirs._id === id)))
        return collides;
    }
  }
  if (writer === undefined) return 'done';
  const isOwn = writer.own.has(id) && !writer.snapshot.has(id);
  if (!isNew && !isOwn && committed.get(id) !== writer.snapshot.get(id)) return 'conflict';
  for (const theirs of committed.values()) {
    if (item === undefined || theirs === writer.snapshot.get(theirs._id)) continue;
    if (theirs.key === item.key || (isNew && theirs._id === id)) return 'conflict';
  }
  return 'done';
}

async function write(before: Item | undefined, id: number, item: Item | undefined, session?: ClientSession) {
  const options = session === undefined ? {} : { session };
  try {
    if (item === undefined) await items.deleteOne({ _id: id }, options);
    else if (before === undefined) await items.insertOne(item, options);
    else await items.updateOne({ _id: id }, { $set: { n: item.n, key: item.key } }, options);
    return 'done';
  } catch (error) {
    const code = (error as { code?: number }).code;
    if (code === 112) return 'conflict';
    if (code === 11_000) return 'duplicate';
    throw error;
  }
}

/** How what is read deviates from what should be seen; undefined when it does not. */
async function deviation(seen: Items, session?: ClientSession): Promise<string | undefined> {
  const options = session === undefined ? {} : { session };
  const found = await items.find({}, options).toArray();
  const low = 50;
  const byIndex = await items.find({ n: { $gte: low } }, { ...options, sort: { n: 1, key: -1 } }).toArray();
  const expected = [...seen.values()]
    .filter(({ n }) => n >= low)
    .toSorted((one, other) => one.n - other.n || (one.key < other.key ? 1 : -1));
  const isRight =
    isDeepStrictEqual(new Map(found.map((item) => [item._id, item])), new Map(seen)) &&
    isDeepStrictEqual(byIndex, expected);
  return isRight
    ? undefined
    : `saw ${JSON.stringify([found, byIndex])} instead of ${JSON.stringify([...seen.values()])}`;
}

/** One random history. */
function createHistory({ below, pick }: Random): RandomHistory {
  const committed = new Map<number, Item>();
  let open: Modelled[] = [];

  const end = async (ended: Modelled, how: 'commit' | 'abort'): Promise<void> => {
    open = open.filter((other) => other !== ended);
    if (how === 'abort') await ended.session.abortTransaction();
    else await ended.session.commitTransaction();
    await ended.session.endSession();
    if (how === 'abort') return;
    for (const [id, item] of ended.own) {
      if (item === undefined) committed.delete(id);
      else committed.set(id, item);
    }
  };

  const begin = async (): Promise<string | undefined> => {
    const session = beginTransaction(test);
    const begun: Modelled = { session, snapshot: new Map(committed), own: new Map() };
    open.push(begun);
    // Its snapshot is that of its first statement.
    return deviation(begun.snapshot, session);
  };

  const change = async (writer: Modelled | undefined): Promise<string | undefined> => {
    const id = below(IDS);
    const before = (writer === undefined ? committed : seenBy(writer)).get(id);
    const item = below(4) === 0 ? undefined : { _id: id, n: below(100), key: pick(KEYS) };
    // Writes that change nothing collide with nothing.
    if (before?.n === item?.n && before?.key === item?.key) return undefined;
    const expected = outcomeOf(committed, open, writer, id, item);
    if (expected === undefined) return undefined;
    const outcome = await write(before, id, item, writer?.session);
    if (outcome !== expected) return `${outcome} instead of ${expected}`;
    if (outcome !== 'done') {
      if (writer !== undefined) await end(writer, 'abort');
      return undefined;
    }
    // What a transaction has made and deleted again was never there.
    if (writer !== undefined && (item !== undefined || writer.snapshot.has(id))) writer.own.set(id, item);
    else if (writer !== undefined) writer.own.delete(id);
    else if (item === undefined) committed.delete(id);
    else committed.set(id, item);
    return undefined;
  };

  return {
    start: async (): Promise<void> => {
      await items.deleteMany({});
    },
    step: async (): Promise<string | undefined> => {
      if (open.length < below(4)) return begin();
      const chance = below(10);
      const writer = open.length > 0 && below(3) > 0 ? pick(open) : undefined;
      if (chance < 2 && writer !== undefined) {
        await end(writer, below(4) === 0 ? 'abort' : 'commit');
        return deviation(committed);
      }
      if (chance < 4) return deviation(writer === undefined ? committed : seenBy(writer), writer?.session);
      return change(writer);
    },
    finish: async (): Promise<string | undefined> => {
      for (const transaction of open) await end(transaction, 'abort');
      const { valid } = await test.db.command({ validate: 'items', full: true });
      return valid === true ? deviation(committed) : 'the indexes do not fit the records';
    },
  };
}

it(
  'is snapshot isolation, however transactions and other writes take turns',
  async () => {
    const { seed, each } = fuzzRounds(10, 20_261_122);
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

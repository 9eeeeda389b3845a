import type { Collection, Db } from 'mongodb';
import { percentile } from '../report/percentile.ts';
import { timeOf } from '../report/time-of.ts';
import { conversationOf, messageOf } from './messages.ts';
import type { BenchMessage } from './messages.ts';

type Messages = Collection<BenchMessage>;

const batch = 1_000;
const pageSize = 25;

/** Makes the three indexes beside `_id`. */
export async function createIndexes(messages: Messages): Promise<void> {
  await messages.createIndex({ messageId: 1 }, { unique: true });
  await messages.createIndex({ conversationId: 1, createdAt: 1 });
  await messages.createIndex({ userId: 1, createdAt: -1 });
}

/** Stores the messages with the numbers `from` to `to`, a thousand at a time; returns how many a second. */
export async function fill(messages: Messages, from: number, to: number): Promise<number> {
  let spent = 0;
  for (let number = from; number < to; number += batch) {
    const documents = Array.from({ length: Math.min(batch, to - number) }, (_unused, at) => messageOf(number + at));
    const begun = performance.now();
    await messages.insertMany(documents);
    spent += performance.now() - begun;
  }
  return ((to - from) / spent) * 1_000;
}

type Work = (number: number) => Promise<unknown>;

/** How often a second `work` is done with so many in flight, and the milliseconds of each. */
async function rate(count: number, inFlight: number, work: Work) {
  const took: number[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const number = next;
      next += 1;
      took.push(await timeOf(() => work(number)));
    }
  };
  const spent = await timeOf(() => Promise.all(Array.from({ length: inFlight }, lane)));
  return { perSecond: (count / spent) * 1_000, took };
}

/** How often a second the driver gets the shortest of answers, which is what this machine allows it. */
export async function pings(database: Db) {
  const { perSecond } = await rate(1_000, 1, () => database.command({ ping: 1 }));
  return { ping: perSecond };
}

/** Messages that one round of `singles` inserts. */
export const insertedInRound = 600;

/** Single operations, some hundred of each: how many a second. Inserts the messages after the number `from`. */
export async function singles(messages: Messages, ids: readonly BenchMessage['_id'][], from: number) {
  const perSecond = async (count: number, inFlight: number, work: Work) =>
    (await rate(count, inFlight, work)).perSecond;
  const insert = (start: number) => (number: number) => messages.insertOne(messageOf(start + number));
  const find: Work = (number) => messages.findOne({ _id: pick(ids, from + number) });
  const update: Work = (number) => messages.updateOne({ _id: pick(ids, from + number) }, { $inc: { tokens: 1 } });
  return {
    insertOne: await perSecond(insertedInRound / 2, 1, insert(from)),
    insertOne32: await perSecond(insertedInRound / 2, 32, insert(from + insertedInRound / 2)),
    findOne: await perSecond(1_000, 1, find),
    findOne32: await perSecond(1_000, 32, find),
    updateOne: await perSecond(400, 1, update),
  };
}

function pick(ids: readonly BenchMessage['_id'][], number: number): BenchMessage['_id'] {
  const id = ids[(number * 31) % ids.length];
  if (id === undefined) throw new Error('There are messages.');
  return id;
}

/** Reads pages of conversations through their index: how many a second, and the milliseconds of the middle one. */
export async function pages(messages: Messages, documents: number) {
  const { perSecond, took } = await rate(400, 1, (number) =>
    messages
      .find({ conversationId: conversationOf((number * 9_973) % documents) })
      .sort({ createdAt: -1 })
      .limit(pageSize)
      .toArray(),
  );
  return { page: perSecond, pageMs: percentile(took, 0.5) ?? Number.NaN };
}

/** What has to look at every message, and a join, in milliseconds. */
export async function scans(messages: Messages, ids: readonly BenchMessage['_id'][]) {
  return {
    pageUnindexed: await timeOf(() =>
      messages
        .find({ thread: conversationOf(4_242) })
        .sort({ createdAt: -1 })
        .limit(pageSize)
        .toArray(),
    ),
    sortUnindexed: await timeOf(() => messages.find().sort({ text: 1 }).limit(pageSize).toArray()),
    regexScan: await timeOf(() => messages.countDocuments({ text: /no such words in any of them/ })),
    group: await timeOf(() =>
      messages.aggregate([{ $group: { _id: '$model', n: { $sum: 1 }, tokens: { $sum: '$tokens' } } }]).toArray(),
    ),
    lookup: await timeOf(() =>
      messages
        .aggregate([
          { $match: { _id: { $in: ids.slice(0, 500) } } },
          { $lookup: { from: messages.collectionName, localField: '_id', foreignField: '_id', as: 'same' } },
          { $project: { n: { $size: '$same' } } },
        ])
        .toArray(),
    ),
  };
}

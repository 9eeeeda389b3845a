import type { Collection } from 'mongodb';
import { percentile } from '../report/percentile.ts';
import { conversationOf, messageOf } from './messages.ts';
import type { BenchMessage } from './messages.ts';

type Messages = Collection<BenchMessage>;

const batch = 1_000;
const pageSize = 25;
const scanRounds = 5;

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

/** How often a second `work` is done with so many in flight, and the milliseconds of each. */
async function rate(
  count: number,
  inFlight: number,
  work: (number: number) => Promise<unknown>,
): Promise<{ readonly perSecond: number; readonly took: readonly number[] }> {
  const took: number[] = [];
  let next = 0;
  const begun = performance.now();
  const lane = async (): Promise<void> => {
    while (next < count) {
      const number = next;
      next += 1;
      const start = performance.now();
      await work(number);
      took.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { perSecond: (count / (performance.now() - begun)) * 1_000, took };
}

/** Inserts a second of single messages after the number `from`. */
export async function insertRate(messages: Messages, from: number, inFlight: number): Promise<number> {
  return (await rate(2_000, inFlight, (number) => messages.insertOne(messageOf(from + number)))).perSecond;
}

function pick(ids: readonly BenchMessage['_id'][], number: number): BenchMessage['_id'] {
  const id = ids[(number * 31) % ids.length];
  if (id === undefined) throw new Error('There are messages.');
  return id;
}

/** Reads messages by their `_id`. */
export async function findRate(messages: Messages, ids: readonly BenchMessage['_id'][], inFlight: number) {
  const work = (number: number) => messages.findOne({ _id: pick(ids, number) });
  await rate(500, inFlight, work);
  return (await rate(4_000, inFlight, work)).perSecond;
}

/** Adds to a number in messages by their `_id`. */
export async function updateRate(messages: Messages, ids: readonly BenchMessage['_id'][]): Promise<number> {
  const work = (number: number) => messages.updateOne({ _id: pick(ids, number) }, { $inc: { tokens: 1 } });
  return (await rate(2_000, 1, work)).perSecond;
}

/** Reads pages of conversations through their index: how many a second, and the milliseconds of the middle one. */
export async function pageRate(messages: Messages, documents: number) {
  const work = (number: number) =>
    messages
      .find({ conversationId: conversationOf((number * 9_973) % documents) })
      .sort({ createdAt: -1 })
      .limit(pageSize)
      .toArray();
  await rate(300, 1, work);
  const { perSecond, took } = await rate(1_500, 1, work);
  return { perSecond, p50: percentile(took, 0.5) ?? Number.NaN };
}

/** The middle one of some rounds, in milliseconds. */
async function middle(work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let round = 0; round < scanRounds; round += 1) {
    const begun = performance.now();
    await work();
    took.push(performance.now() - begun);
  }
  return percentile(took, 0.5) ?? Number.NaN;
}

/** What has to look at every message, in milliseconds. */
export async function scans(messages: Messages, ids: readonly BenchMessage['_id'][]) {
  return {
    pageUnindexed: await middle(() =>
      messages
        .find({ thread: conversationOf(4_242) })
        .sort({ createdAt: -1 })
        .limit(pageSize)
        .toArray(),
    ),
    sortUnindexed: await middle(() => messages.find().sort({ text: 1 }).limit(pageSize).toArray()),
    regexScan: await middle(() => messages.countDocuments({ text: /no such words in any of them/ })),
    group: await middle(() =>
      messages.aggregate([{ $group: { _id: '$model', n: { $sum: 1 }, tokens: { $sum: '$tokens' } } }]).toArray(),
    ),
    lookup: await middle(() =>
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

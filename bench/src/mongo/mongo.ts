import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { MongoClient, type Db } from 'mongodb';
import { percentile, rounded } from '../report/percentile.ts';
import { printTable, say } from '../report/print-table.ts';
import { timeOf } from '../report/time-of.ts';
import { surroundings, writeReport } from '../report/write-report.ts';
import { createIndexes, fill, insertedInRound, pages, pings, scans, singles } from './measures.ts';
import type { BenchMessage } from './messages.ts';
import { isReached, rowNames, rows } from './reference.ts';
import type { RowName } from './reference.ts';
import { startStoreProcess } from './store-process.ts';

/**
 * What the embedded store does in a second, over its socket from another process, at 100,000 messages with four indexes
 * and, for pages, at a million. Exits with 1 when a row is worse than promised.
 */
const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '100000' },
    many: { type: 'string', default: '1000000' },
    json: { type: 'string' },
  },
});
const documents = Number(values.documents);
const many = Number(values.many);

/** How often what does not take long is measured. */
const roundsCounted = 7;

type Figures = Partial<Record<RowName, number>>;

const folder = mkdtempSync(path.join(tmpdir(), 'parley-bench-mongo-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let store = await startStoreProcess(folder);
try {
  process.exitCode = report(await measure());
} finally {
  await store.end('SIGKILL');
}
process.exit();

async function withMessages<T>(work: (messages: Messages, database: Db) => Promise<T>): Promise<T> {
  const client = await MongoClient.connect(store.uri, { maxPoolSize: 32 });
  try {
    const database = client.db('bench');
    return await work(database.collection<BenchMessage>('messages'), database);
  } finally {
    await client.close();
  }
}

type Messages = Parameters<typeof createIndexes>[0];

async function measure(): Promise<Figures> {
  const figures = await inRounds(idle);
  say(`${documents} messages …`);
  await withMessages(async (messages, database) => {
    await createIndexes(messages);
    figures.insertMany = await fill(messages, 0, documents);
    const ids = (
      await messages
        .find({}, { projection: { _id: 1 } })
        .limit(5_000)
        .toArray()
    ).map(({ _id }) => _id);
    const rounds = await inRounds(async (round) => ({
      ...(await pings(database)),
      ...(await singles(messages, ids, documents + round * insertedInRound)),
      ...(await pages(messages, documents)),
      ...(await scans(messages, ids)),
    }));
    Object.assign(figures, rounds);
    figures.rssPeak = store.memory().peak;
    // With a driver in the process of the store, so after its memory was looked at.
    figures.stall = await store.stall('bench', 'messages');
  });
  figures.file = store.fileMegabytes();
  Object.assign(figures, await inRounds(restart));
  if (many > documents) {
    say(`${many} messages …`);
    await withMessages(async (messages) => {
      await fill(messages, documents + (roundsCounted + 1) * insertedInRound, many);
      const { pageMs } = await inRounds(() => pages(messages, many));
      figures.pageMs = Math.max(figures.pageMs ?? Number.NaN, pageMs ?? Number.NaN);
    });
  }
  return figures;
}

/**
 * The middle figure of each in some rounds, after one that does not count as code is compiled in it. All are measured in
 * turn, so that what else the machine does for a second or two meets one round of each and not one of them alone.
 */
async function inRounds(measured: (round: number) => Promise<Figures>): Promise<Figures> {
  await measured(0);
  const rounds: Figures[] = [];
  for (let round = 1; round <= roundsCounted; round += 1) rounds.push(await measured(round));
  const figures: Figures = {};
  for (const name of rowNames) {
    const middle = percentile(
      rounds.flatMap((round) => round[name] ?? []),
      0.5,
    );
    if (middle !== undefined) figures[name] = middle;
  }
  return figures;
}

/** Kills the store in the middle of nothing and starts it again; returns the milliseconds until it can be used. */
async function startAgain(): Promise<number> {
  await store.end('SIGKILL');
  return timeOf(async () => {
    store = await startStoreProcess(folder);
  });
}

/**
 * What an empty store takes. The first start, of which Node keeps what it made of the code, is as little counted as the
 * first of an install.
 */
async function idle(): Promise<Figures> {
  await startAgain();
  return { rssIdle: store.memory().now };
}

async function restart(): Promise<Figures> {
  const took = await startAgain();
  return withMessages(async (messages) => {
    await messages.db.command({ ping: 1 });
    const conversation = messages.find({ conversationId: 'conversation-3' });
    return { restart: took, firstFind: await timeOf(() => conversation.sort({ createdAt: -1 }).limit(25).toArray()) };
  });
}

function report(figures: Figures): number {
  const results = rowNames.map((name) => {
    const value = figures[name] ?? Number.NaN;
    const row = rows[name];
    return {
      ...row,
      value,
      ratio: row.unit === '/s' ? value / row.reference : row.reference / value,
      kept: isReached(row, value),
    };
  });
  printTable(
    ['measure', 'measured', 'reference', 'times as good', 'goal', ''],
    results.map(({ name, unit, value, reference, ratio, factor, kept }) => [
      name,
      `${rounded(value)} ${unit}`,
      `${rounded(reference)} ${unit}`,
      `${rounded(ratio, 2)}x`,
      `≥ ${String(factor)}x`,
      kept ? 'kept' : 'BROKEN',
    ]),
  );
  writeReport('mongo', { ...surroundings(), documents, many, results }, values.json);
  return results.every(({ kept }) => kept) ? 0 : 1;
}

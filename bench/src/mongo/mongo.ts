import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { MongoClient } from 'mongodb';
import { rounded } from '../report/percentile.ts';
import { printTable, say } from '../report/print-table.ts';
import { surroundings, writeReport } from '../report/write-report.ts';
import { createIndexes, fill, findRate, insertRate, pageRate, scans, updateRate } from './measures.ts';
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

type Figures = Partial<Record<RowName, number>>;

const folder = mkdtempSync(path.join(tmpdir(), 'parley-bench-mongo-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
// The second start, as all but the first of an install: Node knows by then what it made of the code.
await (await startStoreProcess(folder)).end('SIGKILL');
let store = await startStoreProcess(folder);
try {
  process.exitCode = report(await measure());
} finally {
  await store.end('SIGKILL');
}
process.exit();

async function withMessages<T>(work: (messages: Messages) => Promise<T>): Promise<T> {
  const client = await MongoClient.connect(store.uri, { maxPoolSize: 32 });
  try {
    return await work(client.db('bench').collection<BenchMessage>('messages'));
  } finally {
    await client.close();
  }
}

type Messages = Parameters<typeof createIndexes>[0];

async function measure(): Promise<Figures> {
  const figures: Figures = { rssIdle: store.memory().now };
  say(`${documents} messages …`);
  await withMessages(async (messages) => {
    await createIndexes(messages);
    figures.insertMany = await fill(messages, 0, documents);
    figures.insertOne = await insertRate(messages, documents, 1);
    figures.insertOne32 = await insertRate(messages, documents + 2_000, 32);
    const ids = (
      await messages
        .find({}, { projection: { _id: 1 } })
        .limit(5_000)
        .toArray()
    ).map(({ _id }) => _id);
    figures.findOne = await findRate(messages, ids, 1);
    figures.findOne32 = await findRate(messages, ids, 32);
    const page = await pageRate(messages, documents);
    Object.assign(figures, { page: page.perSecond, pageMs: page.p50 });
    figures.updateOne = await updateRate(messages, ids);
    Object.assign(figures, await scans(messages, ids));
    figures.rssPeak = store.memory().peak;
    // With a driver in the process of the store, so after its memory was looked at.
    figures.stall = await store.stall('bench', 'messages');
  });
  figures.file = store.fileMegabytes();
  await restart(figures);
  if (many > documents) {
    say(`${many} messages …`);
    await withMessages(async (messages) => {
      await fill(messages, documents + 4_000, many);
      figures.pageMs = Math.max(figures.pageMs ?? 0, (await pageRate(messages, many)).p50);
    });
  }
  return figures;
}

/** Kills the store in the middle of nothing and starts it again. */
async function restart(figures: Figures): Promise<void> {
  await store.end('SIGKILL');
  const begun = performance.now();
  store = await startStoreProcess(folder);
  figures.restart = performance.now() - begun;
  await withMessages(async (messages) => {
    await messages.db.command({ ping: 1 });
    const before = performance.now();
    await messages.find({ conversationId: 'conversation-3' }).sort({ createdAt: -1 }).limit(25).toArray();
    figures.firstFind = performance.now() - before;
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

import { randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import { afterAll, expect, it } from 'vitest';
import type { Document } from './bson/document.ts';
import { isNumber, type Value } from './bson/value.ts';
import { createCatalogueState } from './catalogue/catalogue-state.ts';
import { openStore } from './store/open-store.ts';
import { allRecords, indexMismatches } from './testing/index-mismatches.ts';

const WRITERS = 16;
const MOVERS = 2;
const ACCOUNTS = 5;
const MONEY = 1_000_000;
const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 3);
const directory = mkdtempSync(join(tmpdir(), 'parley-crash-'));
const children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

interface Account {
  readonly _id: number;
  readonly money: number;
}

interface Transfer {
  readonly _id: string;
  readonly from: number;
}

async function startChild(): Promise<{ child: ChildProcess; uri: string }> {
  const script = fileURLToPath(new URL('testing/crash-server.ts', import.meta.url));
  const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, uri: line.toString().trim() };
}

/** The ids in a store, after checking that every index has the entries of the records and no others. */
function readIds(path: string): Set<unknown> {
  const store = openStore(path, 'none');
  try {
    const { writing } = createCatalogueState(store);
    const collections = [...writing.catalogue().values()];
    expect(collections.flatMap((collection) => indexMismatches(writing, collection))).toEqual([]);
    return new Set(
      collections.flatMap((collection) => allRecords(writing, collection).map(({ document }) => document.get('_id'))),
    );
  } finally {
    store.close();
  }
}

/**
 * How much of the write-ahead log SQLite had begun to copy into the database. It syncs the log before that, so a power
 * cut can tear only what follows; the count of frames is at byte 128 of the shared-memory file.
 */
function syncedLogBytes(path: string): number {
  const frames = readFileSync(join(path, 'store.sqlite-shm')).readUInt32LE(128);
  return frames === 0 ? 0 : 32 + frames * (4096 + 24);
}

/** Creates the accounts, all of whose money is the invariant, unless an earlier round did. */
async function openAccounts(client: MongoClient): Promise<void> {
  const accounts = client.db('bank').collection<Account>('accounts');
  await client
    .db('bank')
    .createCollection('transfers')
    .catch(() => {});
  if ((await accounts.countDocuments()) > 0) return;
  await accounts.insertMany(Array.from({ length: ACCOUNTS }, (_unused, _id) => ({ _id, money: MONEY })));
}

/** Moves money in transactions over two collections until stopped; returns the ids of those that were acknowledged. */
async function moveMoney(client: MongoClient, mover: number, signal: AbortSignal): Promise<string[]> {
  const accounts = client.db('bank').collection<Account>('accounts');
  const transfers = client.db('bank').collection<Transfer>('transfers');
  const done: string[] = [];
  for (let n = 0; !signal.aborted; n += 1) {
    const _id = randomUUID();
    const session = client.startSession();
    try {
      const from = (n * 3 + mover) % ACCOUNTS;
      session.startTransaction();
      await accounts.updateOne({ _id: from }, { $inc: { money: -1 } }, { session });
      await transfers.insertOne({ _id, from }, { session });
      await accounts.updateOne({ _id: (from + 1) % ACCOUNTS }, { $inc: { money: 1 } }, { session });
      await session.commitTransaction();
      done.push(_id);
    } catch {
      // The writer was not free, or the server is gone.
    } finally {
      await session.endSession().catch(() => {});
    }
  }
  return done;
}

/** Checks that each transfer is there whole or not at all, and every acknowledged one; returns how many there are. */
function checkMoney(path: string, acknowledged: readonly string[]): number {
  const store = openStore(path, 'none');
  try {
    const { writing } = createCatalogueState(store);
    const read = (name: string): Document[] => {
      const collection = writing.catalogue().get(`bank.${name}`);
      return collection === undefined ? [] : allRecords(writing, collection).map(({ document }) => document);
    };
    const transfers = read('transfers');
    const expected = Array.from({ length: ACCOUNTS }, () => MONEY);
    for (const transfer of transfers) {
      const from = plain(transfer.get('from'));
      expected[from] = (expected[from] ?? 0) - 1;
      expected[(from + 1) % ACCOUNTS] = (expected[(from + 1) % ACCOUNTS] ?? 0) + 1;
    }
    const accounts = read('accounts');
    const found = new Map(accounts.map((account) => [plain(account.get('_id')), plain(account.get('money'))]));
    // A log torn early in the first round ends before the accounts.
    expect(accounts.length === 0 ? expected : expected.map((_money, id) => found.get(id))).toEqual(expected);
    const ids = new Set(transfers.map((transfer) => transfer.get('_id')));
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    return transfers.length;
  } finally {
    store.close();
  }
}

function plain(value: Value | undefined): number {
  if (typeof value === 'number') return value;
  if (isNumber(value) && typeof value === 'object' && value.kind === 'int') return value.value;
  throw new TypeError('expected a number');
}

it(
  'loses no acknowledged write to kill -9, keeps indexes true and transactions whole',
  async () => {
    const acknowledged = new Set<string>();
    let transfers = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { child, uri } = await startChild();
      const client = await MongoClient.connect(uri, { retryWrites: false, serverSelectionTimeoutMS: 5_000 });
      const items = client.db('test').collection<{ _id: string; tags: string[]; n: number }>('items');
      await items.createIndex({ tags: 1 });
      await items.createIndex({ n: 1, _id: 1 }, { unique: true });
      await openAccounts(client);
      const stopping = new AbortController();
      const writers = Array.from({ length: WRITERS }, async (_unused, writer) => {
        for (let n = 0; !stopping.signal.aborted; n += 1) {
          const _id = `${String(round)}-${String(writer)}-${String(n)}`;
          try {
            await items.insertOne({ _id, tags: [`t${String(n % 7)}`, `w${String(writer)}`], n });
            await items.updateOne({ _id }, { $push: { tags: 'updated' } });
            acknowledged.add(_id);
          } catch {
            return;
          }
        }
      });
      const movers = Array.from({ length: MOVERS }, (_unused, mover) => moveMoney(client, mover, stopping.signal));
      const target = acknowledged.size + 300;
      await expect.poll(() => acknowledged.size, { timeout: 20_000, interval: 5 }).toBeGreaterThan(target);
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      stopping.abort();
      const moved = await Promise.all(movers);
      await Promise.all([exited, ...writers]);
      await client.close();
      const copy = mkdtempSync(join(tmpdir(), 'parley-torn-'));
      for (const name of ['store.sqlite', 'store.sqlite-wal']) copyFileSync(join(directory, name), join(copy, name));
      const synced = syncedLogBytes(directory);
      const stored = readIds(directory);
      expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
      transfers = checkMoney(directory, moved.flat());
      const log = join(copy, 'store.sqlite-wal');
      const unsynced = Math.max(0, statSync(log).size - synced);
      truncateSync(log, Math.min(statSync(log).size, synced + Math.floor((unsynced * (round + 1)) / (ROUNDS + 1))));
      readIds(copy);
      checkMoney(copy, []);
      rmSync(copy, { recursive: true, force: true });
    }
    expect(transfers).toBeGreaterThan(0);
    if (ROUNDS > 3) {
      process.stdout.write(
        `${String(ROUNDS)} kills, ${String(acknowledged.size)} writes, ${String(transfers)} transactions\n`,
      );
    }
  },
  30_000 * ROUNDS,
);

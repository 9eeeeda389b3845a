import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import { afterAll, expect, it } from 'vitest';
import { createCatalogueState } from './catalogue/catalogue-state.ts';
import { openStore } from './store/open-store.ts';
import { allRecords, indexMismatches } from './testing/index-mismatches.ts';

const WRITERS = 16;
const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 3);
const directory = mkdtempSync(join(tmpdir(), 'parley-crash-'));
const children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

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

it('loses no acknowledged write to kill -9 and keeps indexes true', async () => {
  const acknowledged = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const { child, uri } = await startChild();
    const client = await MongoClient.connect(uri, { retryWrites: false, serverSelectionTimeoutMS: 5_000 });
    const items = client.db('test').collection<{ _id: string; tags: string[]; n: number }>('items');
    await items.createIndex({ tags: 1 });
    await items.createIndex({ n: 1, _id: 1 }, { unique: true });
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
    const target = acknowledged.size + 300;
    await expect.poll(() => acknowledged.size, { timeout: 20_000, interval: 5 }).toBeGreaterThan(target);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    stopping.abort();
    await Promise.all([exited, ...writers]);
    await client.close();
    const copy = mkdtempSync(join(tmpdir(), 'parley-torn-'));
    for (const name of ['store.sqlite', 'store.sqlite-wal']) copyFileSync(join(directory, name), join(copy, name));
    const synced = syncedLogBytes(directory);
    const stored = readIds(directory);
    expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
    const log = join(copy, 'store.sqlite-wal');
    const unsynced = Math.max(0, statSync(log).size - synced);
    truncateSync(log, Math.min(statSync(log).size, synced + Math.floor((unsynced * (round + 1)) / (ROUNDS + 1))));
    readIds(copy);
    rmSync(copy, { recursive: true, force: true });
  }
}, 90_000);

import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startEmbeddedMongo, type EmbeddedMongoError } from './index.ts';
import { openTestClient } from './testing/open-client.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'parley-lifecycle-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function socketOf(uri: string): string {
  return decodeURIComponent(uri.slice('mongodb://'.length, uri.indexOf('/?')));
}

function mode(path: string): number {
  return statSync(path).mode & 0o777;
}

describe('the store', () => {
  it('keeps its data, indexes and collection options across restarts', async () => {
    const first = await openTestClient(directory);
    await first.db.collection('items').insertMany([{ n: 1, list: [1, 2] }, { n: 2 }]);
    await first.db.collection('items').createIndex({ n: 1 }, { unique: true });
    await first.db.collection('items').createIndex({ list: 1 }, { partialFilterExpression: { n: { $gt: 0 } } });
    await first.close();
    const second = await openTestClient(directory);
    expect(await second.db.collection('items').countDocuments({ list: 2, n: { $gt: 0 } })).toBe(1);
    await expect(second.db.collection('items').insertOne({ n: 1 })).rejects.toMatchObject({ code: 11_000 });
    expect(await second.db.collection('items').indexes()).toHaveLength(3);
    await second.close();
  });

  it('is private to its user: directory, file and socket', async () => {
    const store = await startEmbeddedMongo({ path: join(directory, 'new') });
    expect(mode(join(directory, 'new'))).toBe(0o700);
    expect(mode(join(directory, 'new', 'store.sqlite'))).toBe(0o600);
    expect(mode(socketOf(store.uri))).toBe(0o600);
    expect(mode(join(socketOf(store.uri), '..'))).toBe(0o700);
    await store.close();
    expect(existsSync(socketOf(store.uri))).toBe(false);
  });

  it('listens elsewhere when its own path is too long for a socket', async () => {
    const store = await startEmbeddedMongo({ path: join(directory, 'x'.repeat(120)) });
    expect(socketOf(store.uri).length).toBeLessThan(104);
    const client = await MongoClient.connect(store.uri);
    await client.db('test').command({ ping: 1 });
    await client.close();
    await store.close();
    expect(existsSync(join(socketOf(store.uri), '..'))).toBe(false);
  });

  it('serves a path with spaces and other letters', async () => {
    const test = await openTestClient(join(directory, 'my döcuments %20'));
    await test.db.collection('items').insertOne({ _id: 1 } as never);
    expect(await test.db.collection('items').countDocuments()).toBe(1);
    await test.close();
  });

  it('has stored whatever it acknowledged when it closes in the middle of writes', async () => {
    const test = await openTestClient(directory);
    const items = test.client.db('test', { retryWrites: false }).collection('items');
    await items.insertOne({});
    const pending = Array.from({ length: 40 }, async (_unused, n) => {
      try {
        await items.insertOne({ n });
        return [n];
      } catch {
        return [];
      }
    });
    await test.store.close();
    await test.client.close();
    const acknowledged = (await Promise.all(pending)).flat();
    const again = await openTestClient(directory);
    const stored = await again.db.collection('items').distinct('n');
    expect(acknowledged.filter((n) => !stored.includes(n))).toEqual([]);
    await again.close();
  });

  it('listens on TCP behind a password where unix sockets are missing', async () => {
    const platform = process.platform;
    Object.defineProperty(process, 'platform', { value: 'win32' });
    const starting = startEmbeddedMongo({ path: directory });
    Object.defineProperty(process, 'platform', { value: platform });
    const store = await starting;
    expect(store.uri).toMatch(/^mongodb:\/\/parley:[\w-]{43}@127\.0\.0\.1:\d+\//);
    await store.close();
  });

  it('refuses a second server on the same directory and frees it on close', async () => {
    const store = await startEmbeddedMongo({ path: directory });
    await expect(startEmbeddedMongo({ path: directory })).rejects.toMatchObject({
      code: 'store-locked',
      retryable: true,
    });
    await store.close();
    await store.close();
    const again = await startEmbeddedMongo({ path: directory });
    await again.close();
  });

  it('refuses a newer format, a foreign file and a damaged one', async () => {
    await (await startEmbeddedMongo({ path: directory })).close();
    const file = join(directory, 'store.sqlite');
    const change = (sql: string) => {
      const database = new DatabaseSync(file);
      database.exec(sql);
      database.close();
    };
    change('PRAGMA user_version = 99');
    await expect(startEmbeddedMongo({ path: directory })).rejects.toMatchObject({ code: 'store-too-new' });
    change('PRAGMA user_version = 2; PRAGMA application_id = 7');
    await expect(startEmbeddedMongo({ path: directory })).rejects.toMatchObject({ code: 'store-unreadable' });
    rmSync(file);
    change('CREATE TABLE foreign_table (x)');
    await expect(startEmbeddedMongo({ path: directory })).rejects.toMatchObject({ code: 'store-unreadable' });
  });

  it('says why it cannot be opened', async () => {
    const file = join(directory, 'store.sqlite');
    writeFileSync(file, 'this is no database at all, but long enough to look at '.repeat(100));
    await expect(startEmbeddedMongo({ path: directory })).rejects.toMatchObject({ code: 'store-unreadable' });
  });
});

describe('a worker that dies', () => {
  it('is reported to the owner once, and close still resolves', async () => {
    const onExit = vi.fn<(error: EmbeddedMongoError) => void>();
    const threads: Worker[] = [];
    const onWorker = (worker: Worker) => threads.push(worker);
    process.on('worker', onWorker);
    const store = await startEmbeddedMongo({ path: directory, onExit });
    process.off('worker', onWorker);
    await threads[0]?.terminate();
    await expect.poll(() => onExit.mock.calls.length).toBe(1);
    expect(onExit.mock.calls[0]?.[0]).toMatchObject({ code: 'server-exited', retryable: true });
    await store.close();
    const again = await startEmbeddedMongo({ path: directory });
    await again.close();
  });
});

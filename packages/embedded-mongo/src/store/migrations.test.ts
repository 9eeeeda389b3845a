import { closeSync, existsSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startEmbeddedMongo } from '../index.ts';
import { openTestClient } from '../testing/open-client.ts';
import { migrate, MIGRATIONS, type Migration } from './migrations.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'parley-migrations-'));
  file = join(directory, 'store.sqlite');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function withDatabase<T>(use: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file);
  try {
    return use(database);
  } finally {
    database.close();
  }
}

function formatOf(path: string): unknown {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database.prepare('PRAGMA user_version').get()?.['user_version'];
  } finally {
    database.close();
  }
}

/** Fills the store, then makes it look as the first program left it. */
async function makeFormat1(): Promise<void> {
  const test = await openTestClient(directory);
  await test.db.collection<{ _id: number; n: number }>('items').insertMany([
    { _id: 1, n: 5 },
    { _id: 2, n: 6 },
  ]);
  await test.db.collection('items').createIndex({ n: 1 });
  await test.close();
  withDatabase((database) => {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    for (const { name } of tables) {
      const isFirst = typeof name === 'string' && /^(?:collections|indexes|sqlite_\w+|[ri]_\d+)$/.test(name);
      if (!isFirst) database.exec(`DROP TABLE IF EXISTS "${String(name)}"`);
    }
    database.exec('PRAGMA user_version = 1');
  });
}

it('serves a store of the first format with all it holds', async () => {
  await makeFormat1();
  const test = await openTestClient(directory);
  expect(await test.db.collection('items').find({ n: 6 }).toArray()).toEqual([{ _id: 2, n: 6 }]);
  await test.close();
  expect(formatOf(file)).toBe(MIGRATIONS.length);
});

it('gives a new store the newest format', async () => {
  await (await startEmbeddedMongo({ path: directory })).close();
  expect(formatOf(file)).toBe(MIGRATIONS.length);
});

const adding: Migration = { isRewriting: false, apply: (database) => database.exec('CREATE TABLE added (x)') };
const rewriting: Migration = { isRewriting: true, apply: (database) => database.exec('UPDATE kept SET x = x + 1') };

it('copies the store before a step that rewrites it', () => {
  withDatabase((database) => {
    database.exec('CREATE TABLE kept (x); INSERT INTO kept VALUES (1); PRAGMA user_version = 2');
    writeFileSync(`${file}.format-2`, 'left by a start that was cut short');
    migrate(database, file, 2, [adding, adding, rewriting]);
    expect(database.prepare('SELECT x FROM kept').get()).toEqual({ x: 2 });
  });
  expect(formatOf(file)).toBe(3);
  expect(formatOf(`${file}.format-2`)).toBe(2);
});

it('makes no copy for a step that only adds', () => {
  withDatabase((database) => migrate(database, file, 0, [adding]));
  expect(existsSync(`${file}.format-0`)).toBe(false);
  expect(formatOf(file)).toBe(1);
});

it('undoes a step that fails and keeps those before it', () => {
  const failing: Migration = {
    isRewriting: false,
    apply: (database) => database.exec('CREATE TABLE half (x); SELECT * FROM missing'),
  };
  withDatabase((database) => {
    expect(() => migrate(database, file, 0, [adding, failing])).toThrow('missing');
    const tables = database.prepare('SELECT name FROM sqlite_master').all();
    expect(tables.map(({ name }) => name)).toEqual(['added']);
  });
  expect(formatOf(file)).toBe(1);
});

it('refuses a newer store and leaves it alone', async () => {
  await makeFormat1();
  withDatabase((database) => database.exec(`PRAGMA user_version = ${String(MIGRATIONS.length + 1)}`));
  await expect(startEmbeddedMongo({ path: directory })).rejects.toMatchObject({ code: 'store-too-new' });
  expect(formatOf(file)).toBe(MIGRATIONS.length + 1);
});

it('refuses a damaged store and leaves it alone', async () => {
  await makeFormat1();
  const page = withDatabase((database) => {
    const table = database.prepare("SELECT rootpage FROM sqlite_master WHERE name LIKE 'r_%'").get();
    return Number(table?.['rootpage']);
  });
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(4096, 0xab), 0, 4096, (page - 1) * 4096);
  closeSync(handle);
  await expect(startEmbeddedMongo({ path: directory })).rejects.toMatchObject({ code: 'store-corrupt' });
  expect(formatOf(file)).toBe(1);
  truncateSync(file, (page - 1) * 4096);
  await expect(startEmbeddedMongo({ path: directory })).rejects.toMatchObject({ code: 'store-corrupt' });
});

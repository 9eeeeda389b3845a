import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { Decimal128, Double, Int32, Long, MongoClient, ObjectId, type Document } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestClient, type TestClient } from '../testing/open-client.ts';
import { holdingsOf } from './copy-documents.ts';
import { runCommandLine } from './run-command-line.ts';

let directory: string;
let path: string;
let output: string[];
let errors: string[];
const children: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'parley-operations-'));
  path = join(directory, 'store');
  output = [];
  errors = [];
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(directory, { recursive: true, force: true });
});

function run(...words: string[]): Promise<number> {
  return runCommandLine(words, {
    out: (line) => output.push(line),
    error: (line) => errors.push(line),
    interrupted: Promise.resolve(),
    environment: {},
  });
}

const VALUES = {
  double: new Double(5),
  int: new Int32(5),
  long: Long.fromString('9007199254740993'),
  decimal: Decimal128.fromString('1.10'),
  date: new Date(-5),
  null: null,
  nested: { z: 1, list: [new Double(1), { $odd: /a+/i }] },
};

type Item = Document & { _id: unknown };

/** A store with every kind of thing that has to survive. */
async function fill(test: TestClient): Promise<void> {
  const items = test.db.collection<Item>('items');
  const documents = Array.from({ length: 1_200 }, (_unused, n) => ({ _id: n, n, ...VALUES }));
  await items.insertMany([...documents, { _id: new ObjectId() }, { _id: 'text' }]);
  // The order of such names is lost in every object of JavaScript.
  const numbered = new Map<string, unknown>([
    ['_id', 'numbered'],
    ['b', 1],
    ['1', 2],
    ['0', 3],
  ]);
  await test.db.command({ insert: 'items', documents: [numbered] });
  await items.createIndex({ n: -1 }, { name: 'by n', unique: true, sparse: true });
  await items.createIndex({ n: 1 }, { partialFilterExpression: { n: { $gt: 5 } }, expireAfterSeconds: 60 });
  await test.db.createCollection('empty');
  const validator = { $jsonSchema: { required: ['n'] } };
  await test.db.createCollection('strict', { validator, validationLevel: 'moderate' });
  // Older than its validator would allow.
  await test.db.command({ insert: 'strict', documents: [{ _id: 1 }], bypassDocumentValidation: true });
  await test.db.createCollection('folded', { collation: { locale: 'en', strength: 2 } });
  await test.db.createCollection('a view', { viewOn: 'items', pipeline: [{ $match: { n: { $lt: 3 } } }] });
  const names = await test.db.createCollection('names', { collation: { locale: 'en', strength: 2 } });
  await names.createIndexes([
    { key: { name: 1 }, unique: true },
    { key: { name: 1 }, name: 'binary', collation: { locale: 'simple' } },
  ]);
  await names.insertOne({ name: 'Ann' });
  await test.client.db('second').collection<Item>('odd name/ö.x').insertOne({ _id: 1 });
}

/** What makes two stores the same to their users. */
async function contentOf(client: MongoClient): Promise<unknown> {
  const content: unknown[] = [];
  for (const database of ['test', 'second']) {
    const collections = await client.db(database).listCollections({}, { nameOnly: false }).toArray();
    // `system.views` is the server's own note of its views.
    const shown = collections.filter(({ name }) => !name.startsWith('system.'));
    for (const { name, type, options } of shown.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const isView = type === 'view';
      const indexes = isView ? [] : await client.db(database).collection(name).listIndexes().toArray();
      content.push({ database, name, type, options, indexes, holdings: await holdingsOf(client, database, name) });
    }
  }
  return content;
}

async function contentAt(at: string): Promise<unknown> {
  const test = await openTestClient(at);
  const content = await contentOf(test.client);
  await test.close();
  return content;
}

async function makeStore(): Promise<unknown> {
  const test = await openTestClient(path);
  await fill(test);
  const content = await contentOf(test.client);
  await test.close();
  return content;
}

describe('backup', () => {
  it('copies a store that is being written, for its owner alone', async () => {
    const test = await openTestClient(path);
    await fill(test);
    const stopping = new AbortController();
    const writing = (async () => {
      const pairs = test.db.collection<Item>('pairs');
      for (let n = 0; !stopping.signal.aborted; n += 1) await pairs.insertMany([{ _id: 2 * n }, { _id: 2 * n + 1 }]);
    })();
    await expect.poll(() => test.db.collection('pairs').countDocuments()).toBeGreaterThan(10);
    const target = join(directory, 'backup');
    expect(await run('backup', '--path', path, '--to', target)).toBe(0);
    stopping.abort();
    await writing;
    const content = await contentOf(test.client);
    await test.close();
    expect(statSync(join(target, 'store.sqlite')).mode & 0o777).toBe(0o600);
    expect(existsSync(join(target, 'store.sqlite.partial'))).toBe(false);
    const copy = await openTestClient(target);
    const pairs = await copy.db.collection('pairs').countDocuments();
    expect(pairs).toBeGreaterThan(10);
    expect(pairs % 2).toBe(0);
    await copy.db.dropCollection('pairs');
    const withoutPairs = Array.isArray(content) ? content.filter(({ name }) => name !== 'pairs') : [];
    expect(await contentOf(copy.client)).toEqual(withoutPairs);
    await copy.close();
  });

  it('has a history of its own, which the change streams of the original cannot go on with', async () => {
    const test = await openTestClient(path);
    const watched = test.db.collection<Item>('watched');
    await watched.insertOne({ _id: 0 });
    const stream = watched.watch();
    const first = stream.next();
    await expect
      .poll(async () => {
        await watched.insertOne({ _id: new ObjectId() });
        return stream.resumeToken;
      })
      .toBeTruthy();
    const { _id: resumeAfter } = await first;
    await stream.close();
    const target = join(directory, 'backup');
    expect(await run('backup', '--path', path, '--to', target)).toBe(0);
    await watched.insertOne({ _id: 'later' });
    const again = watched.watch([], { resumeAfter });
    expect((await again.next()).operationType).toBe('insert');
    await again.close();
    await test.close();
    const copy = await openTestClient(target);
    const copied = copy.db.collection<Item>('watched');
    const refused = copied.watch([], { resumeAfter });
    await expect(refused.next()).rejects.toMatchObject({ code: 280 });
    await refused.close();
    const fresh = copied.watch();
    const event = fresh.next();
    await expect
      .poll(async () => {
        await copied.insertOne({ _id: new ObjectId() });
        return fresh.resumeToken;
      })
      .toBeTruthy();
    expect((await event).operationType).toBe('insert');
    await fresh.close();
    await copy.close();
  });

  it('overwrites nothing and says what is missing', async () => {
    expect(await run('backup', '--path', path, '--to', join(directory, 'b'))).toBe(1);
    expect(errors.join()).toContain('no store');
    await makeStore();
    const file = join(directory, 'copy.sqlite');
    expect(await run('backup', '--path', path, '--to', file)).toBe(0);
    const before = readFileSync(file);
    expect(await run('backup', '--path', path, '--to', file)).toBe(1);
    expect(errors.at(-1)).toContain('exists already');
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('export and import', () => {
  it('carry everything from store to store', async () => {
    const content = await makeStore();
    const dump = join(directory, 'dump');
    expect(await run('export', '--path', path, '--to', dump)).toBe(0);
    expect(existsSync(join(dump, 'test', 'items.bson'))).toBe(true);
    const metadata: unknown = JSON.parse(readFileSync(join(dump, 'test', 'items.metadata.json'), 'utf8'));
    expect(metadata).toMatchObject({ collectionName: 'items', type: 'collection', options: {} });
    expect(metadata).toHaveProperty('uuid', expect.stringMatching(/^[0-9a-f]{32}$/));
    expect(metadata).toHaveProperty('indexes.1.key', { n: { $numberInt: '-1' } });
    const other = join(directory, 'other');
    expect(await run('import', '--path', other, '--from', dump)).toBe(0);
    expect(await contentAt(other)).toEqual(content);
    // Once more changes nothing.
    expect(await run('import', '--path', other, '--from', dump)).toBe(0);
    expect(await contentAt(other)).toEqual(content);
  });

  it('work on a store that is being served', async () => {
    const test = await openTestClient(path);
    await fill(test);
    expect(await run('export', '--path', path, '--to', join(directory, 'one'))).toBe(0);
    expect(await run('export', '--uri', test.store.uri, '--to', join(directory, 'two'))).toBe(0);
    await test.close();
    const read = (dump: string) => readFileSync(join(directory, dump, 'test', 'items.bson'));
    expect(read('one').equals(read('two'))).toBe(true);
  });

  it('read what mongodump compressed', async () => {
    const content = await makeStore();
    const dump = join(directory, 'dump');
    await run('export', '--path', path, '--to', dump);
    for (const name of ['items.bson', 'items.metadata.json']) {
      const file = join(dump, 'test', name);
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)));
      rmSync(file);
    }
    const other = join(directory, 'other');
    expect(await run('import', '--path', other, '--from', dump)).toBe(0);
    expect(await contentAt(other)).toEqual(content);
  });

  it('refuse a damaged dump and a directory in use', async () => {
    await makeStore();
    const dump = join(directory, 'dump');
    await run('export', '--path', path, '--to', dump);
    expect(await run('export', '--path', path, '--to', dump)).toBe(1);
    expect(errors.at(-1)).toContain('not empty');
    const file = join(dump, 'test', 'items.bson');
    writeFileSync(file, readFileSync(file).subarray(0, -3));
    expect(await run('import', '--path', join(directory, 'other'), '--from', dump)).toBe(1);
    expect(errors.at(-1)).toContain('middle of a document');
    expect(await run('import', '--path', path, '--from', join(directory, 'nowhere'))).toBe(1);
    expect(errors.at(-1)).toContain('no directory');
  });
});

describe('move', () => {
  it('brings everything to another server, again and again, and says what to do', async () => {
    const content = await makeStore();
    const target = await openTestClient();
    // As an interrupted move leaves it.
    await target.db.collection<Item>('items').insertMany([{ _id: 7, n: 7, ...VALUES }, { _id: 'text' }]);
    expect(await run('move', '--path', path, '--to', target.store.uri)).toBe(0);
    expect(await contentOf(target.client)).toEqual(content);
    expect(output.at(-1)).toContain('set MONGO_URI');
    expect(await run('move', '--path', path, '--to', target.store.uri)).toBe(0);
    expect(await contentOf(target.client)).toEqual(content);
    await target.close();
    expect(await contentAt(path)).toEqual(content);
  });

  it('notices what differs at the new place', async () => {
    await makeStore();
    const target = await openTestClient();
    await target.db.collection<Item>('items').insertOne({ _id: 7, n: 'changed' });
    expect(await run('move', '--path', path, '--to', target.store.uri)).toBe(1);
    expect(errors.at(-1)).toContain('test.items differs');
    await target.close();
  });

  it('refuses a collection that is there with other options', async () => {
    await makeStore();
    const target = await openTestClient();
    await target.db.createCollection('strict');
    expect(await run('move', '--path', path, '--to', target.store.uri)).toBe(1);
    expect(errors.at(-1)).toContain('test.strict is there already with other options');
    await target.close();
  });

  it('takes a mistyped path for a mistake, not for an empty store', async () => {
    const target = await openTestClient();
    expect(await run('move', '--path', path, '--to', target.store.uri)).toBe(1);
    expect(errors.at(-1)).toContain('There is no store');
    expect(await run('export', '--path', path, '--to', join(directory, 'dump'))).toBe(1);
    expect(existsSync(path)).toBe(false);
    await target.close();
  });

  it('wants the store for itself, and an address', async () => {
    const test = await openTestClient(path);
    expect(await run('move', '--path', path, '--to', test.store.uri)).toBe(1);
    expect(errors.at(-1)).toContain('Stop Parley first');
    await test.close();
    expect(await run('move', '--path', path, '--to', 'somewhere')).toBe(2);
  });
});

describe('the command line', () => {
  it.each([
    [['unheard-of'], 'no command unheard-of'],
    [['constructor'], 'no command constructor'],
    [['backup'], '--to is missing'],
    [['backup', '--force'], "Unknown option '--force'"],
    [['serve', '--port', 'x'], '--port is a number'],
    [['serve', '--port', '1', '--socket', 's'], 'not both'],
    [['serve', '--host', '0.0.0.0'], '--host needs --port'],
    [['serve', '--durability', 'some'], '--durability is'],
  ])('refuses %j with usage and code 2', async (words, message) => {
    expect(await run(...words)).toBe(2);
    expect(errors.join()).toContain(message);
  });

  it('explains itself', async () => {
    expect(await run('--help')).toBe(0);
    expect(output.join()).toContain('backup --to');
  });

  it.each([
    ['a unix socket', []],
    ['a socket of one’s own', ['--socket']],
    ['TCP', ['--port', '0']],
  ])('serves on %s until it is told to end, also after kill -9', async (_where, options) => {
    const words = options.includes('--socket') ? ['--socket', join(directory, 'own.sock')] : options;
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const script = fileURLToPath(new URL('../cli.ts', import.meta.url));
      const child = spawn(process.execPath, [script, 'serve', '--path', path, ...words], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const client = await MongoClient.connect(line.toString().trim());
      await client.db('test').collection('items').insertOne({});
      await client.close();
      expect(await run('serve', '--path', path)).toBe(1);
      expect(errors.at(-1)).toContain('Another process uses the store');
      child.kill(signal);
      const [code] = (await once(child, 'exit')) as [number | null];
      expect(code).toBe(signal === 'SIGTERM' ? 0 : null);
    }
    const test = await openTestClient(path);
    expect(await test.db.collection('items').countDocuments()).toBe(2);
    await test.close();
  });
});

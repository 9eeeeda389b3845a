import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore } from '../../database/__fixtures__/open-test-store.ts';
import type { TestStore } from '../../database/__fixtures__/open-test-store.ts';
import { connectDatabase } from '../../database/connect.ts';
import type { Database } from '../../database/connect.ts';
import { createFileBucket } from '../../database/file-bucket.ts';
import { testFileStorage } from './__fixtures__/file-storage-suite.ts';
import { createGridFsStorage } from './gridfs-storage.ts';

let store: TestStore;
let database: Database;

beforeAll(async () => {
  store = await openTestStore();
  database = await connectDatabase(store.uri);
});

afterAll(async () => {
  await database.close();
  await store.close();
});

const storage = () => createGridFsStorage(createFileBucket(database.connection));

async function count(): Promise<number> {
  const { connection } = database;
  const counts = ['files', 'chunks'].map((kind) => connection.collection(`file_contents.${kind}`).countDocuments());
  return (await Promise.all(counts)).reduce((sum, number) => sum + number, 0);
}

async function* text(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('shared'));
}

describe('a storage in the database', () => {
  testFileStorage(() => ({ storage: storage(), count }));

  it('removes what a process has left that died while it wrote', async () => {
    const before = await count();
    const key = randomUUID();
    const upload = createFileBucket(database.connection).openUpload(key);
    await new Promise<void>((resolve) => void upload.write(randomBytes(600_000), () => resolve()));
    expect(await count()).toBeGreaterThan(before);
    await storage().remove(key);
    expect(await count()).toBe(before);
  });

  it('is the same for every server', async () => {
    const key = randomUUID();
    await storage().put(key, text(), new AbortController().signal);
    const other = await connectDatabase(store.uri);
    const theirs = createGridFsStorage(createFileBucket(other.connection));
    const all: Uint8Array[] = [];
    for await (const piece of theirs.read(key, new AbortController().signal)) all.push(piece);
    expect(Buffer.concat(all).toString()).toBe('shared');
    await other.close();
  });
});

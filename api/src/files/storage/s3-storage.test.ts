import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testFileStorage } from './__fixtures__/file-storage-suite.ts';
import { createS3Storage } from './s3-storage.ts';

let folder: string;
let server: S3rver;
let endpoint: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-test-'));
  const directory = path.join(folder, 'buckets');
  const configureBuckets = [{ name: 'parley', configs: [] }];
  server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets });
  const { port } = await server.run();
  endpoint = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function storage(bucket = 'parley') {
  return createS3Storage({
    bucket,
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    forcePathStyle: true,
    spool: path.join(folder, 'spool'),
  });
}

/** Objects, and what is on its way. */
async function count(): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && !entry.name.includes('_metadata') && !entry.name.endsWith('.md5'))
    .length;
}

async function* text(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('x'));
}

describe('a storage in a bucket', () => {
  testFileStorage(() => ({ storage: storage(), count }));

  it('says so when the bucket is not there or nobody answers', async () => {
    const never = new AbortController().signal;
    const unavailable = { name: 'StorageError', code: 'unavailable' };
    await expect(storage('another').put(randomUUID(), text(), never)).rejects.toMatchObject(unavailable);
    const nobody = createS3Storage({
      bucket: 'parley',
      region: 'us-east-1',
      endpoint: 'http://127.0.0.1:9',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      forcePathStyle: true,
      spool: path.join(folder, 'spool'),
    });
    await expect(nobody.put(randomUUID(), text(), never)).rejects.toMatchObject(unavailable);
    await expect(nobody.remove(randomUUID())).rejects.toMatchObject(unavailable);
  });
});

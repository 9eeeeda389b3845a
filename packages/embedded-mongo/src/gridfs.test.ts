import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GridFSBucket, type ObjectId } from 'mongodb';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
let bucket: GridFSBucket;
afterAll(() => test.close());
beforeEach(async () => {
  await test.db.dropDatabase();
  bucket = new GridFSBucket(test.db, { bucketName: 'files' });
});

async function upload(name: string, content: Buffer, chunkSizeBytes = 255 * 1024): Promise<ObjectId> {
  const stream = bucket.openUploadStream(name, { chunkSizeBytes, metadata: { name } });
  await pipeline(Readable.from([content]), stream);
  return stream.id;
}

async function download(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function readRevision(revision: number): Promise<string> {
  return String(await download(bucket.openDownloadStreamByName('revised', { revision })));
}

describe('GridFS', () => {
  it('sums a file up for drivers that check it', async () => {
    const content = randomBytes(700_000);
    const id = await upload('summed', content);
    const md5 = createHash('md5').update(content).digest('hex');
    expect(await test.db.command({ filemd5: id, root: 'files' })).toMatchObject({ numChunks: 3, md5 });
    const empty = createHash('md5').digest('hex');
    expect(await test.db.command({ filemd5: id })).toMatchObject({ numChunks: 0, md5: empty });
    await test.db.collection('files.chunks').deleteOne({ files_id: id, n: 1 });
    await expect(test.db.command({ filemd5: id, root: 'files' })).rejects.toMatchObject({ code: 10_040 });
  });

  it('stores a large file and returns it byte for byte', async () => {
    const content = randomBytes(9_000_001);
    const id = await upload('large', content);
    const found = await download(bucket.openDownloadStream(id));
    expect(createHash('sha256').update(found).digest('hex')).toBe(createHash('sha256').update(content).digest('hex'));
    const [file] = await bucket.find({ filename: 'large' }).toArray();
    expect(file).toMatchObject({ length: 9_000_001, chunkSize: 261_120, metadata: { name: 'large' } });
    expect(await test.db.collection('files.chunks').countDocuments({ files_id: id })).toBe(35);
    const indexes = await test.db.collection('files.chunks').indexes();
    expect(indexes).toContainEqual(expect.objectContaining({ key: { files_id: 1, n: 1 }, unique: true }));
  });

  it.each([
    [0, 10],
    [95, 105],
    [100, 200],
    [250, 1_000],
    [999, 1_000],
  ])('reads the range from %i to %i across chunks', async (start, end) => {
    const content = randomBytes(1_000);
    const id = await upload('ranges', content, 100);
    const found = await download(bucket.openDownloadStream(id, { start, end }));
    expect(found.equals(content.subarray(start, end))).toBe(true);
  });

  it('keeps an empty file', async () => {
    const id = await upload('empty', Buffer.alloc(0));
    expect(await download(bucket.openDownloadStream(id))).toHaveLength(0);
  });

  it('keeps revisions of one name apart', async () => {
    for (const text of ['first', 'second', 'third']) {
      await upload('revised', Buffer.from(text));
      // Revisions are told apart by milliseconds.
      await new Promise((settle) => setTimeout(settle, 3));
    }
    expect([await readRevision(0), await readRevision(1), await readRevision(-1), await readRevision(-2)]).toEqual([
      'first',
      'second',
      'third',
      'second',
    ]);
  });

  it('renames, deletes with all chunks, and misses what is gone', async () => {
    const id = await upload('before', Buffer.from('text'), 2);
    await bucket.rename(id, 'after');
    expect(String(await download(bucket.openDownloadStreamByName('after')))).toBe('text');
    await expect(download(bucket.openDownloadStreamByName('before'))).rejects.toThrow('FileNotFound');
    await bucket.delete(id);
    expect(await test.db.collection('files.chunks').countDocuments()).toBe(0);
    await expect(bucket.delete(id)).rejects.toThrow('File not found');
    await expect(bucket.rename(id, 'again')).rejects.toThrow('not found');
  });

  it('leaves nothing of an aborted upload', async () => {
    const stream = bucket.openUploadStream('aborted', { chunkSizeBytes: 10 });
    await new Promise<void>((settle, reject) => {
      stream.write(Buffer.alloc(95), (error) => (error ? reject(error) : settle()));
    });
    await stream.abort();
    expect(await test.db.collection('files.chunks').countDocuments()).toBe(0);
    expect(await test.db.collection('files.files').countDocuments()).toBe(0);
  });

  it('drops the whole bucket', async () => {
    await upload('one', Buffer.from('1'));
    await bucket.drop();
    expect(await test.db.listCollections().toArray()).toEqual([]);
  });
});

import { Long, Timestamp, type Document } from 'mongodb';
import { afterAll, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
const items = test.db.collection<{ _id: number }>('items');
afterAll(() => test.close());

async function open(options: Document, more: Document = {}): Promise<Document> {
  const reply = await test.db.command(
    { aggregate: 'items', pipeline: [{ $changeStream: options }], cursor: {}, ...more },
    { useBigInt64: true },
  );
  return reply['cursor'] as Document;
}

it('waits for a time beyond what a signed number holds', async () => {
  const far = await open({ startAtOperationTime: new Timestamp({ t: 4_102_444_800, i: 1 }) });
  expect(far).toMatchObject({ firstBatch: [], postBatchResumeToken: { _data: expect.any(String) } });
  await items.insertOne({ _id: 1 });
  const id = Long.fromBigInt(far['id'] as bigint);
  const { cursor } = await test.db.command({ getMore: id, collection: 'items', maxTimeMS: 50 });
  expect(cursor).toMatchObject({ nextBatch: [], postBatchResumeToken: far['postBatchResumeToken'] });
});

it('stands where it was resumed from until it has read on', async () => {
  const begun = await open({});
  await items.insertMany([{ _id: 2 }, { _id: 3 }]);
  const { firstBatch } = await open({ resumeAfter: begun['postBatchResumeToken'] });
  const [first] = firstBatch as Document[];
  const resumed = await open({ resumeAfter: first?.['_id'] }, { cursor: { batchSize: 0 } });
  expect(resumed).toMatchObject({ firstBatch: [], postBatchResumeToken: first?.['_id'] });
});

it('refuses stages that write, and tokens that are empty', async () => {
  for (const stage of [{ $out: 'other' }, { $merge: 'other' }]) {
    await expect(open({}, { pipeline: [{ $changeStream: {} }, stage] })).rejects.toMatchObject({ code: 20 });
  }
  await expect(open({ resumeAfter: { _data: '' } })).rejects.toMatchObject({ code: 40_649 });
});

it('tells of documents of the greatest size, also in fragments', async () => {
  const largest = 16 * 1024 * 1024 - 31;
  await test.db.createCollection('large', { changeStreamPreAndPostImages: { enabled: true } });
  const large = test.db.collection<{ _id: number; text: string }>('large');
  await large.insertOne({ _id: 1, text: 'a'.repeat(largest) });
  const plain = large.watch([], { maxAwaitTimeMS: 50 });
  const images = { fullDocument: 'required', fullDocumentBeforeChange: 'required', maxAwaitTimeMS: 50 } as const;
  const split = large.watch([{ $changeStreamSplitLargeEvent: {} }], images);
  expect([await plain.tryNext(), await split.tryNext()]).toEqual([null, null]);
  await large.updateOne({ _id: 1 }, { $set: { text: 'b'.repeat(largest) } });
  expect(await plain.next()).toMatchObject({ operationType: 'update' });
  for (const fragment of [1, 2, 3]) expect(await split.next()).toMatchObject({ splitEvent: { fragment, of: 3 } });
  await Promise.all([plain.close(), split.close()]);
}, 30_000);

import { Timestamp, type ChangeStream, type ChangeStreamDocument, type Document } from 'mongodb';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';
import { openRawConnection } from './testing/raw-connection.ts';

const test = await openTestClient();
const items = test.db.collection<{ _id: number; [name: string]: unknown }>('items');
const streams: ChangeStream[] = [];
afterAll(() => test.close());
beforeEach(async () => {
  await test.db.dropDatabase();
});
afterEach(async () => {
  for (const stream of streams.splice(0)) await stream.close();
});

const QUICK = { maxAwaitTimeMS: 20 };

/** Makes a stream that has begun, so that nothing done afterwards is missed. */
async function begun<T extends ChangeStream>(stream: T): Promise<T> {
  streams.push(stream);
  await stream.tryNext();
  return stream;
}

async function take(stream: ChangeStream, count: number): Promise<Document[]> {
  const events: ChangeStreamDocument[] = [];
  while (events.length < count) events.push(await stream.next());
  return events;
}

function withoutPosition({ _id, clusterTime: _clusterTime, wallTime: _wallTime, ...rest }: Document): Document {
  return rest;
}

function tokenOf(token: Document | undefined): string {
  return String(token?.['_data']);
}

/** Opens a stream by a command, where the driver would refuse. */
async function open(pipeline: Document[], more: Document = {}): Promise<Document> {
  return command({ aggregate: 'items', pipeline, cursor: {}, ...more });
}

async function command(body: Document): Promise<Document> {
  return test.db.command(body);
}

describe('events', () => {
  it('tells inserts, updates, replacements and deletes of a collection in their order', async () => {
    const stream = await begun(items.watch([], QUICK));
    await items.insertOne({ _id: 1, n: 1, list: [1, 2, 3], sub: { a: 1, b: 2 }, gone: true });
    await items.updateOne(
      { _id: 1 },
      { $set: { n: 2, 'sub.a': 5 }, $unset: { gone: '' }, $push: { list: 4 } as never },
    );
    await items.updateOne({ _id: 1 }, [{ $set: { list: { $slice: ['$list', 2] } } }]);
    await items.updateOne({ _id: 1 }, { $set: { sub: { a: 6, b: 2 } } });
    await items.replaceOne({ _id: 1 }, { n: 9 });
    await test.db.collection('others').insertOne({});
    await items.updateOne({ _id: 1 }, { $set: { n: 9 } });
    await items.deleteOne({ _id: 1 });
    const events = await take(stream, 6);
    const ns = { db: 'test', coll: 'items' };
    const documentKey = { _id: 1 };
    const update = (updatedFields: Document, removedFields: string[] = [], truncatedArrays: Document[] = []) => ({
      operationType: 'update',
      ns,
      documentKey,
      updateDescription: { updatedFields, removedFields, truncatedArrays },
    });
    expect(events.map(withoutPosition)).toEqual([
      {
        operationType: 'insert',
        fullDocument: { _id: 1, n: 1, list: [1, 2, 3], sub: { a: 1, b: 2 }, gone: true },
        ns,
        documentKey,
      },
      update({ n: 2, 'sub.a': 5, 'list.3': 4 }, ['gone']),
      update({}, [], [{ field: 'list', newSize: 2 }]),
      update({ sub: { a: 6, b: 2 } }),
      { operationType: 'replace', fullDocument: { _id: 1, n: 9 }, ns, documentKey },
      { operationType: 'delete', ns, documentKey },
    ]);
    for (const event of events) {
      expect(event['clusterTime']).toBeInstanceOf(Timestamp);
      expect(event['wallTime']).toBeInstanceOf(Date);
    }
    const tokens = events.map((event) => tokenOf(event['_id']));
    expect(tokens.toSorted()).toEqual(tokens);
    expect(new Set(tokens).size).toBe(6);
  });

  it('looks up the present document of an update', async () => {
    await items.insertOne({ _id: 1, n: 0 });
    const stream = await begun(items.watch([], { ...QUICK, fullDocument: 'updateLookup' }));
    await items.updateOne({ _id: 1 }, { $inc: { n: 1 } as never });
    expect((await take(stream, 1))[0]).toMatchObject({ fullDocument: { _id: 1, n: 1 } });
    await items.updateOne({ _id: 1 }, { $inc: { n: 1 } as never });
    await items.deleteOne({ _id: 1 });
    expect((await take(stream, 1))[0]).toMatchObject({ operationType: 'update', fullDocument: null });
  });

  it('shows pre- and post-images of collections that keep them, and fails with 47 when required ones are not there', async () => {
    await command({ create: 'kept', changeStreamPreAndPostImages: { enabled: true } });
    const kept = test.db.collection<{ _id: number; [name: string]: unknown }>('kept');
    const both = { ...QUICK, fullDocument: 'required', fullDocumentBeforeChange: 'required' } as const;
    const stream = await begun(kept.watch([], both));
    await kept.insertOne({ _id: 1, n: 1 });
    await kept.updateOne({ _id: 1 }, { $inc: { n: 1 } as never });
    await kept.replaceOne({ _id: 1 }, { n: 3 });
    await kept.deleteOne({ _id: 1 });
    const events = await take(stream, 4);
    expect(events.map((event) => [event['fullDocumentBeforeChange'], event['fullDocument']])).toEqual([
      [undefined, { _id: 1, n: 1 }],
      [
        { _id: 1, n: 1 },
        { _id: 1, n: 2 },
      ],
      [
        { _id: 1, n: 2 },
        { _id: 1, n: 3 },
      ],
      [{ _id: 1, n: 3 }, undefined],
    ]);
    const available = await begun(
      items.watch([], { ...QUICK, fullDocument: 'whenAvailable', fullDocumentBeforeChange: 'whenAvailable' }),
    );
    const required = await begun(items.watch([], { ...QUICK, fullDocumentBeforeChange: 'required' }));
    await items.insertOne({ _id: 1, n: 1 });
    await items.updateOne({ _id: 1 }, { $inc: { n: 1 } as never });
    expect((await take(available, 2))[1]).toMatchObject({ fullDocument: null, fullDocumentBeforeChange: null });
    await expect(take(required, 2)).rejects.toMatchObject({ code: 47 });
  });

  it('keeps images from and until collMod says so', async () => {
    await items.insertOne({ _id: 1, n: 1 });
    const stream = await begun(items.watch([], { ...QUICK, fullDocumentBeforeChange: 'whenAvailable' }));
    const option = (enabled: boolean) => command({ collMod: 'items', changeStreamPreAndPostImages: { enabled } });
    await option(true);
    await items.updateOne({ _id: 1 }, { $set: { n: 2 } });
    await option(false);
    await items.updateOne({ _id: 1 }, { $set: { n: 3 } });
    expect((await take(stream, 2)).map((event) => event['fullDocumentBeforeChange'])).toEqual([{ _id: 1, n: 1 }, null]);
    await expect(
      command({ create: 'odd', changeStreamPreAndPostImages: { enabled: true, nonsense: 1 } }),
    ).rejects.toMatchObject({ code: 40_415 });
  });

  it('watches a database and the whole deployment', async () => {
    const ofDatabase = await begun(test.db.watch([], QUICK));
    const ofAll = await begun(test.client.watch([], QUICK));
    await test.client
      .db('elsewhere')
      .collection('x')
      .insertOne({ _id: 1 } as never);
    await items.insertOne({ _id: 2 });
    await items.rename('renamed');
    await test.db.collection('renamed').drop();
    expect((await take(ofDatabase, 3)).map((event) => [event['operationType'], event['ns'], event['to']])).toEqual([
      ['insert', { db: 'test', coll: 'items' }, undefined],
      ['rename', { db: 'test', coll: 'items' }, { db: 'test', coll: 'renamed' }],
      ['drop', { db: 'test', coll: 'renamed' }, undefined],
    ]);
    expect((await take(ofAll, 4)).map((event) => event['operationType'])).toEqual([
      'insert',
      'insert',
      'rename',
      'drop',
    ]);
    await test.client.db('elsewhere').dropDatabase();
    expect((await take(ofAll, 2)).map((event) => event['ns'])).toEqual([
      { db: 'elsewhere', coll: 'x' },
      { db: 'elsewhere' },
    ]);
  });

  it('ends with an invalidation when what it watches is gone, and starts again only by startAfter', async () => {
    await items.insertOne({ _id: 1 });
    const stream = await begun(items.watch([], QUICK));
    const ofDatabase = await begun(test.db.watch([], QUICK));
    await items.drop();
    await test.db.dropDatabase();
    await items.insertOne({ _id: 2 });
    const events = await take(stream, 2);
    expect(events.map((event) => event['operationType'])).toEqual(['drop', 'invalidate']);
    await expect(stream.next()).rejects.toThrow(/closed|iterate/i);
    expect((await take(ofDatabase, 1)).map((event) => event['operationType'])).toEqual(['drop']);
    const [dropped, invalidated] = events;
    await expect(items.watch([], { resumeAfter: invalidated?.['_id'] }).next()).rejects.toMatchObject({ code: 260 });
    const again = items.watch([], { startAfter: invalidated?.['_id'] });
    streams.push(again);
    expect(await again.next()).toMatchObject({ operationType: 'insert', documentKey: { _id: 2 } });
    const due = items.watch([], { resumeAfter: dropped?.['_id'] });
    streams.push(due);
    expect(await due.next()).toMatchObject({ operationType: 'invalidate' });
  });

  it('shows what a transaction did at its commit, with its session, and nothing of an aborted one', async () => {
    await items.insertOne({ _id: 0 });
    const stream = await begun(items.watch([], QUICK));
    const session = test.client.startSession();
    session.startTransaction();
    await items.insertOne({ _id: 1 }, { session });
    await session.abortTransaction();
    session.startTransaction();
    await items.insertOne({ _id: 2 }, { session });
    await items.updateOne({ _id: 0 }, { $set: { n: 1 } }, { session });
    expect(await stream.tryNext()).toBeNull();
    await session.commitTransaction();
    await items.insertOne({ _id: 3 });
    const [first, second, third] = await take(stream, 3);
    expect([first, second, third].map((event) => event?.['documentKey']._id)).toEqual([2, 0, 3]);
    expect(first).toMatchObject({ lsid: { id: session.id?.id }, txnNumber: session.serverSession.txnNumber });
    expect(second?.['clusterTime']).toEqual(first?.['clusterTime']);
    expect(third).not.toHaveProperty('lsid');
    await session.endSession();
  });
});

describe('resuming', () => {
  it('goes on after a token and at a time', async () => {
    const stream = await begun(items.watch([], QUICK));
    await items.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
    const [first, second] = await take(stream, 2);
    for (const options of [
      { resumeAfter: first?.['_id'] },
      { startAfter: first?.['_id'] },
      { startAtOperationTime: second?.['clusterTime'] as Timestamp },
    ]) {
      const resumed = items.watch([], options);
      streams.push(resumed);
      expect((await take(resumed, 2)).map((event) => event['documentKey']._id)).toEqual([2, 3]);
    }
  });

  it('waits for a time to come, also after it was resumed before that time', async () => {
    const { operationTime } = await command({ ping: 1 });
    const later = Timestamp.fromBits((operationTime as Timestamp).low, (operationTime as Timestamp).high + 2);
    const stream = [{ $changeStream: { startAtOperationTime: later } }];
    const { cursor } = (await command({ aggregate: 'items', pipeline: stream, cursor: {} })) as { cursor: Document };
    await items.insertOne({ _id: 1 });
    const more = await command({ getMore: cursor['id'], collection: 'items', maxTimeMS: 1 });
    expect((more['cursor'] as Document)['nextBatch']).toEqual([]);
    const token = (more['cursor'] as Document)['postBatchResumeToken'] as Document;
    await items.insertOne({ _id: 2 });
    const resumed = await begun(items.watch([], { ...QUICK, resumeAfter: token }));
    // Whoever has seen a later time makes the store's clock follow.
    const raw = await openRawConnection(test.store.uri);
    await raw.send({ ping: 1, $db: 'test', $clusterTime: { clusterTime: later } });
    raw.close();
    await items.insertOne({ _id: 3 });
    expect((await resumed.next()) as Document).toMatchObject({ documentKey: { _id: 3 } });
  });

  it('gives a token with every batch, also with empty ones and with events of others', async () => {
    const reply = await command({ aggregate: 'items', pipeline: [{ $changeStream: {} }], cursor: {} });
    const { id, firstBatch, postBatchResumeToken } = reply['cursor'] as Document;
    expect(firstBatch).toEqual([]);
    await test.db.collection('others').insertOne({});
    const more = await command({ getMore: id, collection: 'items', maxTimeMS: 1 });
    const next = tokenOf((more['cursor'] as Document)['postBatchResumeToken']);
    expect(next > tokenOf(postBatchResumeToken)).toBe(true);
    await items.insertOne({ _id: 1 });
    const resumed = items.watch([], { resumeAfter: { _data: next } });
    streams.push(resumed);
    expect(await resumed.next()).toMatchObject({ documentKey: { _id: 1 } });
  });

  it('refuses tokens that are none, tokens of other stores and times before the log', async () => {
    await begun(items.watch([], QUICK));
    await expect(open([{ $changeStream: { resumeAfter: { _data: 'zz' } } }])).rejects.toMatchObject({ code: 9 });
    await expect(open([{ $changeStream: { resumeAfter: {} } }])).rejects.toMatchObject({ code: 40_647 });
    const foreign = `82${'0'.repeat(8 + 16 + 16)}00`;
    await expect(open([{ $changeStream: { resumeAfter: { _data: foreign } } }])).rejects.toMatchObject({ code: 280 });
    const startAtOperationTime = new Timestamp({ t: 1, i: 1 });
    const message = expect.stringMatching(/^PlanExecutor error during aggregation :: caused by :: Resume of change/);
    await expect(open([{ $changeStream: { startAtOperationTime } }])).rejects.toMatchObject({ code: 286, message });
    const token = { _data: foreign };
    await expect(open([{ $changeStream: { resumeAfter: token, startAfter: token } }])).rejects.toMatchObject({
      code: 40_674,
    });
  });
});

describe('the stage', () => {
  it('takes the stages that fit a single event', async () => {
    const stream = await begun(
      items.watch(
        [
          { $match: { operationType: 'insert', 'fullDocument.n': { $gt: 1 } } },
          { $set: { n: '$fullDocument.n' } },
          { $project: { n: 1, ns: 1 } },
        ],
        QUICK,
      ),
    );
    await items.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
      { _id: 3, n: 3 },
    ]);
    const events = await take(stream, 2);
    expect(events.map(withoutPosition)).toEqual([
      { ns: { db: 'test', coll: 'items' }, n: 2 },
      { ns: { db: 'test', coll: 'items' }, n: 3 },
    ]);
  });

  it('refuses what does not fit', async () => {
    const watch = { $changeStream: {} };
    await expect(open([watch, { $group: { _id: 1 } }])).rejects.toMatchObject({ code: 20 });
    await expect(open([watch, { $nothing: {} }])).rejects.toMatchObject({ code: 40_324 });
    await expect(open([{ $match: {} }, watch])).rejects.toMatchObject({ code: 40_602 });
    await test.db.createCollection('view', { viewOn: 'items', pipeline: [] });
    await expect(open([watch], { aggregate: 'view' })).rejects.toMatchObject({ code: 166 });
    await expect(open([{ $changeStream: { nonsense: 1 } }])).rejects.toMatchObject({ code: 40_415 });
    await expect(open([{ $changeStream: { fullDocument: 'maybe' } }])).rejects.toMatchObject({ code: 2 });
    const split = { $changeStreamSplitLargeEvent: {} };
    await expect(open([watch, split, split])).rejects.toMatchObject({ code: 7_182_802 });
    await expect(open([watch, { $changeStreamSplitLargeEvent: 1 }])).rejects.toMatchObject({ code: 7_182_800 });
    await expect(open([split])).rejects.toMatchObject({ code: 20 });
    await expect(open([{ $changeStream: 1 }])).rejects.toMatchObject({ code: 50_808 });
    await expect(open([{ $changeStream: { allChangesForCluster: true } }])).rejects.toMatchObject({ code: 72 });
    await expect(open([{ $changeStream: { showExpandedEvents: 'yes' } }])).rejects.toMatchObject({ code: 14 });
    await expect(open([watch], { readConcern: { level: 'local' } })).rejects.toMatchObject({ code: 72 });
    await expect(
      test.client.db('admin').command({ aggregate: 1, pipeline: [watch], cursor: {} }),
    ).rejects.toMatchObject({ code: 73 });
    await test.client.withSession(async (session) => {
      session.startTransaction();
      await expect(
        test.db.command({ aggregate: 'items', pipeline: [watch], cursor: {} }, { session }),
      ).rejects.toMatchObject({ code: 263 });
      await session.abortTransaction();
    });
    const changed = await begun(items.watch([{ $unset: '_id' }], QUICK));
    await items.insertOne({ _id: 1 });
    await expect(changed.next()).rejects.toThrow(/_id|resume/i);
    const replaced = await begun(items.watch([{ $set: { _id: 1 } }], QUICK));
    await items.insertOne({ _id: 2 });
    await expect(replaced.next()).rejects.toMatchObject({ code: 280 });
  });

  it('splits what is too large when asked to, and resumes between the fragments', async () => {
    const [old, text] = ['a', 'b'].map((letter) => letter.repeat(10 * 1024 * 1024));
    await items.insertOne({ _id: 1, text: old });
    const split = [{ $changeStreamSplitLargeEvent: {} }];
    const options = { ...QUICK, fullDocument: 'updateLookup' };
    const stream = await begun(items.watch(split, options));
    const whole = await begun(items.watch([], options));
    await items.insertOne({ _id: 2 });
    await items.updateOne({ _id: 1 }, { $set: { text } });
    await items.insertOne({ _id: 3 });
    const [before, first, second, after] = await take(stream, 4);
    expect([before, after].map((event) => event?.['splitEvent'])).toEqual([undefined, undefined]);
    expect(first).toMatchObject({ operationType: 'update', splitEvent: { fragment: 1, of: 2 } });
    expect(second).toMatchObject({ splitEvent: { fragment: 2, of: 2 } });
    const parts = [first, second].flatMap((event) => Object.keys(event ?? {}));
    expect(parts).toHaveLength(new Set(parts).size + 2);
    expect(new Set(parts)).toEqual(
      new Set([
        '_id',
        'splitEvent',
        'operationType',
        'ns',
        'documentKey',
        'clusterTime',
        'wallTime',
        'updateDescription',
        'fullDocument',
      ]),
    );
    expect({ ...first, ...second }).toMatchObject({ fullDocument: { _id: 1, text } });
    expect([before, first, second, after].map((event) => tokenOf(event?.['_id']))).toEqual(
      [before, first, second, after].map((event) => tokenOf(event?.['_id'])).toSorted(),
    );
    await expect(whole.next()).rejects.toMatchObject({ code: 10_334 });
    const resumeAfter = first?.['_id'];
    const resumed = items.watch(split, { ...options, resumeAfter });
    const over = items.watch(split, { ...options, resumeAfter: second?.['_id'] });
    streams.push(resumed, over);
    expect(await take(resumed, 2)).toEqual([second, after]);
    expect(await take(over, 1)).toEqual([after]);
    await expect(open([{ $changeStream: { resumeAfter } }])).rejects.toMatchObject({ code: 280 });
  });

  it('wakes a waiting getMore, and another client can end it', async () => {
    const reply = await command({ aggregate: 'items', pipeline: [{ $changeStream: {} }], cursor: {} });
    const { id } = reply['cursor'] as Document;
    const waiting = command({ getMore: id, collection: 'items', maxTimeMS: 60_000 });
    await items.insertOne({ _id: 1 });
    expect(((await waiting)['cursor'] as Document)['nextBatch']).toHaveLength(1);
    const ended = command({ getMore: id, collection: 'items', maxTimeMS: 60_000 }).catch((error: unknown) => error);
    await command({ ping: 1 });
    await command({ killCursors: 'items', cursors: [id] });
    expect(await ended).toMatchObject({ code: 237 });
  });
});

import { Binary, Long, Timestamp, type Document } from 'mongodb';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestClientAndRaw } from './testing/open-client.ts';
import { openRawConnection } from './testing/raw-connection.ts';

const { test, raw, close } = await openTestClientAndRaw();
const items = test.db.collection<{ _id: number; n?: number }>('items');
afterAll(close);
beforeEach(async () => {
  await test.client.db('admin').command({ killAllSessions: [] });
  await test.db.dropDatabase();
  await items.insertOne({ _id: 1, n: 1 });
});

let seed = 0;
/** The `lsid` of a new session. */
function newSession(): Document {
  seed += 1;
  return { id: new Binary(Buffer.alloc(16, seed), 4) };
}

async function send(body: Document): Promise<Document> {
  return raw.send({ ...body, $db: body['$db'] ?? 'test' });
}

const number = (value: number) => ({ txnNumber: Long.fromNumber(value) });
const insert = (_id: number) => ({ insert: 'items', documents: [{ _id }] });

/** The commands of one transaction. */
function transaction(lsid: Document, txnNumber: number) {
  const fields = { lsid, ...number(txnNumber), autocommit: false };
  return {
    first: (body: Document) => send({ ...body, ...fields, startTransaction: true }),
    next: (body: Document) => send({ ...body, ...fields }),
    commit: () => send({ commitTransaction: 1, $db: 'admin', ...fields }),
    abort: () => send({ abortTransaction: 1, $db: 'admin', ...fields }),
  };
}

function index(collection: string): Document {
  return { createIndexes: collection, indexes: [{ key: { n: 1 }, name: 'n_1' }] };
}

function more(reply: Document): Document {
  return { getMore: reply['cursor'].id, collection: 'items' };
}

/** The time an answer names, after a look at the form of both times in it. */
async function time(body: Document): Promise<Timestamp> {
  const reply = await send(body);
  expect(reply['$clusterTime']).toEqual({
    clusterTime: reply['operationTime'],
    signature: { hash: expect.anything(), keyId: expect.anything() },
  });
  return reply['operationTime'] as Timestamp;
}

describe('session fields', () => {
  it.each<[string, Document, number]>([
    ['a number without a session', { ...insert(2), ...number(1) }, 72],
    ['a cluster time that is no document', { ping: 1, $clusterTime: 1 }, 14],
    ['a cluster time without a time', { ping: 1, $clusterTime: {} }, 40_414],
    ['a cluster time of another type', { ping: 1, $clusterTime: { clusterTime: {} } }, 14],
    ['autocommit without a number', { ...insert(2), lsid: newSession(), autocommit: false }, 72],
    ['startTransaction without a number', { ...insert(2), lsid: newSession(), startTransaction: true }, 72],
    [
      'startTransaction without autocommit',
      { ...insert(2), lsid: newSession(), ...number(1), startTransaction: true },
      72,
    ],
    ['autocommit: true', { ...insert(2), lsid: newSession(), ...number(1), autocommit: true }, 72],
    [
      'startTransaction: false',
      { ...insert(2), lsid: newSession(), ...number(1), autocommit: false, startTransaction: false },
      72,
    ],
    ['a negative number', { ...insert(2), lsid: newSession(), ...number(-1) }, 72],
    ['a number that is no long', { ...insert(2), lsid: newSession(), txnNumber: 'one' }, 14],
    ['a number for a read', { find: 'items', lsid: newSession(), ...number(1) }, 50_768],
    ['a transaction nobody started', { ...insert(2), lsid: newSession(), ...number(1), autocommit: false }, 251],
    ['a commit without a transaction', { commitTransaction: 1, $db: 'admin', lsid: newSession() }, 125],
    [
      'a commit as the beginning',
      {
        commitTransaction: 1,
        $db: 'admin',
        lsid: newSession(),
        ...number(1),
        autocommit: false,
        startTransaction: true,
      },
      263,
    ],
    ['a statement id that is no int', { ...insert(2), stmtId: 'one' }, 14],
    [
      'a commit elsewhere than on admin',
      { commitTransaction: 1, lsid: newSession(), ...number(1), autocommit: false },
      13,
    ],
  ])('refuses %s', async (_name, body, code) => {
    expect(await send(body)).toMatchObject({ ok: 0, code });
    expect(await items.countDocuments()).toBe(1);
  });

  it('keeps one row of numbers for writes and transactions', async () => {
    const lsid = newSession();
    expect(await send({ ...insert(2), lsid, ...number(5) })).toMatchObject({ n: 1 });
    expect(await transaction(lsid, 5).first(insert(3))).toMatchObject({ code: 117 });
    expect(await transaction(lsid, 5).next(insert(3))).toMatchObject({ code: 251 });
    expect(await transaction(lsid, 4).first(insert(3))).toMatchObject({ code: 225 });
    const open = transaction(lsid, 6);
    expect(await open.first(insert(4))).toMatchObject({ n: 1 });
    expect(await send({ ...insert(5), lsid, ...number(6) })).toMatchObject({ code: 72 });
    expect(await open.commit()).toMatchObject({ ok: 1 });
    expect(await transaction(lsid, 5).next(insert(3))).toMatchObject({ code: 225 });
  });
});

describe('a retried write', () => {
  it('waits for its first attempt and gets its answer, also with write errors', async () => {
    const other = await openRawConnection(test.store.uri);
    const body = {
      insert: 'items',
      documents: [{ _id: 7 }, { _id: 1 }],
      lsid: newSession(),
      ...number(1),
      $db: 'test',
    };
    const [first, second] = await Promise.all([raw.send(body), other.send(body)]);
    other.close();
    expect(first).toMatchObject({ n: 1, writeErrors: [{ index: 1, code: 11_000 }] });
    expect({ ...second, $clusterTime: 0, operationTime: 0 }).toEqual({
      ...first,
      retriedStmtIds: [0],
      $clusterTime: 0,
      operationTime: 0,
    });
  });

  it('tells which statements were executed before, and refuses what is no repetition', async () => {
    const lsid = newSession();
    const updates = [2, 3].map((n) => ({ q: { _id: 1 }, u: { $set: { n } } }));
    const update = { update: 'items', updates, lsid, ...number(1) };
    await send(update);
    expect(await send(update)).toMatchObject({ nModified: 2, retriedStmtIds: [0, 1] });
    expect(await send({ ...insert(9), lsid, ...number(1) })).toMatchObject({ code: 40_606 });
    const change = { findAndModify: 'items', query: { _id: 1 }, update: { $inc: { n: 1 } }, lsid, ...number(2) };
    await send(change);
    expect(await send(change)).toMatchObject({ value: { _id: 1, n: 3 }, retriedStmtId: 0 });
    await send({ ...insert(5), lsid, ...number(3) });
    const longer = { insert: 'items', documents: [{ _id: 5 }, { _id: 6 }], lsid, ...number(3) };
    expect(await send(longer)).toMatchObject({ code: 40_606 });
    const ids = { ...insert(7), stmtIds: [0], lsid, ...number(4) };
    expect(await send(ids)).toMatchObject({ n: 1 });
    expect(await send({ ...ids, stmtIds: [3], ...number(5) })).toMatchObject({ code: 72 });
    expect(await send({ ...ids, stmtIds: [0, 1], ...number(5) })).toMatchObject({ code: 16 });
    expect(await send({ ...change, stmtId: 1, ...number(5) })).toMatchObject({ code: 72 });
  });

  it('is tried again when it failed as a whole', async () => {
    const body = { insert: 'bad$name', documents: [{}], lsid: newSession(), ...number(1) };
    expect(await send(body)).toMatchObject({ code: 73 });
    expect(await send({ ...body, insert: 'items' })).toMatchObject({ n: 1 });
  });

  it('is forgotten with its session', async () => {
    const lsid = newSession();
    const body = { ...insert(2), lsid, ...number(1) };
    await send(body);
    await send({ endSessions: [lsid], $db: 'admin' });
    expect(await send(body)).toMatchObject({ writeErrors: [{ code: 11_000 }] });
  });
});

describe('a transaction', () => {
  it('is over after any failure, and its end can be repeated', async () => {
    const failed = transaction(newSession(), 1);
    await failed.first(insert(2));
    expect(await failed.next(insert(1))).toMatchObject({ writeErrors: [{ code: 11_000 }] });
    expect(await failed.next(insert(3))).toMatchObject({ code: 251, errorLabels: ['TransientTransactionError'] });
    expect(await failed.commit()).toMatchObject({ code: 251, errorLabels: ['TransientTransactionError'] });
    expect(await failed.abort()).toMatchObject({ code: 251 });
    const done = transaction(newSession(), 1);
    await done.first(insert(2));
    expect([await done.commit(), await done.commit()]).toMatchObject([{ ok: 1 }, { ok: 1 }]);
    expect(await done.next(insert(3))).toMatchObject({ code: 256 });
    expect(await done.abort()).toMatchObject({ code: 256 });
    expect(await items.countDocuments()).toBe(2);
  });

  it('goes on after a command no transaction may contain', async () => {
    const open = transaction(newSession(), 1);
    await open.first(insert(2));
    for (const body of [
      { count: 'items' },
      { listCollections: 1 },
      { drop: 'items' },
      { dropDatabase: 1 },
      { find: 'x', $db: 'config' },
      { find: 'system.views' },
      { endSessions: [], $db: 'admin' },
      { aggregate: 'items', pipeline: [{ $collStats: {} }], cursor: {} },
      { aggregate: 'items', pipeline: [{ $unionWith: { coll: 'x', pipeline: [{ $indexStats: {} }] } }], cursor: {} },
      { aggregate: 1, pipeline: [{ $listLocalSessions: {} }], cursor: {} },
      { aggregate: 'items', pipeline: [{ $merge: 'x' }], cursor: {} },
    ]) {
      expect(await open.next(body)).toMatchObject({ code: 263 });
    }
    expect(await open.next({ buildInfo: 1 })).toMatchObject({ ok: 1 });
    expect(await open.commit()).toMatchObject({ ok: 1 });
    expect(await items.countDocuments()).toBe(2);
    for (const body of [{ ping: 1 }, { killCursors: 'items', cursors: [] }]) {
      expect(await transaction(newSession(), 1).first(body)).toMatchObject({ code: 263 });
    }
  });

  it('takes a read concern at its beginning and a write concern at its end only', async () => {
    const open = transaction(newSession(), 1);
    const level = { readConcern: { level: 'snapshot' } };
    expect(await open.first({ find: 'items', readConcern: { level: 'linearizable' } })).toMatchObject({ code: 72 });
    expect(await open.first({ find: 'items', ...level })).toMatchObject({ ok: 1 });
    expect(await open.next({ find: 'items', ...level })).toMatchObject({ code: 72 });
    expect(await open.next({ ...insert(2), writeConcern: { w: 1 } })).toMatchObject({ code: 72 });
    await open.abort();
    const lsid = newSession();
    await transaction(lsid, 1).first(insert(2));
    const commit = { commitTransaction: 1, $db: 'admin', lsid, ...number(1), autocommit: false };
    expect(await send({ ...commit, writeConcern: { w: 5 } })).toMatchObject({
      ok: 1,
      writeConcernError: { code: 100 },
    });
  });

  it('reads its own writes and a still picture, while others read what was committed', async () => {
    const open = transaction(newSession(), 1);
    const find = { find: 'items', sort: { _id: 1 } };
    await open.first({ update: 'items', updates: [{ q: { _id: 1 }, u: { $set: { n: 2 } } }] });
    await open.next({ insert: 'made', documents: [{ _id: 1 }] });
    expect((await open.next(find))['cursor'].firstBatch).toEqual([{ _id: 1, n: 2 }]);
    expect((await send(find))['cursor'].firstBatch).toEqual([{ _id: 1, n: 1 }]);
    expect((await send({ find: 'made' }))['cursor'].firstBatch).toEqual([]);
    await open.commit();
    expect((await send(find))['cursor'].firstBatch).toEqual([{ _id: 1, n: 2 }]);
  });

  it('makes collections, and indexes on the empty ones it made', async () => {
    const open = transaction(newSession(), 1);
    await open.first({ create: 'made' });
    expect(await open.next(index('made'))).toMatchObject({ numIndexesAfter: 2 });
    expect(await open.next(index('implied'))).toMatchObject({ createdCollectionAutomatically: true });
    await open.next({ insert: 'made', documents: [{ n: 1 }] });
    expect(await open.commit()).toMatchObject({ ok: 1 });
    expect(await test.db.collection('made').indexes()).toHaveLength(2);
    const onExisting = transaction(newSession(), 1);
    await onExisting.first(insert(5));
    expect(await onExisting.next(index('items'))).toMatchObject({ code: 263 });
    const onFilled = transaction(newSession(), 1);
    await onFilled.first({ insert: 'new', documents: [{}] });
    expect(await onFilled.next(index('new'))).toMatchObject({ code: 263 });
    expect(await send({ listIndexes: 'new' })).toMatchObject({ code: 26 });
  });

  it('ends with killSessions and killAllSessions, and goes with whichever connection used it last', async () => {
    for (const kill of ['killSessions', 'killAllSessions']) {
      const lsid = newSession();
      const open = transaction(lsid, 1);
      await open.first(insert(2));
      await send({ [kill]: kill === 'killSessions' ? [lsid] : [], $db: 'admin' });
      expect(await open.next(insert(3))).toMatchObject({ code: 251 });
    }
    const other = await openRawConnection(test.store.uri);
    const fields = { lsid: newSession(), ...number(1), autocommit: false, $db: 'test' };
    await other.send({ ...insert(2), ...fields, startTransaction: true });
    expect(await raw.send({ ...insert(3), ...fields })).toMatchObject({ n: 1 });
    other.close();
    expect(await raw.send({ ...insert(4), ...fields })).toMatchObject({ n: 1 });
    await send({ abortTransaction: 1, ...fields, $db: 'admin' });
    expect(await items.countDocuments()).toBe(1);
  });
});

describe('cursors', () => {
  it('belong to their session and their transaction', async () => {
    await items.insertMany([{ _id: 2 }, { _id: 3 }, { _id: 4 }]);
    const find = { find: 'items', batchSize: 1 };
    const [lsid, other] = [newSession(), newSession()];
    const outside = await send({ ...find, lsid });
    const free = await send(find);
    expect(await send({ ...more(free), lsid })).toMatchObject({ code: 50_736 });
    expect(await send(more(outside))).toMatchObject({ code: 50_737 });
    expect(await send({ ...more(outside), lsid: other })).toMatchObject({ code: 50_738 });
    const open = transaction(lsid, 1);
    const inside = await open.first(find);
    expect(await send({ ...more(inside), lsid })).toMatchObject({ code: 50_740 });
    expect((await open.next(more(inside)))['cursor'].nextBatch).toHaveLength(3);
    const again = transaction(lsid, 2);
    const second = await again.first(find);
    expect(await again.next(more(outside))).toMatchObject({ code: 50_739 });
    expect(await send({ ...more(second), lsid })).toMatchObject({ code: 43 });
    expect((await send({ ...more(outside), lsid }))['cursor'].nextBatch).toHaveLength(3);
  });
});

describe('the cluster time', () => {
  it('is in every answer, grows with every write and never goes back', async () => {
    const times = [
      await time({ ping: 1 }),
      await time(insert(2)),
      await time({ find: 'items' }),
      await time(insert(3)),
      await time({ nothing: 1 }),
    ];
    for (const [position, later] of times.slice(1).entries()) {
      expect(later.compare(times[position] ?? later)).toBeGreaterThanOrEqual(0);
    }
    expect(times[3]?.greaterThan(times[1] ?? Timestamp.MAX_VALUE)).toBe(true);
  });

  it('serves causally consistent sessions and refuses times it has not reached', async () => {
    await test.client.withSession({ causalConsistency: true }, async (session) => {
      await items.updateOne({ _id: 1 }, { $set: { n: 5 } }, { session });
      expect(session.operationTime).toBeInstanceOf(Timestamp);
      expect(await items.findOne({}, { session })).toEqual({ _id: 1, n: 5 });
    });
    const future = new Timestamp({ t: Math.floor(Date.now() / 1000) + 1000, i: 1 });
    const find = (readConcern: Document) => send({ find: 'items', readConcern });
    expect(await find({ afterClusterTime: future })).toMatchObject({ code: 72 });
    expect(await find({ afterClusterTime: 1 })).toMatchObject({ code: 14 });
    expect(await find({ nonsense: 1 })).toMatchObject({ code: 72 });
    const farAhead = new Timestamp({ t: Math.floor(Date.now() / 1000) + 40_000_000, i: 1 });
    expect(await send({ ping: 1, $clusterTime: { clusterTime: farAhead } })).toMatchObject({ code: 209 });
    const seen = await send({ ping: 1, $clusterTime: { clusterTime: future } });
    expect(seen['operationTime']).toEqual(future);
  });
});

describe('session commands', () => {
  it('start, refresh and end sessions, and refuse what is no session', async () => {
    const started = await send({ startSession: 1, $db: 'admin' });
    expect(started).toMatchObject({ ok: 1, timeoutMinutes: 30, id: { id: expect.anything() } });
    expect(await send({ refreshSessions: [started['id']], $db: 'admin' })).toMatchObject({ ok: 1 });
    expect(await send({ endSessions: [started['id']], $db: 'admin' })).toMatchObject({ ok: 1 });
    expect(await send({ endSessions: 1, $db: 'admin' })).toMatchObject({ code: 14 });
    expect(await send({ killSessions: [{}], $db: 'admin' })).toMatchObject({ code: 40_414 });
    expect(await send({ killSessions: [1], $db: 'admin' })).toMatchObject({ code: 14 });
    expect(await send({ killSessions: [{ ...newSession(), x: 1 }], $db: 'admin' })).toMatchObject({ code: 40_415 });
    expect(await send({ find: 'items', lsid: { ...newSession(), x: 1 } })).toMatchObject({ code: 40_415 });
    expect(await send({ killAllSessions: [{ user: 'x', db: 'y' }], $db: 'admin' })).toMatchObject({ code: 2 });
    expect(await send({ endSessions: [], nonsense: 1, $db: 'admin' })).toMatchObject({ code: 40_415 });
  });

  it('show a session from its start, and end transactions by a pattern', async () => {
    const started = await send({ startSession: 1, $db: 'admin' });
    const list = {
      aggregate: 1,
      pipeline: [{ $listLocalSessions: { allUsers: true } }],
      cursor: { batchSize: 10_000 },
    };
    const { cursor } = (await send(list)) as { cursor: { firstBatch: { _id: Document }[] } };
    expect(cursor.firstBatch.map((one) => one._id['id'] as unknown)).toContainEqual(started['id']['id']);
    const killed = newSession();
    const open = transaction(killed, 1);
    await open.first(insert(4));
    expect(await send({ killAllSessionsByPattern: [{ lsid: newSession() }], $db: 'admin' })).toMatchObject({ ok: 1 });
    expect(await open.next(insert(5))).toMatchObject({ n: 1 });
    expect(await send({ killAllSessionsByPattern: [{ lsid: killed }], $db: 'admin' })).toMatchObject({ ok: 1 });
    expect(await open.next(insert(6))).toMatchObject({ code: 251 });
  });
});

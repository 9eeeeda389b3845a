import { Binary, UUID, type Document } from 'mongodb';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestClientAndRaw } from './testing/open-client.ts';

const { test, raw, close } = await openTestClientAndRaw();
afterAll(close);
beforeEach(() => test.db.dropDatabase());

const send = (body: Document): Promise<Document> => raw.send({ ...body, $db: body['$db'] ?? 'test' });
const find = { find: 'items' };
const insert = { insert: 'items', documents: [{ n: 1 }] };
const aggregate = (...pipeline: Document[]) => ({ aggregate: 'items', pipeline, cursor: {} });
const stable = { apiVersion: '1', apiStrict: true };
const index = (fields: Document) => ({ createIndexes: 'items', indexes: [{ key: { n: 1 }, name: 'n_1', ...fields }] });

describe('the API version', () => {
  it.each<[string, Document, number]>([
    ['version 2', { ...find, apiVersion: '2' }, 322],
    ['an unknown version', { ...find, apiVersion: 'x' }, 322],
    ['a version that is no string', { ...find, apiVersion: 1 }, 14],
    ['apiStrict that is no boolean', { ...find, apiVersion: '1', apiStrict: 1 }, 14],
    ['apiStrict without a version', { ...find, apiStrict: true }, 4_886_600],
    ['apiDeprecationErrors without a version', { ...find, apiDeprecationErrors: false }, 4_886_600],
    ['an unknown command even so', { nothing: 1, ...stable }, 59],
    ['distinct', { distinct: 'items', key: 'n', ...stable }, 323],
    ['buildInfo', { buildInfo: 1, $db: 'admin', ...stable }, 323],
    ['a tailable cursor', { ...find, tailable: true, ...stable }, 323],
    ['a capped collection', { create: 'items', capped: true, size: 1_000, ...stable }, 323],
    ['a sparse index', { ...index({ sparse: true }), ...stable }, 323],
    ['a text index', { ...index({ key: { n: 'text' } }), ...stable }, 323],
    ['a UUID', { ...find, collectionUUID: new UUID(), ...stable }, 323],
    ['readOnce', { ...find, readOnce: false, ...stable }, 323],
    ['$text', { ...find, filter: { $text: { $search: 'a' } }, ...stable }, 291],
    ['an explained aggregation', { ...aggregate(), explain: true, ...stable }, 323],
    ['an unstable stage of a view', { create: 'v', viewOn: 'items', pipeline: [{ $indexStats: {} }], ...stable }, 323],
    ['an unstable stage inside another', { ...aggregate({ $facet: { a: [{ $indexStats: {} }] } }), ...stable }, 323],
    ['an unstable stage explained', { explain: aggregate({ $indexStats: {} }), ...stable }, 323],
    ['prepareUnique', { collMod: 'items', index: { name: 'n_1', prepareUnique: true }, ...stable }, 323],
    ['a function stored', { insert: 'system.js', documents: [{ _id: 'f' }], ...stable }, 323],
    ['a capped collection without a size', { create: 'items', capped: true, ...stable }, 72],
    ['$indexStats', { ...aggregate({ $indexStats: {} }), ...stable }, 323],
    ['$collStats but for the count', { ...aggregate({ $collStats: { storageStats: {} } }), ...stable }, 323],
  ])('refuses %s', async (_name, command, code) => {
    expect(await send(command)).toMatchObject({ ok: 0, code });
  });

  it('takes all that is stable', async () => {
    const commands: Document[] = [
      { create: 'items' },
      insert,
      find,
      { count: 'items' },
      index({ unique: true }),
      aggregate({ $collStats: { count: {} } }),
      { hello: 1 },
    ];
    for (const command of commands) expect(await send({ ...command, ...stable })).toMatchObject({ ok: 1 });
    expect(await send({ distinct: 'items', key: 'n', apiVersion: '1', apiDeprecationErrors: true })).toMatchObject({
      ok: 1,
    });
  });
});

describe('a write concern', () => {
  it.each<[string, Document, number]>([
    ['more members than a set can have', { w: 99 }, 9],
    ['fewer than none', { w: -1 }, 9],
    ['members that are no number', { w: true }, 9],
    ['tags without numbers', { w: { east: 'two' } }, 9],
    ['j and fsync', { j: true, fsync: true }, 9],
    ['j that is no boolean', { j: 'yes' }, 14],
    ['a timeout that is no number', { wtimeout: 'long' }, 14],
    ['an unknown field', { w: 1, nonsense: 1 }, 40_415],
  ])('with %s is refused, and nothing is written', async (_name, writeConcern, code) => {
    expect(await send({ ...insert, writeConcern })).toMatchObject({ ok: 0, code });
    expect(await test.db.collection('items').countDocuments()).toBe(0);
  });

  it('that is no document is refused, and so is one for a command that does not write', async () => {
    expect(await send({ ...insert, writeConcern: 1 })).toMatchObject({ code: 14 });
    expect(await send({ ...find, writeConcern: { w: 1 } })).toMatchObject({ code: 72 });
    expect(await send({ ping: 1, writeConcern: { w: 1 } })).toMatchObject({ code: 72 });
    expect(await send({ ...find, writeConcern: {} })).toMatchObject({ ok: 1 });
    expect(await send({ ...aggregate(), writeConcern: { w: 1 } })).toMatchObject({ ok: 1 });
  });

  it('that one node cannot meet is told with what was asked', async () => {
    expect(await send({ ...insert, writeConcern: { w: 3, j: true, wtimeout: 50 } })).toMatchObject({
      ok: 1,
      n: 1,
      writeConcernError: {
        code: 100,
        codeName: 'UnsatisfiableWriteConcern',
        errInfo: { writeConcern: { w: 3, j: true, wtimeout: 50, provenance: 'clientSupplied' } },
      },
    });
    expect(await send({ ...insert, writeConcern: { w: 'backups' } })).toMatchObject({
      writeConcernError: { code: 79, errInfo: { writeConcern: { w: 'backups' } } },
    });
    expect(await send({ ...insert, writeConcern: { w: { east: 2 } } })).toMatchObject({
      writeConcernError: { code: 100 },
    });
    expect(await send({ ...insert, writeConcern: { w: 'majority', j: false } })).not.toHaveProperty(
      'writeConcernError',
    );
  });
});

describe('a read concern', () => {
  it.each<[string, Document, number]>([
    ['an unknown level', { ...find, readConcern: { level: 'some' } }, 9],
    ['a level that is no string', { ...find, readConcern: { level: 1 } }, 14],
    ['majority for a write', { ...insert, readConcern: { level: 'majority' } }, 72],
    ['majority for a list', { listCollections: 1, readConcern: { level: 'majority' } }, 72],
    ['linearizable $out', { ...aggregate({ $out: 'copy' }), readConcern: { level: 'linearizable' } }, 72],
    ['majority for $indexStats', { ...aggregate({ $indexStats: {} }), readConcern: { level: 'majority' } }, 72],
    ['snapshot for an explained count', { explain: { count: 'items' }, readConcern: { level: 'snapshot' } }, 72],
  ])('is refused for %s', async (_name, command, code) => {
    expect(await send(command)).toMatchObject({ ok: 0, code });
  });

  it('is taken where it says nothing new', async () => {
    const commands: Document[] = [
      { ...insert, readConcern: { level: 'local' } },
      { ...insert, readConcern: {} },
      { ...aggregate({ $out: 'copy' }), readConcern: { level: 'majority' } },
      { count: 'items', readConcern: { level: 'linearizable' } },
      { explain: find, readConcern: { level: 'majority' } },
    ];
    for (const command of commands) expect(await send(command)).toMatchObject({ ok: 1 });
  });
});

describe('the other fields of every command', () => {
  it.each<[string, Document, number]>([
    ['a negative time limit', { maxTimeMS: -1 }, 2],
    ['a time limit beyond 32 bits', { maxTimeMS: 2 ** 31 }, 2],
    ['a time limit in parts', { maxTimeMS: 1.5 }, 9],
    ['a time limit without end', { maxTimeMS: Number.POSITIVE_INFINITY }, 9],
    ['a time limit that is no number', { maxTimeMS: '5' }, 14],
    ['a database without a name', { $db: '' }, 73],
    ['a dot in the name of a database', { $db: 'a.b' }, 73],
    ['a long name of a database', { $db: 'x'.repeat(64) }, 73],
    ['a read preference that is no document', { $readPreference: 'primary' }, 14],
    ['a read preference without a mode', { $readPreference: {} }, 4],
    ['an unknown mode', { $readPreference: { mode: 'fastest' } }, 2],
    ['tags of the primary', { $readPreference: { mode: 'primary', tags: [{ dc: 'ny' }] } }, 2],
    ['a short staleness', { $readPreference: { mode: 'nearest', maxStalenessSeconds: 5 } }, 160],
    ['a staleness of the primary', { $readPreference: { mode: 'primary', maxStalenessSeconds: 120 } }, 2],
    ['a hedged primary', { $readPreference: { mode: 'primary', hedge: {} } }, 72],
    ['a session that is no document', { lsid: 1 }, 14],
    ['a session without an id', { lsid: {} }, 40_414],
    ['an id that is no UUID', { lsid: { id: new Binary(Buffer.alloc(16), 0) } }, 14],
    ['a short id', { lsid: { id: new Binary(Buffer.alloc(15), 4) } }, 207],
  ])('refuse %s', async (_name, fields, code) => {
    expect(await send({ ...find, ...fields })).toMatchObject({ ok: 0, code });
  });

  it('are named as MongoDB names them', async () => {
    expect(await send({ ...find, maxTimeMS: 'x' })).toMatchObject({
      errmsg: expect.stringContaining("BSON field 'FindCommandRequest.maxTimeMS' is the wrong type 'string'"),
    });
    expect(await send({ ...find, nonsense: 1 })).toMatchObject({
      errmsg: "BSON field 'FindCommandRequest.nonsense' is an unknown field.",
    });
    expect(await send({ count: 'items', nonsense: 1 })).toMatchObject({
      errmsg: "BSON field 'count.nonsense' is an unknown field.",
    });
    expect(await send({ ...find, skip: -1 })).toMatchObject({
      code: 51_024,
      errmsg: "BSON field 'skip' value must be >= 0, actual value '-1'",
    });
  });

  it('may be null', async () => {
    const nothing = { maxTimeMS: null, $readPreference: null, readConcern: null, writeConcern: null, lsid: null };
    expect(await send({ ...find, ...nothing, apiVersion: null, apiStrict: null })).toMatchObject({ ok: 1 });
  });

  it.each([find, { count: 'items' }, { drop: 'items' }, insert, { ...aggregate(), aggregate: '' }])(
    'stand beside a collection that has a name: %o',
    async (command) => {
      const [name] = Object.keys(command);
      for (const collection of ['', '.items', 'it\0ems']) {
        expect(await send({ ...command, [String(name)]: collection })).toMatchObject({ ok: 0, code: 73 });
      }
    },
  );

  it('say nothing on one node when they are right', async () => {
    const preferences: Document[] = [
      { mode: 'primary', tags: [{}] },
      { mode: 'secondary', tags: [{ dc: 'ny' }, {}], maxStalenessSeconds: 90 },
      { mode: 'nearest', hedge: { enabled: true } },
    ];
    for (const $readPreference of preferences) {
      expect(await send({ ...find, $readPreference, maxTimeMS: 0, comment: { any: 1 } })).toMatchObject({ ok: 1 });
    }
  });
});

it('says in its handshake when it last wrote, as drivers need for maxStalenessSeconds', async () => {
  await send(insert);
  const hello = await send({ hello: 1 });
  expect(hello).toMatchObject({ setVersion: 1, electionId: expect.anything() });
  expect(hello['lastWrite'].opTime.ts).toEqual(hello['operationTime']);
  expect(hello['lastWrite'].lastWriteDate).toEqual(new Date(hello['operationTime'].high * 1000));
});

import { once } from 'node:events';
import { deserialize, Long, serialize, UUID, type Document } from 'bson';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTestClient, type TestClient } from './testing/open-client.ts';
import { openRawConnection, type RawConnection } from './testing/raw-connection.ts';
import { exchangeBytes, openSocket } from './testing/exchange-bytes.ts';

interface Item extends Document {
  readonly _id: number | string;
}

let test: TestClient;
let raw: RawConnection;
let path: string;

beforeAll(async () => {
  test = await openTestClient();
  path = decodeURIComponent(test.store.uri.slice('mongodb://'.length, test.store.uri.indexOf('/?')));
  raw = await openRawConnection(test.store.uri);
  await test.db.collection<Item>('items').insertMany([{ _id: 1, a: [1, 'x'], b: { c: 2 } }, { _id: 2 }]);
});
afterAll(async () => {
  raw.close();
  await test.close();
});
afterEach(async () => {
  if (JSON.stringify(await faults()) !== '{"kept":2,"faults":[]}') throw new Error(JSON.stringify(await faults()));
});

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function message(...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat([int32(0), ...parts]);
  return Buffer.concat([int32(16 + body.length), int32(1), int32(0), int32(2013), body]);
}

function opMsg(command: Document): Buffer {
  return message(Buffer.from([0]), serialize(command));
}

const open = () => openSocket(path);
const exchange = (bytes: Buffer) => exchangeBytes(path, bytes);

/** Sends bytes on a fresh connection and waits for its end. */
async function send(bytes: Buffer): Promise<void> {
  const socket = await open();
  socket.resume();
  socket.end(bytes);
  await once(socket, 'close');
}

function nested(levels: number): Document {
  let document: Document = {};
  for (let level = 1; level < levels; level += 1) document = { a: document };
  return document;
}

function insertNested(levels: number): Promise<Document> {
  return raw.send({ insert: 'deep', documents: [{ _id: levels, a: nested(levels) }], $db: 'test' });
}

/** Whatever came before: the server answers, the data is there, and nothing of it was a fault of the server. */
async function faults(): Promise<unknown> {
  const kept = await test.db.collection<Item>('items').countDocuments({ _id: { $in: [1, 2] } });
  return { kept, faults: test.logged.filter((line) => line.includes(' failed: ')) };
}

describe('what nobody supports', () => {
  it.each<[string, Document, number]>([
    ['a command', { unheard: 1 }, 59],
    ['a field of a command', { find: 'items', unheard: 1 }, 40_415],
    ['a query operator', { find: 'items', filter: { a: { $unheard: 1 } } }, 2],
    ['a top-level query operator', { find: 'items', filter: { $unheard: 1 } }, 2],
    ['a stage', { aggregate: 'items', pipeline: [{ $unheard: 1 }], cursor: {} }, 40_324],
    ['an expression', { aggregate: 'items', pipeline: [{ $set: { a: { $unheard: 1 } } }], cursor: {} }, 168],
    [
      'an accumulator',
      { aggregate: 'items', pipeline: [{ $group: { _id: 1, a: { $unheard: 1 } } }], cursor: {} },
      15_952,
    ],
    ['an index option', { createIndexes: 'items', indexes: [{ key: { a: 1 }, name: 'a', unheard: 1 }] }, 197],
    ['a stage of two names', { aggregate: 'items', pipeline: [{ $match: {}, $limit: 1 }], cursor: {} }, 40_323],
    ['a pipeline that is none', { aggregate: 'items', pipeline: 1, cursor: {} }, 14],
    ['a filter that is none', { find: 'items', filter: 1 }, 14],
  ])('%s is refused with its code', async (_name, command, code) => {
    expect(await raw.send({ ...command, $db: 'test' })).toMatchObject({ ok: 0, code });
  });

  it('an update operator is a write error', async () => {
    const update = { update: 'items', updates: [{ q: { _id: 1 }, u: { $unheard: { a: 1 } } }], $db: 'test' };
    expect(await raw.send(update)).toMatchObject({ ok: 1, n: 0, writeErrors: [{ code: 9 }] });
  });
});

describe('what is too large', () => {
  it('documents over 16 MiB are refused, inserted with 2, upserted with 17420 or grown with 17419, far larger ones with 10334', async () => {
    const large = { _id: 'large', text: 'x'.repeat(16 * 1024 * 1024) };
    const insert = await raw.send({ insert: 'large', documents: [large], $db: 'test' });
    expect(insert['writeErrors']?.[0]).toMatchObject({
      code: 2,
      errmsg: 'object to insert too large. size in bytes: 16777247, max size: 16777216',
    });
    const upsert = { q: { _id: 'large' }, u: { text: large.text }, upsert: true };
    const upserted = await raw.send({ update: 'large', updates: [upsert], $db: 'test' });
    expect(upserted['writeErrors']?.[0]).toMatchObject({ code: 17_420 });
    const larger = { _id: 'large', text: large.text + 'x'.repeat(17 * 1024) };
    const refused = await raw.send({ insert: 'large', documents: [larger], $db: 'test' });
    expect(refused['code'] ?? refused['writeErrors']?.[0]?.code).toBe(10_334);
    await test.db.collection<Item>('large').insertOne({ _id: 1, text: 'x'.repeat(9 * 1024 * 1024) });
    const growth = test.db.collection<Item>('large').updateOne({ _id: 1 }, [{ $set: { more: '$text' } }]);
    await expect(growth).rejects.toMatchObject({ code: 17_419 });
    expect(await test.db.collection('large').countDocuments({ more: { $exists: true } })).toBe(0);
    expect(await test.db.collection('large').countDocuments()).toBe(1);
  });

  it('a message over 48 MB ends its connection before it is read', async () => {
    const head = Buffer.concat([int32(48_000_001), int32(1), int32(0), int32(2013)]);
    expect(await exchange(head)).toBeUndefined();
  });

  it('more than 100 levels are refused with 15', async () => {
    expect(await insertNested(90)).toMatchObject({ ok: 1, n: 1 });
    const reply = await insertNested(110);
    expect(reply['code'] ?? reply['writeErrors']?.[0]?.code).toBe(15);
    expect(await test.db.collection('deep').countDocuments()).toBe(1);
  });
});

describe('text that is not UTF-8', () => {
  // {_id: 'utf8', t: <FF FE 61>}: MongoDB stores strings as they are sent.
  const value = Buffer.concat([
    Buffer.from([2]),
    Buffer.from('_id\0'),
    int32(5),
    Buffer.from('utf8\0'),
    Buffer.from([2]),
    Buffer.from('t\0'),
    int32(4),
    Buffer.from([0xff, 0xfe, 0x61, 0]),
  ]);
  const document = Buffer.concat([int32(value.length + 5), value, Buffer.from([0])]);

  it('is kept byte for byte', async () => {
    const sequence = Buffer.concat([Buffer.from('documents\0'), document]);
    const body = serialize({ insert: 'texts', $db: 'test' });
    const parts = [Buffer.from([0]), body, Buffer.from([1]), int32(sequence.length + 4), sequence];
    const reply = await exchange(message(...parts));
    const stored = await test.db.collection('texts').find({}, { raw: true }).toArray();
    expect(reply).toMatchObject({ ok: 1, n: 1 });
    expect(stored.map((bytes) => Buffer.from(bytes as unknown as Uint8Array))).toEqual([document]);
  });
});

describe('connections', () => {
  it('may come and go in hundreds', async () => {
    const sockets = await Promise.all(Array.from({ length: 300 }, open));
    const answers = sockets.map(async (socket) => {
      socket.write(opMsg({ ping: 1, $db: 'admin' }));
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      return deserialize(chunk.subarray(21))['ok'];
    });
    expect(new Set(await Promise.all(answers))).toEqual(new Set([1]));
    for (const socket of sockets) socket.destroy();
    await expect
      .poll(async () => (await raw.send({ serverStatus: 1, $db: 'admin' }))['connections'].current)
      .toBeLessThan(50);
  });

  it('that stop in the middle of a message hold up nobody', async () => {
    const sockets = await Promise.all(Array.from({ length: 20 }, open));
    for (const socket of sockets) socket.write(opMsg({ ping: 1, $db: 'admin' }).subarray(0, 30));
    expect(await raw.send({ ping: 1, $db: 'admin' })).toMatchObject({ ok: 1 });
    for (const socket of sockets) socket.destroy();
  });

  it('that end in a transaction undo it and free the writer', async () => {
    const lsid = { id: new UUID() };
    const first = await openRawConnection(test.store.uri);
    const start = { lsid, txnNumber: Long.ONE, startTransaction: true, autocommit: false, $db: 'test' };
    const insert = { insert: 'items', documents: [{ _id: 'undone' }] };
    expect(await first.send({ ...insert, ...start })).toMatchObject({ ok: 1, n: 1 });
    first.close();
    await test.db.collection<Item>('items').insertOne({ _id: 'free' });
    expect(await test.db.collection('items').countDocuments({ _id: 'undone' } as Document)).toBe(0);
  });

  it('that end in the middle of a cursor leave it to others', async () => {
    await test.db.collection('many').insertMany(Array.from({ length: 500 }, (_unused, n) => ({ n })));
    const first = await openRawConnection(test.store.uri);
    const { cursor } = await first.send({ find: 'many', batchSize: 10, $db: 'test' });
    first.close();
    const more = await raw.send({ getMore: cursor.id, collection: 'many', batchSize: 10, $db: 'test' });
    expect(more['cursor'].nextBatch).toHaveLength(10);
    await raw.send({ killCursors: 'many', cursors: [cursor.id], $db: 'test' });
  });
});

describe('mutated messages', () => {
  const seeds = [
    opMsg({
      find: 'items',
      filter: { a: { $in: [1, 'x', { b: [true, null] }] } },
      sort: { a: -1 },
      limit: 3,
      $db: 'test',
    }),
    opMsg({ insert: 'fuzz', documents: [{ a: 1.5, b: new Date(0), c: /x/i }], ordered: false, $db: 'fuzz' }),
    opMsg({ update: 'fuzz', updates: [{ q: { a: { $gt: 0 } }, u: { $inc: { a: 1 }, $push: { l: 1 } } }], $db: 'fuzz' }),
    opMsg({ aggregate: 'items', pipeline: [{ $group: { _id: '$a', n: { $sum: 1 } } }], cursor: {}, $db: 'test' }),
    opMsg({ createIndexes: 'fuzz', indexes: [{ key: { a: 1 }, name: 'a_1', sparse: true }], $db: 'fuzz' }),
    opMsg({ hello: 1, helloOk: true, client: { driver: { name: 'x', version: '1' } }, $db: 'admin' }),
  ];

  const mutation = fc.record({
    seed: fc.constantFrom(...seeds),
    changes: fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { maxLength: 4 }),
    cut: fc.option(fc.nat(400), { nil: undefined, freq: 4 }),
    extra: fc.uint8Array({ maxLength: 12 }),
  });

  it('change no data of others, end at worst their own connection, and are never a fault of the server', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 40, maxLength: 40 }), async (batch) => {
        const sent = batch.map(({ seed, changes, cut, extra }) => {
          const bytes = Buffer.from(seed);
          for (const [at, value] of changes) bytes[16 + (at % (bytes.length - 16))] = value;
          return send(Buffer.concat([cut === undefined ? bytes : bytes.subarray(0, cut), extra]));
        });
        await Promise.all(sent);
        expect(await raw.send({ ping: 1, $db: 'admin' })).toMatchObject({ ok: 1 });
        expect(test.logged.filter((line) => line.includes(' failed: '))).toEqual([]);
      }),
      { numRuns: 75, endOnFailure: true },
    );
  });
});

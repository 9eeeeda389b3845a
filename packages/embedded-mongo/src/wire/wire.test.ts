import { once } from 'node:events';
import type { Socket } from 'node:net';
import { serialize, deserialize, type Document } from 'bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestClient, type TestClient } from '../testing/open-client.ts';
import { crc32c } from './crc32c.ts';
import { createMessageFramer } from './message-framer.ts';
import { exchangeBytes, openSocket } from '../testing/exchange-bytes.ts';

let test: TestClient;
let path: string;

beforeAll(async () => {
  test = await openTestClient();
  path = decodeURIComponent(test.store.uri.slice('mongodb://'.length, test.store.uri.indexOf('/?')));
});
afterAll(async () => {
  await test.close();
});

function message(operation: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + body.length, 0);
  header.writeInt32LE(7, 4);
  header.writeInt32LE(operation, 12);
  return Buffer.concat([header, body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function opMsg(document: Document, flags = 0): Buffer {
  return message(2013, int32(flags), Buffer.from([0]), serialize(document));
}

const open = () => openSocket(path);
const exchange = (bytes: Buffer) => exchangeBytes(path, bytes);

/** Reads whole messages until there are enough of them, and ends with none left over. */
function messages(socket: Socket, isEnough: (received: readonly Buffer[]) => boolean): Promise<readonly Buffer[]> {
  const framer = createMessageFramer();
  const received: Buffer[] = [];
  return new Promise((resolve) => {
    const read = (chunk: Buffer): void => {
      received.push(...[...framer.push(chunk)].map((one) => Buffer.from(one)));
      if (!isEnough(received)) return;
      socket.off('data', read);
      resolve(received);
    };
    socket.on('data', read);
  });
}

function bodyOf(reply: Buffer | undefined): Document {
  return reply === undefined ? {} : deserialize(reply.subarray(21), { promoteLongs: false });
}

async function isAlive(): Promise<boolean> {
  const reply = await test.db.command({ ping: 1 });
  return reply['ok'] === 1;
}

it('cuts a stream into messages wherever its chunks end', () => {
  const whole = Buffer.concat([1, 2, 3].map((n) => opMsg({ ping: n, text: 'x'.repeat(n * 7) })));
  for (let size = 1; size <= whole.length; size += 1) {
    const framer = createMessageFramer();
    const cut: Buffer[] = [];
    for (let at = 0; at < whole.length; at += size) cut.push(...framer.push(whole.subarray(at, at + size)));
    expect(cut.map((one) => Number(bodyOf(one)['ping']))).toEqual([1, 2, 3]);
    expect(framer.isWaiting()).toBe(false);
  }
});

describe('the wire protocol', () => {
  it('answers OP_MSG and the legacy handshake', async () => {
    expect(await exchange(opMsg({ ping: 1, $db: 'admin' }))).toMatchObject({ ok: 1 });
    const query = message(2004, int32(0), Buffer.from('admin.$cmd\0'), int32(0), int32(-1), serialize({ isMaster: 1 }));
    expect(await exchange(query)).toMatchObject({ ok: 1, ismaster: true, maxWireVersion: 25, setName: 'parley' });
  });

  it('refuses other legacy commands with an answer', async () => {
    const query = message(
      2004,
      int32(0),
      Buffer.from('test.items\0'),
      int32(0),
      int32(1),
      serialize({ find: 'items' }),
    );
    expect(await exchange(query)).toMatchObject({ ok: 0, code: 5_739_101, $err: expect.any(String) });
    const socket = await open();
    socket.write(query);
    const [reply] = await messages(socket, (received) => received.length === 1);
    expect(reply?.readInt32LE(16)).toBe(2);
    const command = message(2004, int32(0), Buffer.from('test.$cmd\0'), int32(0), int32(1), serialize({ count: 'x' }));
    expect(await exchange(command)).toMatchObject({ ok: 0, code: 352 });
  });

  it('streams the batches of a cursor to a client that takes them, each as the answer to the one before', async () => {
    const items = test.db.collection<{ _id: number }>('streamed');
    await items.insertMany(Array.from({ length: 9 }, (_unused, n) => ({ _id: n })));
    const { cursor } = (await test.db.command({ find: 'streamed', batchSize: 2 })) as { cursor: Document };
    const more = { getMore: cursor['id'], collection: 'streamed', batchSize: 3, $db: 'test' };
    // The session is the driver's; a cursor of one is read by nobody else.
    expect(await exchange(opMsg(more, 0x1_0000))).toMatchObject({ ok: 0 });
    const raw = await open();
    raw.write(opMsg({ find: 'streamed', batchSize: 2, $db: 'test' }));
    const [found] = await messages(raw, (received) => received.length === 1);
    const { id } = (bodyOf(found)['cursor'] ?? {}) as Document;
    raw.write(opMsg({ ...more, getMore: id }, 0x1_0000));
    const replies = await messages(raw, (received) => received.length > 0 && received.at(-1)?.readUInt32LE(16) === 0);
    expect(replies.map((reply) => reply.readUInt32LE(16))).toEqual([2, 2, 0]);
    const ids = replies.flatMap((reply) => {
      const { nextBatch } = bodyOf(reply)['cursor'] as { nextBatch: Document[] };
      return nextBatch.map((document) => document['_id'] as number);
    });
    expect(ids).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(replies.map((reply) => reply.readInt32LE(8))).toEqual([
      7,
      ...replies.slice(0, -1).map((r) => r.readInt32LE(4)),
    ]);
    raw.write(opMsg({ ping: 1, $db: 'admin' }, 0x1_0000));
    const [pong] = await messages(raw, (received) => received.length === 1);
    expect(pong?.readUInt32LE(16)).toBe(0);
    raw.destroy();
  });

  it('checks a checksum that is present', async () => {
    const plain = opMsg({ ping: 1, $db: 'admin' }, 1);
    const framed = Buffer.concat([plain, Buffer.alloc(4)]);
    framed.writeInt32LE(framed.length, 0);
    framed.writeUInt32LE(crc32c(framed.subarray(0, -4)), framed.length - 4);
    expect(await exchange(framed)).toMatchObject({ ok: 1 });
    framed.writeUInt32LE(1, framed.length - 4);
    expect(await exchange(framed)).toBeUndefined();
  });

  it('knows the published checksum of a known text', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe306_9283);
  });

  it('reads document sequences', async () => {
    const sequence = Buffer.concat([Buffer.from('documents\0'), serialize({ _id: 1 }), serialize({ _id: 2 })]);
    const sections = [
      Buffer.from([0]),
      serialize({ insert: 'sequences', $db: 'test' }),
      Buffer.from([1]),
      int32(sequence.length + 4),
      sequence,
    ];
    expect(await exchange(message(2013, int32(0), ...sections))).toMatchObject({ n: 2, ok: 1 });
  });

  it('gives no answer to a message that wants none', async () => {
    const socket = await open();
    socket.write(opMsg({ insert: 'silent', documents: [{ _id: 1 }], $db: 'test' }, 2));
    socket.write(opMsg({ count: 'silent', $db: 'test' }));
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    expect(deserialize(chunk.subarray(21))).toMatchObject({ n: 1, ok: 1 });
    socket.destroy();
  });

  it('answers messages that arrive in pieces or several at once, in order', async () => {
    const socket = await open();
    const one = opMsg({ ping: 1, $db: 'admin' });
    const stream = Buffer.concat([one, opMsg({ nonsense: 1, $db: 'admin' }), one]);
    const received: Buffer[] = [];
    socket.on('data', (chunk) => received.push(chunk));
    for (const byte of stream) socket.write(Buffer.from([byte]));
    await expect.poll(() => Buffer.concat(received).toString('latin1').match(/ok\0/g)?.length).toBe(3);
    socket.destroy();
  });

  it.each([
    ['a length of zero', int32(0)],
    ['a negative length', int32(-5)],
    ['a length below the header', int32(15)],
    ['a length beyond the limit', int32(48_000_001)],
    ['an unknown opcode', message(9999, Buffer.alloc(10))],
    ['compression', message(2012, Buffer.alloc(30))],
    ['no body', message(2013, int32(0))],
    ['an unknown required flag', opMsg({ ping: 1, $db: 'admin' }, 8)],
    ['an unknown section', message(2013, int32(0), Buffer.from([9]), serialize({ ping: 1 }))],
    ['a section longer than the message', message(2013, int32(0), Buffer.from([0]), int32(1000), Buffer.alloc(20))],
    [
      'two bodies',
      message(2013, int32(0), Buffer.from([0]), serialize({ ping: 1 }), Buffer.from([0]), serialize({ ping: 1 })),
    ],
    [
      'a sequence without end of name',
      message(
        2013,
        int32(0),
        Buffer.from([0]),
        serialize({ ping: 1 }),
        Buffer.from([1]),
        int32(8),
        Buffer.from('abcd'),
      ),
    ],
  ])('closes a connection that sends %s, and stays alive', async (_name, bytes) => {
    expect(await exchange(bytes)).toBeUndefined();
    expect(await isAlive()).toBe(true);
  });

  it.each([
    ['an unknown type', Buffer.from([12, 0, 0, 0, 0x55, 0x61, 0, 0, 0, 0, 0, 0])],
    ['a string beyond its document', Buffer.from([14, 0, 0, 0, 2, 0x61, 0, 99, 0, 0, 0, 0x62, 0, 0])],
    ['a boolean of two', Buffer.from([9, 0, 0, 0, 8, 0x61, 0, 2, 0])],
  ])('answers InvalidBSON to %s', async (_name, document) => {
    expect(await exchange(message(2013, int32(0), Buffer.from([0]), document))).toMatchObject({ ok: 0, code: 22 });
  });

  it('refuses a command nested without end', async () => {
    let nested: Document = {};
    for (let level = 0; level < 5000; level += 1) nested = { a: nested };
    const depth = 5000;
    let bytes = Buffer.from(serialize({}));
    for (let level = 0; level < depth; level += 1) {
      bytes = Buffer.concat([int32(bytes.length + 8), Buffer.from([3, 0x61, 0]), bytes, Buffer.from([0])]);
    }
    expect(await exchange(message(2013, int32(0), Buffer.from([0]), bytes))).toMatchObject({ ok: 0, code: 15 });
  });

  it('survives random changes to valid messages', async () => {
    const valid = opMsg({ find: 'items', filter: { a: { $in: [1, 'x', { b: [true] }] } }, limit: 3, $db: 'test' });
    for (let round = 0; round < 150; round += 1) {
      const changed = Buffer.from(valid);
      for (let change = 0; change <= round % 4; change += 1) {
        changed[16 + ((round * 31 + change * 17) % (valid.length - 16))] = (round * 73 + change * 29) % 256;
      }
      await exchange(changed);
    }
    expect(await isAlive()).toBe(true);
  });

  it('drops a connection that ends in the middle of a message', async () => {
    const socket = await open();
    socket.end(opMsg({ ping: 1, $db: 'admin' }).subarray(0, 20));
    await once(socket, 'close');
    expect(await isAlive()).toBe(true);
  });
});

import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { Document } from '../bson/document.ts';
import { createConnection } from './connection.ts';
import { readChunk, releaseChunk } from './read-chunk.ts';

/** Bytes of every value, with the length in front as BSON has it. */
function documentOf(length: number): Buffer {
  const bytes = Buffer.from(Array.from({ length }, (_unused, at) => (at * 37 + length) & 0xff));
  bytes.writeInt32LE(length);
  return bytes;
}

function createRecords(lengths: readonly number[]) {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE r_1 (rid INTEGER PRIMARY KEY, doc BLOB NOT NULL)');
  const connection = createConnection(database);
  for (const length of lengths) connection.run('INSERT INTO r_1 (doc) VALUES (?)', documentOf(length));
  return connection;
}

const lengths = Array.from({ length: 300 }, (_unused, at) => 5 + ((at * 53) % 400));

it.each([false, true])('reads records byte for byte, in order, none twice (reverse: %s)', (isReverse) => {
  const connection = createRecords(lengths);
  const read: Buffer[] = [];
  let beyond = isReverse ? Number.MAX_SAFE_INTEGER : -1;
  for (let limit = 1; ; limit += 7) {
    const chunk = readChunk(connection, { table: 'r_1', beyond, isReverse, limit, maxBytes: 1e6 });
    let at = 0;
    for (const rid of chunk.rids) {
      const end = at + chunk.documents.readInt32LE(at);
      read.push(chunk.documents.subarray(at, end));
      at = end;
      beyond = rid;
    }
    expect(at).toBe(chunk.documents.length);
    if (!chunk.isFull) break;
  }
  const expected = lengths.map(documentOf);
  expect(read).toEqual(isReverse ? expected.toReversed() : expected);
});

it('reads no more bytes than it may, and one record however large it is', () => {
  const connection = createRecords([10, 10, 5_000, 10]);
  const request = { table: 'r_1', beyond: -1, isReverse: false, limit: 4, maxBytes: 100 };
  const first = readChunk(connection, request);
  expect(first).toMatchObject({ rids: [1], isFull: true });
  expect(readChunk(connection, { ...request, beyond: 2 })).toMatchObject({ rids: [3], isFull: true });
  expect(readChunk(connection, { ...request, beyond: 3 })).toMatchObject({ rids: [4], isFull: false });
  expect(readChunk(connection, { ...request, beyond: 4 })).toMatchObject({ rids: [], isFull: false });
});

it('gives memory back without taking it from documents that were detached', () => {
  const connection = createRecords([20, 30]);
  const read = (beyond: number) =>
    readChunk(connection, { table: 'r_1', beyond, isReverse: false, limit: 4, maxBytes: 1e6 });
  const both = read(-1);
  const [detached, left] = [both.documents.subarray(0, 20), both.documents.subarray(20)].map(
    (part) => new Document(part),
  );
  detached?.detach();
  releaseChunk(both);
  expect(detached?.bytes).toEqual(documentOf(20));
  expect(left?.bytes).toHaveLength(0);
  const single = read(1);
  const alone = new Document(single.documents);
  alone.detach();
  releaseChunk(single);
  expect(alone.bytes).toEqual(documentOf(30));
  releaseChunk(read(2));
});

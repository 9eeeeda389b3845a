import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { SandboxError } from '../core/sandbox-error.ts';
import { createRecordReader } from './record-reader.ts';

const field = fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => bytes.map((byte) => byte || 1));

it('reads the same sections and the same rest, however the stream is cut', async () => {
  const sections = fc.array(fc.array(field, { maxLength: 5 }), { maxLength: 3 });
  const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(sections, fc.uint8Array(), cuts, async (said, rest, sizes) => {
      const stream = Buffer.concat([...said.flatMap((fields) => [...fields.flatMap(ended), nul]), rest]);
      const reader = createRecordReader(inPieces(stream, sizes), 10_000);
      for (const fields of said) {
        const read = await reader.section();
        expect(read?.map((text) => Buffer.from(text, 'latin1'))).toEqual(fields.map((bytes) => Buffer.from(bytes)));
      }
      const left: Uint8Array[] = [];
      for await (const chunk of reader.rest()) left.push(chunk);
      expect(Buffer.concat(left)).toEqual(Buffer.from(rest));
    }),
  );
});

it('refuses a section that does not end, and gives one up that has no end in sight', async () => {
  const short = createRecordReader(inPieces(Buffer.from('a\0b'), [2]), 100);
  await expect(short.section()).rejects.toBeInstanceOf(SandboxError);
  const long = createRecordReader(inPieces(Buffer.alloc(5_000, 'a'), [1_000]), 2_000);
  expect(await long.section()).toBeUndefined();
});

const nul = Buffer.from([0]);

function ended(bytes: Uint8Array): Uint8Array[] {
  return [bytes, nul];
}

async function* inPieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

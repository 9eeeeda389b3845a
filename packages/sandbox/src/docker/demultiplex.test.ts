import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { demultiplex, type OutputPiece } from './demultiplex.ts';

const frame = ({ stream, bytes }: OutputPiece): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = stream === 'stdout' ? 1 : 2;
  header.writeUInt32BE(bytes.byteLength, 4);
  return Buffer.concat([header, bytes]);
};

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

async function contents(chunks: AsyncIterable<Uint8Array>): Promise<Record<'stdout' | 'stderr', string>> {
  const parts = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  for await (const { stream, bytes } of demultiplex(chunks)) parts[stream].push(bytes);
  return {
    stdout: Buffer.concat(parts.stdout).toString('hex'),
    stderr: Buffer.concat(parts.stderr).toString('hex'),
  };
}

const pieces = fc.array(
  fc.record({ stream: fc.constantFrom('stdout' as const, 'stderr' as const), bytes: fc.uint8Array({ maxLength: 50 }) }),
);

test('both streams come out whole, however their bytes are cut on the way', async () => {
  await fc.assert(
    fc.asyncProperty(pieces, fc.array(fc.nat(20)), async (sent, sizes) => {
      const wire = Buffer.concat(sent.map(frame));
      const of = (name: string) =>
        Buffer.concat(sent.filter(({ stream }) => stream === name).map(({ bytes }) => bytes));
      expect(await contents(inChunks(wire, sizes))).toEqual({
        stdout: of('stdout').toString('hex'),
        stderr: of('stderr').toString('hex'),
      });
    }),
  );
});

test('content is handed on before its frame is whole', async () => {
  const wire = frame({ stream: 'stdout', bytes: Buffer.from('hello') });
  const reading = demultiplex(inChunks(wire, [10]));
  expect((await reading.next()).value).toEqual({ stream: 'stdout', bytes: Buffer.from('he') });
});

test.each([3, 8, 11])('a stream that ends after %i bytes of a frame has broken off', async (length) => {
  const wire = frame({ stream: 'stdout', bytes: Buffer.from('hello') }).subarray(0, length);
  await expect(contents(inChunks(wire, []))).rejects.toMatchObject({ code: 'engine' });
});

test('what is no such stream is refused', async () => {
  await expect(contents(inChunks(Buffer.from('plain text'), []))).rejects.toMatchObject({ code: 'engine' });
});

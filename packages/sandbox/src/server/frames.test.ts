import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFrames, encodeFrame, type FrameWithBody } from './frames.ts';

const frame = fc.oneof(
  fc.record({ type: fc.constant('stdout' as const), text: fc.string({ unit: 'binary' }) }),
  fc.record({ type: fc.constant('queued' as const), position: fc.nat() }),
  fc.constant({ type: 'alive' as const }),
);
const framed = fc.record({ frame, body: fc.uint8Array({ maxLength: 100 }) });

async function decoded(chunks: readonly Uint8Array[]): Promise<FrameWithBody[]> {
  const stream = (async function* stream() {
    yield* chunks;
  })();
  const frames: FrameWithBody[] = [];
  for await (const each of decodeFrames(stream)) frames.push(each);
  return frames;
}

test('frames come out as they went in, however their bytes are split', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(framed, { maxLength: 8 }), fc.integer({ min: 1, max: 50 }), async (frames, step) => {
      const bytes = Buffer.concat(frames.flatMap((each) => encodeFrame(each.frame, each.body)));
      const chunks = Array.from({ length: Math.ceil(bytes.length / step) }, (_each, index) =>
        bytes.subarray(index * step, (index + 1) * step),
      );
      const read = await decoded(chunks);
      expect(read.map((each) => each.frame)).toEqual(frames.map((each) => each.frame));
      expect(read.map(({ body }) => [...body])).toEqual(frames.map(({ body }) => [...body]));
    }),
  );
});

test('a stream that ends within a frame is no whole one', async () => {
  const [bytes = new Uint8Array()] = encodeFrame({ type: 'stdout', text: 'hello' });
  for (let length = 1; length < bytes.length; length += 1) {
    await expect(decoded([bytes.subarray(0, length)])).rejects.toThrow('ended within a frame');
  }
});

test('what is no frame is refused before it is held', async () => {
  await expect(decoded([Buffer.alloc(8, 0xff)])).rejects.toThrow('too large');
  const nonsense = Buffer.from('{"type":"nonsense"}');
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32BE(nonsense.length);
  await expect(decoded([prefix, nonsense])).rejects.toThrow('Invalid');
});

import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readUpload } from './read-upload.ts';

afterEach(() => {
  vi.useRealTimers();
});

const limits = { fileBytes: 5_000, files: 3 };
const never = new AbortController().signal;

interface Sent {
  readonly name: string;
  readonly content: Uint8Array;
}

function formOf(files: readonly Sent[]): Buffer {
  const parts = files.flatMap(({ name, content }) => [
    Buffer.from(`--b\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\n`),
    Buffer.from('Content-Type: text/plain\r\n\r\n'),
    content,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...parts, Buffer.from('--b--\r\n')]);
}

function requestOf(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, type = 'multipart/form-data; boundary=b') {
  return Object.assign(Readable.from(pieces, { objectMode: false }), { headers: { 'content-type': type } });
}

async function readAll(request: ReturnType<typeof requestOf>, signal = never): Promise<Sent[]> {
  const files: Sent[] = [];
  for await (const part of readUpload(request, limits, signal)) {
    if (part.type !== 'file') continue;
    const pieces: Uint8Array[] = [];
    for await (const piece of part.content) pieces.push(piece);
    files.push({ name: part.name, content: new Uint8Array(Buffer.concat(pieces)) });
  }
  return files;
}

function* split(bytes: Buffer, sizes: readonly number[]): Generator<Uint8Array> {
  let start = 0;
  for (const size of sizes) {
    if (start >= bytes.length) return;
    yield bytes.subarray(start, start + size);
    start += size;
  }
  if (start < bytes.length) yield bytes.subarray(start);
}

/** The beginning of a form, and then nothing any more. */
async function* stalling(): AsyncGenerator<Uint8Array> {
  yield formOf([{ name: 'a.txt', content: Buffer.alloc(100) }]).subarray(0, 150);
  await new Promise(() => undefined);
}

function* endless(): Generator<Uint8Array> {
  yield Buffer.from('--b\r\nX: ');
  for (;;) yield Buffer.alloc(65_536, 'x');
}

describe('an upload', () => {
  it('is the same however it is cut into pieces', async () => {
    const sent = fc.array(
      fc.record({ name: fc.stringMatching(/^[a-z]{1,8}\.txt$/), content: fc.uint8Array({ maxLength: 3_000 }) }),
      { minLength: 1, maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(sent, fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 60 }), async (files, sizes) => {
        expect(await readAll(requestOf(split(formOf(files), sizes)))).toEqual(files);
      }),
      { numRuns: 60 },
    );
  });

  it('is no form when anything of it is missing', async () => {
    const whole = formOf([{ name: 'a.txt', content: Buffer.from('content') }]);
    for (let length = 0; length < whole.length - 4; length += 1) {
      await expect(readAll(requestOf([whole.subarray(0, length)])), `${length} bytes`).rejects.toMatchObject({
        code: 'invalid-request',
      });
    }
  });

  it('survives anything that calls itself a form', async () => {
    const noise = fc.array(
      fc.constantFrom(
        '--b',
        '--b--',
        '\r\n',
        '\r\n\r\n',
        'Content-Disposition: form-data; ',
        'name="x"',
        'filename="y"',
        'z',
      ),
    );
    await fc.assert(
      fc.asyncProperty(noise, async (words) => {
        const outcome = await readAll(requestOf([Buffer.from(words.join(''))])).catch((error: unknown) => error);
        expect(Array.isArray(outcome) || (outcome instanceof Error && 'code' in outcome)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('is given up when nothing comes any more', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const reading = readAll(requestOf(stalling())).catch((error: unknown) => error);
    for (let round = 0; round < 10; round += 1) await turn();
    await vi.advanceTimersByTimeAsync(31_000);
    expect(await reading).toMatchObject({ code: 'request-timeout' });
  });

  it('ends with the reason of its signal', async () => {
    const leave = new AbortController();
    async function* leaving(): AsyncGenerator<Uint8Array> {
      yield formOf([{ name: 'a.txt', content: Buffer.alloc(100) }]).subarray(0, 150);
      leave.abort(new Error('The client left.'));
      yield* stalling();
    }
    await expect(readAll(requestOf(leaving()), leave.signal)).rejects.toThrow('The client left.');
  });

  it('is refused by its length before it is read', async () => {
    const request = requestOf([Buffer.from('x')]);
    Object.assign(request.headers, { 'content-length': String(3 * 5_000 + 1024 * 1024 + 1) });
    await expect(readAll(request)).rejects.toMatchObject({ code: 'body-too-large' });
  });

  it('is refused when it goes on for ever, whatever it said', async () => {
    await expect(readAll(requestOf(endless()))).rejects.toMatchObject({ code: 'body-too-large' });
  });
});

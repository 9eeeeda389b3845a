import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { StorageError } from '../file-storage.ts';
import type { FileStorage } from '../file-storage.ts';

interface StorageUnderTest {
  readonly storage: FileStorage;
  /** How many things it has for all keys together, whole or not. */
  count(): Promise<number>;
}

const never = new AbortController().signal;

async function* pieces(...all: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of all) {
    await turn();
    yield piece;
  }
}

async function* failing(reason: Error): AsyncGenerator<Uint8Array> {
  await turn();
  yield randomBytes(600_000);
  throw reason;
}

/** What every storage of files does. */
export function testFileStorage(open: () => StorageUnderTest): void {
  async function put(...all: readonly Uint8Array[]): Promise<string> {
    const key = randomUUID();
    await open().storage.put(key, pieces(...all), never);
    return key;
  }

  async function bytesOf(key: string, signal = never): Promise<Buffer> {
    const all: Uint8Array[] = [];
    for await (const piece of open().storage.read(key, signal)) all.push(piece);
    return Buffer.concat(all);
  }

  it('gives back what it was given, however it came', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 2_000 }), { maxLength: 10 }), async (all) => {
        const key = await put(...all);
        expect((await bytesOf(key)).equals(Buffer.concat(all))).toBe(true);
        await open().storage.remove(key);
      }),
      { numRuns: 15 },
    );
  });

  it('keeps large files, and empty ones', async () => {
    const large = Array.from({ length: 12 }, () => randomBytes(250_000));
    const [one, two] = [await put(...large), await put()];
    expect((await bytesOf(one)).equals(Buffer.concat(large))).toBe(true);
    expect(await bytesOf(two)).toHaveLength(0);
  });

  it('can be read by many at once', async () => {
    const bytes = randomBytes(700_000);
    const key = await put(bytes);
    const readings = await Promise.all(Array.from({ length: 5 }, () => bytesOf(key)));
    expect(readings.every((reading) => reading.equals(bytes))).toBe(true);
  });

  it('says what is missing, and what was removed', async () => {
    const key = await put(Buffer.from('x'));
    await open().storage.remove(key);
    await open().storage.remove(key);
    for (const gone of [key, randomUUID()]) {
      await expect(bytesOf(gone)).rejects.toMatchObject({ name: 'StorageError', code: 'missing' });
    }
  });

  it('has nothing of a file whose bytes did not all come', async () => {
    const before = await open().count();
    const key = randomUUID();
    const error = new Error('The client left.');
    await expect(open().storage.put(key, failing(error), never)).rejects.toBe(error);
    await expect(bytesOf(key)).rejects.toBeInstanceOf(StorageError);
    await open().storage.remove(key);
    expect(await open().count()).toBe(before);
  });

  it('stops taking and giving when it is told to', async () => {
    const before = await open().count();
    const leave = new AbortController();
    const reason = new Error('Enough.');
    async function* leaving(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(randomBytes(1_000));
      leave.abort(reason);
      yield randomBytes(1_000);
    }
    const key = randomUUID();
    await expect(open().storage.put(key, leaving(), leave.signal)).rejects.toBe(reason);
    await open().storage.remove(key);
    expect(await open().count()).toBe(before);
    const whole = await put(randomBytes(1_000_000));
    await expect(bytesOf(whole, leave.signal)).rejects.toBe(reason);
    const half = open().storage.read(whole, never)[Symbol.asyncIterator]();
    await half.next();
    await half.return?.();
    await open().storage.remove(whole);
    expect(await open().count()).toBe(before);
  });
}

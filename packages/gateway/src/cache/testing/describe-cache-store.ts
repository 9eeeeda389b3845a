import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CacheStore } from '../cache-store.ts';

export interface CacheStoreSubject {
  readonly store: CacheStore;
  dispose(): Promise<void>;
}

/** The suite that every `CacheStore` passes. */
export function describeCacheStore(name: string, create: () => Promise<CacheStoreSubject>): void {
  describe(`${name} as a CacheStore`, () => {
    let subject: CacheStoreSubject;
    let store: CacheStore;
    const anHour = 3_600_000;
    const bounds = { ttlMs: anHour, maxEntries: 100 };
    beforeAll(async () => {
      subject = await create();
      store = subject.store;
    });
    afterAll(() => subject.dispose());

    it('gives back the bytes it was given, whatever they are', async () => {
      const key = randomUUID();
      const value = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
      await store.set(key, value, anHour);
      expect(await store.get(key)).toEqual(value);
    });

    it('knows nothing of other keys, and forgets what is deleted', async () => {
      const key = randomUUID();
      await store.set(key, Buffer.from('one'), anHour);
      expect(await store.get(`${key}x`)).toBeUndefined();
      await store.delete(key);
      expect(await store.get(key)).toBeUndefined();
    });

    it('forgets when the time is over', async () => {
      const key = randomUUID();
      await store.set(key, Buffer.from('soon gone'), 30);
      await vi.waitFor(async () => expect(await store.get(key)).toBeUndefined());
    });

    it('counts the time afresh when a key is written again', async () => {
      const key = randomUUID();
      const witness = randomUUID();
      await store.set(key, Buffer.from('old'), 30);
      await store.set(witness, Buffer.from('old'), 30);
      await store.set(key, Buffer.from('new'), anHour);
      await vi.waitFor(async () => expect(await store.get(witness)).toBeUndefined());
      expect((await store.get(key))?.toString()).toBe('new');
    });

    it('lists what was added, in order, and then only what is new', async () => {
      const list = randomUUID();
      expect(await store.since(list, undefined)).toEqual({ values: [], cursor: undefined });
      for (const text of ['a', 'b']) await store.append(list, Buffer.from(text), bounds);
      const first = await store.since(list, undefined);
      expect(first.values.map(String)).toEqual(['a', 'b']);
      expect((await store.since(list, first.cursor)).values).toEqual([]);
      await store.append(list, Buffer.from('c'), bounds);
      expect((await store.since(list, first.cursor)).values.map(String)).toEqual(['c']);
      expect((await store.since(randomUUID(), undefined)).values).toEqual([]);
    });

    it('keeps a list bounded by dropping the oldest', async () => {
      const list = randomUUID();
      for (let index = 0; index < 500; index += 1) {
        await store.append(list, Buffer.from(String(index)), { ...bounds, maxEntries: 10 });
      }
      const { values } = await store.since(list, undefined);
      expect(values.length).toBeGreaterThanOrEqual(10);
      expect(values.length).toBeLessThan(250);
      expect(String(values.at(-1))).toBe('499');
    });

    it('forgets a list after its time', async () => {
      const list = randomUUID();
      await store.append(list, Buffer.from('a'), { ...bounds, ttlMs: 30 });
      await vi.waitFor(async () => expect((await store.since(list, undefined)).values).toEqual([]));
    });
  });
}

import { describe, expect, it } from 'vitest';
import { createMemoryCacheStore } from './memory-cache-store.ts';
import { describeCacheStore } from './testing/describe-cache-store.ts';

describeCacheStore('memory', async () => ({
  store: createMemoryCacheStore({ maxEntries: 1000, maxBytes: 1_000_000 }),
  dispose: async () => undefined,
}));

describe('a store in memory', () => {
  it('drops what was not used for longest', async () => {
    const store = createMemoryCacheStore({ maxEntries: 2, maxBytes: 1_000_000 });
    await store.set('a', Buffer.from('1'), 1000);
    await store.set('b', Buffer.from('2'), 1000);
    await store.get('a');
    await store.set('c', Buffer.from('3'), 1000);
    expect(await store.get('b')).toBeUndefined();
    expect(String(await store.get('a'))).toBe('1');
    expect(String(await store.get('c'))).toBe('3');
  });

  it('stays below its bytes, and does not take what is larger than all of them', async () => {
    const store = createMemoryCacheStore({ maxEntries: 1000, maxBytes: 10_000 });
    for (let index = 0; index < 100; index += 1) {
      await store.set(`key ${index}`, Buffer.alloc(500), 1000);
      await store.append('list', Buffer.alloc(500), { ttlMs: 1000, maxEntries: 1000 });
      expect(store.size.bytes).toBeLessThanOrEqual(10_000);
    }
    await store.set('large', Buffer.alloc(20_000), 1000);
    expect(await store.get('large')).toBeUndefined();
  });

  it('counts nothing twice', async () => {
    const store = createMemoryCacheStore({ maxEntries: 1000, maxBytes: 10_000 });
    for (let index = 0; index < 10; index += 1) await store.set('same', Buffer.alloc(100), 1000);
    const { bytes } = store.size;
    await store.delete('same');
    expect(bytes).toBeLessThan(400);
    expect(store.size).toEqual({ entries: 0, bytes: 0 });
  });
});

import { describe, expect, it } from 'vitest';
import { describeStreamStore } from '../conformance/describe-stream-store.ts';
import { createSqliteStreamStore } from './create-sqlite-stream-store.ts';

describeStreamStore('SQLite', async () => {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const store = createSqliteStreamStore({ path: ':memory:', now });
  return {
    store,
    now,
    async pass(ms) {
      ahead += ms;
    },
    dispose: () => store.shutdown(),
  };
});

describe('the SQLite store', () => {
  it('clears away what has expired, many at once, and keeps the rest', async () => {
    let moment = 0;
    const store = createSqliteStreamStore({ path: ':memory:', now: () => moment });
    const first = { entries: ['1'], closes: false };
    for (let count = 0; count < 50; count += 1) await store.create(`old-${count}`, { ttlSeconds: 1 }, first);
    await store.create('young', { ttlSeconds: 2 }, first);
    await store.create('lasting', {}, first);
    moment = 1_500;
    expect(await store.removeExpired()).toBe(50);
    expect(await store.removeExpired()).toBe(0);
    expect((await store.read('young', '-1')).entries).toEqual(['1']);
    expect((await store.read('lasting', '-1')).entries).toEqual(['1']);
    await store.shutdown();
  });
});

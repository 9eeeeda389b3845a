import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeStreamStore } from '../conformance/describe-stream-store.ts';
import { connectTestRedis, type TestRedisPlace } from '../conformance/redis-clients.ts';
import { startRedisCluster, type TestRedisCluster } from '../conformance/redis-cluster.ts';
import { isRedisTested } from '../conformance/is-redis-tested.ts';
import { startRedis, type TestRedis } from '../conformance/redis-server.ts';
import { createRedisStreamStore } from './create-redis-stream-store.ts';

function openStore(place: TestRedisPlace) {
  const { disconnect, ...clients } = connectTestRedis(place);
  const store = createRedisStreamStore({ ...clients, onError: () => undefined });
  return {
    store,
    commands: clients.commands,
    dispose: async (): Promise<void> => {
      await store.shutdown();
      disconnect();
    },
  };
}

/** Redis has a clock of its own. */
const clock = { now: Date.now, pass: async (ms: number): Promise<void> => delay(ms) };

describe.skipIf(!isRedisTested())('The Redis store', () => {
  let server: TestRedis;
  let cluster: TestRedisCluster;
  beforeAll(async () => {
    // One after the other, so that the first is stopped when the second does not start.
    server = await startRedis();
    cluster = await startRedisCluster();
  }, 30_000);
  afterAll(async () => {
    await Promise.all([server.stop(), cluster.stop()]);
  });
  const clusterPlace = () => ({ cluster: cluster.nodes.map(({ port }) => port) });

  describeStreamStore('Redis', async () => ({ ...openStore(server.port), ...clock }));
  describeStreamStore('a Redis Cluster', async () => ({ ...openStore(clusterPlace()), ...clock }));

  it('forks a long stream across slots, and leaves nothing behind when all are removed', async () => {
    const { store, commands, dispose } = openStore(server.port);
    const entries = Array.from({ length: 5_000 }, (_, index) => String(index));
    await store.create('source', { contentType: 'application/json' }, { entries, closes: false });
    await store.create('fork', { fork: { from: 'source' } }, { entries: ['-1'], closes: true });
    await store.create('fork of it', { fork: { from: 'fork' } }, { entries: [], closes: false });
    const read: string[] = [];
    for (let at = '-1', closed = false; !closed;) {
      const batch = await store.read('fork', at);
      read.push(...batch.entries);
      ({ next: at, closed } = batch);
    }
    expect(read).toEqual([...entries, '-1']);
    for (const id of ['source', 'fork']) await store.remove(id);
    await expect(store.describe('fork')).rejects.toMatchObject({ code: 'gone' });
    await store.remove('fork of it');
    for (const id of ['source', 'fork']) await expect(store.describe(id)).rejects.toMatchObject({ code: 'missing' });
    expect((await commands.keys('stream-log:{*')).filter((key) => /fork|source/.test(key))).toEqual([]);
    await dispose();
  });

  it('lets go of a removed stream when its forks expired', async () => {
    const { store, dispose } = openStore(server.port);
    await store.create('old', {}, { entries: ['a'], closes: false });
    await store.create('short', { ttlSeconds: 1, fork: { from: 'old' } }, { entries: [], closes: false });
    await store.remove('old');
    expect(await store.removeExpired()).toBe(0);
    await expect(store.describe('old')).rejects.toMatchObject({ code: 'gone' });
    await expect.poll(() => store.removeExpired(), { timeout: 5_000 }).toBe(1);
    await expect(store.describe('old')).rejects.toMatchObject({ code: 'missing' });
    await dispose();
  });

  it('brings an entry of 5 MB, and bytes of every value, to readers in another process', async () => {
    const [writing, reading] = [openStore(server.port), openStore(server.port)];
    const bytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
    await writing.store.create('large', {}, { entries: [bytes], closes: false });
    const reader = reading.store.follow('large', '-1', AbortSignal.timeout(20_000))[Symbol.asyncIterator]();
    expect((await reader.next()).value?.entries).toEqual([bytes]);
    for (const entry of [bytes, 'x'.repeat(5_000_000), bytes]) {
      const coming = reader.next();
      await writing.store.append('large', { entries: [entry], closes: false });
      expect((await coming).value?.entries[0] === entry).toBe(true);
    }
    await Promise.all([writing.dispose(), reading.dispose()]);
  });

  it('compares a Stream-Seq by its bytes, whatever the locale of Redis', async () => {
    const { store, dispose } = openStore(server.port);
    await store.create('ordered', {}, { entries: [], closes: false });
    for (const streamSeq of ['B', 'B1', 'a', 'aa'])
      await store.append('ordered', { entries: ['x'], closes: false, streamSeq });
    for (const streamSeq of ['aa', 'a', 'Z', '1']) {
      await expect(store.append('ordered', { entries: ['x'], closes: false, streamSeq })).rejects.toMatchObject({
        code: 'conflict',
      });
    }
    await dispose();
  });

  it('counts a stream as lost when Redis evicted a part of it, and begins it anew', async () => {
    const { store, commands, dispose } = openStore(server.port);
    const claim = () => store.claim('evicted', 'application/json', { id: 'writer', epoch: 0 });
    await claim();
    const append = (seq: number) =>
      store.append('evicted', { entries: ['1'], closes: false, producer: { id: 'writer', epoch: 0, seq } });
    await append(0);
    await commands.del('stream-log:{evicted}:entries');
    await expect(append(1)).rejects.toMatchObject({ code: 'missing' });
    expect(await claim()).toBe('created');
    await append(0);
    await commands.del('stream-log:{evicted}:meta');
    await expect(append(1)).rejects.toMatchObject({ code: 'missing' });
    await claim();
    expect((await store.read('evicted', '-1')).entries).toEqual([]);
    await dispose();
  });
});

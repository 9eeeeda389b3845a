import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isRedisTested } from '../conformance/is-redis-tested.ts';
import { redisCli, startRedisCluster } from '../conformance/redis-cluster.ts';
import { openRedisLog } from '../conformance/redis-log.ts';
import { startRedisSentinel } from '../conformance/redis-sentinel.ts';
import { StreamLogError } from '../stream-log-error.ts';
import type { StreamLog } from '../stream-log.ts';
import type { TestRedisPlace } from '../conformance/redis-clients.ts';

const producer = { id: 'writer', epoch: 0 };

/** Appends one number after the other until it is enough, repeating each as long as Redis is away; returns how many. */
async function write(log: StreamLog<number>, id: string, isEnough: () => boolean): Promise<number> {
  let seq = 0;
  for (; !isEnough(); seq += 1) await persist(() => log.append(id, producer, seq, [seq]));
  await persist(() => log.close(id, producer, seq, [seq]));
  return seq + 1;
}

async function persist(attempt: () => Promise<unknown>): Promise<void> {
  for (const end = performance.now() + 30_000; ;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (!(error instanceof StreamLogError) || !error.retryable || performance.now() > end) throw error;
      await delay(50);
    }
  }
}

/** A reader of a whole log, which may be asked how far it is. */
function readToEnd(log: StreamLog<number>, id: string) {
  const received: number[] = [];
  async function read(): Promise<readonly number[]> {
    for await (const { entries } of log.follow(id, '-1', AbortSignal.timeout(40_000))) received.push(...entries);
    return received;
  }
  return { received, ended: read() };
}

const patience = { timeout: 25_000 };
const numbersBelow = (count: number) => Array.from({ length: count }, (_, number) => number);

/** Kills what is told while writers and two readers of each are at work; returns what these had of it. */
async function survive(place: TestRedisPlace, ids: readonly string[], kill: () => Promise<unknown>) {
  const [writing, reading] = [openRedisLog(place), openRedisLog(place)];
  try {
    for (const id of ids) await writing.log.open(id, producer);
    let isEnough = false;
    const writers = ids.map((id) => write(writing.log, id, () => isEnough));
    const readers = ids.flatMap((id) => [readToEnd(reading.log, id), readToEnd(writing.log, id)]);
    const shortest = () => Math.min(...readers.map(({ received }) => received.length));
    await expect.poll(shortest, patience).toBeGreaterThan(50);
    await kill();
    const before = Math.max(...readers.map(({ received }) => received.length));
    await expect.poll(shortest, patience).toBeGreaterThan(before + 100);
    isEnough = true;
    const counts = await Promise.all(writers);
    const expected = counts.flatMap((count) => [numbersBelow(count), numbersBelow(count)]);
    return { expected, received: await Promise.all(readers.map(({ ended }) => ended)) };
  } finally {
    await Promise.all([writing.end(), reading.end()]);
  }
}

describe.skipIf(!isRedisTested())('when the master of Redis dies', () => {
  it('and Sentinels replace it, writers repeat themselves and readers go on', { timeout: 60_000 }, async () => {
    const redis = await startRedisSentinel();
    try {
      const place = { sentinels: redis.sentinels, name: redis.name };
      const { expected, received } = await survive(place, ['story'], () => redis.master.kill());
      expect(received).toEqual(expected);
    } finally {
      await redis.stop();
    }
  });

  it('and its replica in the Cluster takes over, so they do', { timeout: 60_000 }, async () => {
    const redis = await startRedisCluster({ replicas: 1 });
    try {
      const ids = ['one', 'two', 'three', 'four', 'five', 'six'];
      const place = { cluster: redis.nodes.map(({ port }) => port) };
      const { expected, received } = await survive(place, ids, async () => redis.nodes[0]?.kill());
      expect(received).toEqual(expected);
    } finally {
      await redis.stop();
    }
  });

  it('before its last appends reached the replica, writer and readers are told', { timeout: 60_000 }, async () => {
    const redis = await startRedisSentinel();
    const { log, end } = openRedisLog({ sentinels: redis.sentinels, name: redis.name });
    try {
      await log.open('story', producer);
      await log.append('story', producer, 0, [0]);
      await expect.poll(() => redisCli(['-p', String(redis.replica.port), 'dbsize'])).not.toBe('0\n');
      redis.replica.signal('SIGSTOP');
      await redisCli(['-p', String(redis.master.port), 'client', 'kill', 'type', 'replica']);
      const lost = await log.append('story', producer, 1, [1]);
      await redis.master.kill();
      redis.replica.signal('SIGCONT');
      const repeated = persist(() => log.append('story', producer, 2, [2]));
      await expect(repeated).rejects.toMatchObject({ code: 'sequence-gap', expectedSeq: 1 });
      await expect(log.read('story', lost)).rejects.toMatchObject({ code: 'invalid-offset' });
    } finally {
      await end();
      await redis.stop();
    }
  });
});

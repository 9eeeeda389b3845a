import { randomUUID } from 'node:crypto';
import { connectTestRedis, isRedisTested, startRedis } from '@parley/stream-log/conformance';
import { describe, expect, it } from 'vitest';
import { createRedisCacheStore } from './redis-cache-store.ts';
import { describeCacheStore } from './testing/describe-cache-store.ts';

const generous = { deadlineMs: 5000, restMs: 0 };

describe.skipIf(!isRedisTested())('with a real Redis', () => {
  describeCacheStore('Redis', async () => {
    const redis = await startRedis();
    const { commands, disconnect } = connectTestRedis(redis.port);
    return {
      store: createRedisCacheStore({ commands, keyPrefix: randomUUID(), onError: () => undefined, ...generous }),
      async dispose() {
        disconnect();
        await redis.stop();
      },
    };
  });

  it('misses while Redis is gone, and finds again when it is back', async () => {
    const redis = await startRedis();
    const { commands, disconnect } = connectTestRedis(redis.port);
    const errors: unknown[] = [];
    const store = createRedisCacheStore({
      commands,
      keyPrefix: 'x',
      onError: (error) => errors.push(error),
      ...generous,
    });
    await store.set('key', Buffer.from('value'), 60_000);
    await redis.kill();
    expect(await store.get('key')).toBeUndefined();
    await store.set('key', Buffer.from('lost'), 60_000);
    expect(await store.since('list', undefined)).toEqual({ values: [], cursor: undefined });
    expect(errors.length).toBeGreaterThan(0);
    await redis.start();
    await expect
      .poll(async () => {
        await store.set('key', Buffer.from('again'), 60_000);
        return String(await store.get('key'));
      })
      .toBe('again');
    disconnect();
    await redis.stop();
  });
});

describe('a Redis that hangs', () => {
  it('is a miss after the deadline, and is then left alone for a while', async () => {
    let asked = 0;
    let clock = 0;
    const store = createRedisCacheStore({
      commands: { callBuffer: () => (asked++, new Promise(() => undefined)) },
      keyPrefix: 'x',
      deadlineMs: 5,
      restMs: 1000,
      onError: () => undefined,
      now: () => clock,
    });
    expect(await store.get('key')).toBeUndefined();
    expect(await store.get('key')).toBeUndefined();
    expect(asked).toBe(1);
    clock = 1001;
    expect(await store.get('key')).toBeUndefined();
    expect(asked).toBe(2);
  });
});

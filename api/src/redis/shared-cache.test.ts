import { isRedisTested, startRedis } from '@parley/stream-log/conformance';
import type { TestRedis } from '@parley/stream-log/conformance';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRedis } from './connect-redis.ts';
import type { RedisConnections } from './connect-redis.ts';
import { createSharedCache } from './shared-cache.ts';

describe.skipIf(!isRedisTested())('the shared cache', () => {
  let server: TestRedis;
  let redis: RedisConnections;

  beforeAll(async () => {
    server = await startRedis();
    redis = await connectRedis(`redis://127.0.0.1:${server.port}`, pino({ level: 'silent' }));
  });

  afterAll(async () => {
    await redis.close();
    await server.stop();
  });

  it('keeps a value for everybody until it expires', async () => {
    await createSharedCache(redis).write('models', ['a', 'b'], 60_000);
    expect(await createSharedCache(redis).read('models')).toEqual(['a', 'b']);
    expect(await createSharedCache(redis).read('others')).toBeUndefined();
    expect(await redis.commands.pttl('parley:cache:models')).toBeGreaterThan(0);
    await redis.commands.pexpire('parley:cache:models', 1);
    await expect.poll(async () => await createSharedCache(redis).read('models')).toBeUndefined();
  });

  it('rejects when Redis is away', async () => {
    const lost = await connectRedis(`redis://127.0.0.1:${server.port}`, pino({ level: 'silent' }));
    await lost.close();
    await expect(createSharedCache(lost).read('models')).rejects.toThrow('Connection is closed');
  });
});

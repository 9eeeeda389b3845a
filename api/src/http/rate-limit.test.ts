import { once } from 'node:events';
import { isRedisTested, startRedis, startRedisCluster } from '@parley/stream-log/conformance';
import type { TestRedis } from '@parley/stream-log/conformance';
import express from 'express';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectRedis } from '../redis/connect-redis.ts';
import type { RedisConnections } from '../redis/connect-redis.ts';
import { problemHandler } from './problem.ts';
import { createRateLimiter } from './rate-limit.ts';
import type { RateLimiter } from './rate-limit.ts';
import { createRequestLog } from './request-log.ts';

const log = pino({ level: 'silent' });
const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server that lets three requests a minute through; `bad` ones are refused for their shape. */
async function serveThree(limitRate: RateLimiter, name = 'three'): Promise<(path?: string) => Promise<number>> {
  const app = express();
  app.use(createRequestLog(log));
  app.use(limitRate(name, { max: 3, windowMs: 60_000 }));
  app.get('/bad', (_request, response) => void response.status(400).end());
  app.get('/', (_request, response) => void response.end());
  app.use(problemHandler);
  const server = app.listen(0, '127.0.0.1');
  closing.push(() => server.close().closeAllConnections());
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return async (path = '/') => (await fetch(url + path)).status;
}

async function statuses(ask: (path?: string) => Promise<number>, count: number): Promise<number[]> {
  const found: number[] = [];
  for (let index = 0; index < count; index += 1) found.push(await ask());
  return found;
}

it('counts in this process without Redis, each name for itself', async () => {
  const limitRate = createRateLimiter(undefined, log);
  const [one, other] = [await serveThree(limitRate, 'one'), await serveThree(limitRate, 'other')];
  expect(await one('/bad')).toBe(400);
  await expect.poll(() => one()).toBe(200);
  expect(await statuses(one, 4)).toContain(429);
  expect(await statuses(other, 3)).toEqual([200, 200, 200]);
});

describe.skipIf(!isRedisTested())('with Redis', () => {
  let server: TestRedis;
  let connections: RedisConnections[];

  beforeAll(async () => {
    server = await startRedis();
    const uri = `redis://127.0.0.1:${server.port}`;
    connections = [await connectRedis(uri, log), await connectRedis(uri, log)];
  });

  afterAll(async () => {
    for (const redis of connections) await redis.close();
    await server.stop();
  });

  it('counts what all replicas have seen, and keeps it for a minute', async () => {
    const [here, there] = await Promise.all(
      connections.map(async (redis) => await serveThree(createRateLimiter(redis, log))),
    );
    expect([await here?.(), await there?.(), await here?.(), await there?.(), await here?.()]).toEqual([
      200, 200, 200, 429, 429,
    ]);
    const [key = ''] = (await connections[0]?.commands.keys('parley:rate:three:*')) ?? [];
    const lifetime = await connections[0]?.commands.pttl(key);
    expect(lifetime).toBeGreaterThan(0);
    expect(lifetime).toBeLessThanOrEqual(60_000);
  });

  it('counts in a Cluster, too, whose nodes each keep scripts for themselves', async () => {
    const cluster = await startRedisCluster();
    const redis = await connectRedis(cluster.nodes.map(({ port }) => `redis://127.0.0.1:${port}`).join(','), log);
    try {
      for (const name of ['one', 'two', 'three', 'four']) {
        const [here, there] = await Promise.all([
          serveThree(createRateLimiter(redis, log), name),
          serveThree(createRateLimiter(redis, log), name),
        ]);
        expect([await here(), await there(), await here(), await there()]).toEqual([200, 200, 200, 429]);
      }
    } finally {
      await redis.close();
      await cluster.stop();
    }
  });

  it('goes on by itself while Redis is away: open, but within the bounds of one process', async () => {
    const lost = await connectRedis(`redis://127.0.0.1:${server.port}`, log);
    const ask = await serveThree(createRateLimiter(lost, log), 'away');
    expect(await ask()).toBe(200);
    await lost.close();
    expect(await statuses(ask, 3)).toEqual([200, 200, 429]);
  });
});

import {
  isRedisTested,
  startRedis,
  startRedisCluster,
  startRedisSentinel,
  type TestRedis,
} from '@parley/stream-log/conformance';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { read, savedAnswer, start, textSoFar } from '../generations/__fixtures__/chat-client.ts';
import { promptFor, startScriptedUpstream, words } from '../generations/__fixtures__/scripted-upstream.ts';
import { startTestApp } from '../test-app.ts';
import { connectRedis } from './connect-redis.ts';
import type { RedisConnections } from './connect-redis.ts';

const log = pino({ level: 'silent' });

it.each([
  ['redis://127.0.0.1:1', /reached: connect ECONNREFUSED 127\.0\.0\.1:1\. Check/],
  ['redis://eva:secret@127.0.0.1:1,redis://127.0.0.1:2', /reached: [^:]+\. Check/],
  ['redis+sentinel://:secret@127.0.0.1:1/mymaster', /reached: All sentinels are unreachable[^:]*: [^:]+\. Check/],
])('says in a sentence that Redis cannot be reached, and not with what password: %s', async (uri, sentence) => {
  const refused = await connectRedis(uri, log).catch(String);
  expect(refused).toMatch(sentence);
  expect(refused).not.toContain('secret');
});

describe.skipIf(!isRedisTested())('with REDIS_URI', { timeout: 30_000 }, () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startRedis({ settings: ['--requirepass', 'secret'] });
  });
  afterAll(() => server.stop());

  it('live answers are kept in Redis: read while they are written, and after a restart', async () => {
    const upstream = await startScriptedUpstream();
    const redisUri = `redis://:secret@127.0.0.1:${server.port}`;
    const app = await startTestApp({ endpoints: [upstream.endpoint], gateway: false, redisUri });
    const redis = await connectRedis(redisUri, log);
    try {
      expect(await (await fetch(`${app.url}/readyz`)).json()).toMatchObject({ checks: { redis: 'ok' } });
      const user = await app.register();
      const text = promptFor({ tokens: 30, holdAfter: 10 });
      const started = await start(app, user, { text });
      const reading = read(app, user, started.generationId, { live: 'sse' });
      await expect.poll(async () => (await redis.commands.keys('parley:*entries')).length).toBe(1);
      upstream.release(text);
      expect(textSoFar((await reading).events)).toBe(words(30));
      await app.restart();
      expect(textSoFar((await read(app, user, started.generationId, { live: 'long-poll' })).events)).toBe(words(30));
      expect((await savedAnswer(app, user, started)).status).toBe('done');
    } finally {
      await redis.close();
      await app.close();
      await upstream.close();
    }
  });

  it('a wrong password is said, and not shown', async () => {
    const refused = await connectRedis(`redis://:wrong@127.0.0.1:${server.port}`, log).catch(String);
    expect(refused).toMatch(/reached: WRONGPASS/);
    expect(refused).not.toContain('wrong@');
  });

  it('a user without the right to its channels is refused at the start, with what it lacks', async () => {
    const redis = await connectRedis(`redis://:secret@127.0.0.1:${server.port}`, log);
    await redis.commands.call('ACL', 'SETUSER', 'eva', 'on', '>word', '+@all', '~*', 'resetchannels');
    const uri = `redis://eva:word@127.0.0.1:${server.port}`;
    await expect(connectRedis(uri, log)).rejects.toThrow(/cannot be used: NOPERM .* &parley\*/);
    await redis.commands.call('ACL', 'SETUSER', 'eva', '&parley:*');
    await (await connectRedis(uri, log)).close();
    await redis.close();
  });

  it('a Cluster and Sentinels serve commands, reads that wait, and subscribers, and fail soon when they are away', async () => {
    const [cluster, sentinel] = await Promise.all([startRedisCluster(), startRedisSentinel({ count: 1 })]);
    const uris = [
      cluster.nodes.map(({ port }) => `redis://127.0.0.1:${port}`).join(','),
      `redis+sentinel://127.0.0.1:${sentinel.sentinels.join(',')}/${sentinel.name}`,
    ];
    const opened: RedisConnections[] = [];
    try {
      for (const uri of uris) {
        const redis = await connectRedis(uri, log);
        await redis.ping();
        await redis.commands.set('{story}key', 'value');
        const waiting = redis.openWaiting().blpop('{story}list', 10);
        await redis.commands.rpush('{story}list', 'news');
        expect(await waiting).toEqual(['{story}list', 'news']);
        await redis.subscriber().ping();
        opened.push(redis);
      }
      await Promise.all([...cluster.nodes, sentinel.master].map((node) => node.kill()));
      for (const { commands } of opened) await expect(commands.get('{story}key')).rejects.toThrow(/./);
    } finally {
      await Promise.all(opened.map((redis) => redis.close()));
      await Promise.all([cluster.stop(), sentinel.stop()]);
    }
  });
});

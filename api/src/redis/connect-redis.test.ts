import { describe, expect, it } from 'vitest';
import { isRedisInstalled, startRedis } from '@parley/stream-log/conformance';
import { pino } from 'pino';
import { read, savedAnswer, start, textSoFar } from '../generations/__fixtures__/chat-client.ts';
import { promptFor, startScriptedUpstream, words } from '../generations/__fixtures__/scripted-upstream.ts';
import { startTestApp } from '../test-app.ts';
import { connectRedis } from './connect-redis.ts';

const log = pino({ level: 'silent' });

it('says in a sentence that Redis cannot be reached', async () => {
  await expect(connectRedis('redis://127.0.0.1:1', log)).rejects.toThrow(
    /Redis of REDIS_URI cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:1\. Check/,
  );
});

// The log's own suite says what to install, and fails where every tier is mandatory.
describe.skipIf(!isRedisInstalled())('with REDIS_URI', () => {
  it('live answers are kept in Redis: read while they are written, and after a restart', async () => {
    const [server, upstream] = await Promise.all([startRedis(), startScriptedUpstream()]);
    const redisUri = `redis://127.0.0.1:${server.port}`;
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
      await server.stop();
    }
  });
});

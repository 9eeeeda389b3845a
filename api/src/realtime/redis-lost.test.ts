import { isRedisTested, startRedis } from '@parley/stream-log/conformance';
import type { TestRedis } from '@parley/stream-log/conformance';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRedis } from '../redis/connect-redis.ts';
import { openNewsDesk, someNews } from './__fixtures__/news-desk.ts';
import type { NewsDesk, Replica, TestDevice } from './__fixtures__/news-desk.ts';
import type { Tab } from './__fixtures__/tab.ts';

describe.skipIf(!isRedisTested())('two replicas that lose their Redis', () => {
  let redis: TestRedis;
  let desk: NewsDesk;
  let here: Replica;
  let there: Replica;
  let device: TestDevice;

  beforeAll(async () => {
    redis = await startRedis();
    desk = await openNewsDesk();
    const uri = `redis://127.0.0.1:${redis.port}`;
    [here, there] = await Promise.all([desk.startReplica(uri), desk.startReplica(uri)]);
    device = await desk.register();
  });

  afterAll(async () => {
    await Promise.all([here.close(), there.close()]);
    await desk.close();
  });

  async function expectNewsAt(tab: Tab): Promise<void> {
    const before = tab.news.length;
    await expect
      .poll(() => {
        here.realtime.announcer.announce(device.userId, someNews());
        return tab.news.length;
      })
      .toBeGreaterThan(before);
  }

  it('are not held up when it hangs', async () => {
    const near = await desk.open(here, device);
    const hand = await connectRedis(`redis://127.0.0.1:${redis.port}`, pino({ level: 'silent' }));
    await hand.commands.call('CLIENT', 'PAUSE', '60000', 'ALL');
    await expectNewsAt(near);
    expect(await here.realtime.onlineSessions(device.userId)).toEqual(new Set([device.sessionId]));
    near.socket.disconnect();
    await hand.close();
    await redis.restart();
  });

  it('are together again when it is back, with nothing in it', async () => {
    const far = await desk.open(there, device);
    await expectNewsAt(far);
    await redis.restart();
    await expectNewsAt(far);
    await expect.poll(async () => (await here.realtime.onlineSessions(device.userId)).size).toBe(1);
    far.socket.disconnect();
  });

  it('go on each for itself while it is away', async () => {
    await redis.stop();
    const near = await desk.open(here, device);
    await expectNewsAt(near);
    expect(await here.realtime.onlineSessions(device.userId)).toEqual(new Set([device.sessionId]));
    await desk.sessions.remove(device.sessionId);
    here.realtime.announcer.endSession(device.sessionId);
    await expect.poll(() => near.socket.connected).toBe(false);
    expect(near.news.at(-1)).toEqual({ type: 'session-ended' });
  });
});

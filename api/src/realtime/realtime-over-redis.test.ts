import { isDeepStrictEqual } from 'node:util';
import { isRedisTested, startRedis, startRedisCluster } from '@parley/stream-log/conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openNewsDesk, someNews } from './__fixtures__/news-desk.ts';
import type { NewsDesk, Replica } from './__fixtures__/news-desk.ts';
import { heard } from './__fixtures__/tab.ts';

interface TestStore {
  readonly uri: string;
  stop(): Promise<void>;
}

const stores: { name: string; start: () => Promise<TestStore> }[] = [
  {
    name: 'one Redis',
    async start() {
      const redis = await startRedis();
      return { ...redis, uri: `redis://127.0.0.1:${redis.port}` };
    },
  },
  {
    name: 'a Redis Cluster',
    async start() {
      const cluster = await startRedisCluster();
      return {
        uri: cluster.nodes.map(({ port }) => `redis://127.0.0.1:${port}`).join(','),
        stop: () => cluster.stop(),
      };
    },
  },
];

describe.skipIf(!isRedisTested()).each(stores)('two replicas over $name', ({ start }) => {
  let redis: TestStore;
  let desk: NewsDesk;
  let here: Replica;
  let there: Replica;

  beforeAll(async () => {
    redis = await start();
    desk = await openNewsDesk();
    here = await desk.startReplica(redis.uri);
    there = await desk.startReplica(redis.uri);
  });

  afterAll(async () => {
    await Promise.all([here.close(), there.close()]);
    await desk.close();
    await redis.stop();
  });

  /** The first news may be announced before the other replica listens. */
  async function together(): Promise<void> {
    const device = await desk.register();
    const tab = await desk.open(there, device);
    await expect
      .poll(() => {
        here.realtime.announcer.announce(device.userId, someNews());
        return tab.news.length;
      })
      .toBeGreaterThan(0);
  }

  it('tell the same news, to the person they are for', async () => {
    await together();
    const laptop = await desk.register();
    const phone = await desk.signIn(laptop.userId, 'Safari on iPhone');
    const stranger = await desk.register();
    const tabs = [await desk.open(here, laptop), await desk.open(there, laptop), await desk.open(there, phone)];
    const other = await desk.open(there, stranger);
    const [news, sentinel] = [someNews(), someNews()];
    here.realtime.announcer.announce(laptop.userId, news);
    here.realtime.announcer.announce(stranger.userId, sentinel);
    await expect.poll(() => other.news).toEqual([sentinel]);
    for (const tab of tabs) {
      await expect.poll(() => tab.news).toContainEqual(news);
      expect(tab.news.filter((one) => one.type === 'generation-ended')).toEqual([news]);
    }
  });

  it('know of each other’s devices', async () => {
    await together();
    const laptop = await desk.register();
    const phone = await desk.signIn(laptop.userId, 'Safari on iPhone');
    const id = await desk.begin(laptop.userId);
    const watcher = await desk.open(here, laptop);
    const tab = await desk.open(there, phone);
    await expect.poll(() => watcher.news).toMatchObject([{ type: 'device-joined', device: { id: phone.sessionId } }]);
    const both = new Set([laptop.sessionId, phone.sessionId]);
    await expect.poll(async () => await here.realtime.onlineSessions(laptop.userId)).toEqual(both);
    expect(await there.realtime.onlineSessions(laptop.userId)).toEqual(both);
    expect(await watcher.socket.emitWithAck('enter-conversation', id)).toEqual({ devices: [] });
    const entrance = await tab.socket.emitWithAck('enter-conversation', id);
    expect(entrance).toMatchObject({ devices: [{ id: laptop.sessionId }] });
    tab.socket.disconnect();
    await expect
      .poll(() => watcher.news)
      .toContainEqual({
        type: 'device-left',
        deviceId: phone.sessionId,
        conversationId: null,
      });
  });

  it('cut off a device that was signed out at the other one', async () => {
    await together();
    const device = await desk.register();
    const tab = await desk.open(there, device);
    await desk.sessions.remove(device.sessionId);
    here.realtime.announcer.endSession(device.sessionId);
    await expect.poll(() => tab.socket.connected).toBe(false);
    expect(tab.news.at(-1)).toEqual({ type: 'session-ended' });
  });

  it('tell of long drafts, too', async () => {
    await together();
    const device = await desk.register();
    const tab = await desk.open(there, device);
    const draft = { place: 'new', text: 'x'.repeat(100_000), updatedAt: new Date().toISOString() } as const;
    const all = 60;
    for (let count = 0; count < all; count += 1) {
      const news = { type: 'draft-changed', draft, changedBy: device.sessionId } as const;
      here.realtime.announcer.announce(device.userId, news);
    }
    await expect.poll(() => tab.news).toHaveLength(all);
  });

  it('hand a connection over when one of them stops, with what it missed', async () => {
    await together();
    const leaving = await desk.startReplica(redis.uri);
    const device = await desk.register();
    const tab = await desk.open(leaving, device);
    const all = [someNews(), someNews(), someNews()];
    const announce = (index: number): void => {
      const news = all[index];
      if (news !== undefined) here.realtime.announcer.announce(device.userId, news);
    };
    await expect
      .poll(() => {
        announce(0);
        return tab.news.length;
      })
      .toBeGreaterThan(0);
    const gone = heard(tab.socket, 'disconnect');
    const back = heard(tab.socket, 'connect');
    const { engine } = tab.socket.io;
    engine.once('close', () => announce(1));
    Object.assign(tab.socket.io, { uri: here.url });
    const closed = leaving.close();
    expect(await gone).toBe('transport close');
    await back;
    expect(tab.socket.recovered).toBe(true);
    announce(2);
    await expect.poll(() => tab.news.filter(({ type }) => type === 'generation-ended')).toContainEqual(all[2]);
    expect(tab.news.filter((news) => !isDeepStrictEqual(news, all[0]))).toEqual([all[1], all[2]]);
    await closed;
  });
});

import { randomUUID } from 'node:crypto';
import { sessionIdSchema } from '@parley/contracts';
import type { Entrance } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openNewsDesk, someNews } from './__fixtures__/news-desk.ts';
import type { NewsDesk, Replica } from './__fixtures__/news-desk.ts';
import { heard } from './__fixtures__/tab.ts';
import type { Tab } from './__fixtures__/tab.ts';

let desk: NewsDesk;
let replica: Replica;

beforeAll(async () => {
  desk = await openNewsDesk();
  replica = await desk.startReplica();
});

afterAll(async () => {
  await replica.close();
  await desk.close();
});

async function enter({ socket }: Tab, id: string): Promise<Entrance | null> {
  return await socket.timeout(5_000).emitWithAck('enter-conversation', id);
}

describe('the handshake', () => {
  it('lets in a good token, over either transport', async () => {
    const device = await desk.register();
    const tabs = [await desk.open(replica, device), await desk.open(replica, device, { transports: ['polling'] })];
    expect(tabs.map(({ socket }) => socket.connected)).toEqual([true, true]);
  });

  it('says which tokens are not good', async () => {
    const device = await desk.register();
    const gone = await desk.register();
    await desk.sessions.remove(gone.sessionId);
    const told = async (auth: Record<string, unknown>) => await desk.refusal(replica, { auth });
    expect(await told({ token: desk.expiredToken(device) })).toBe('token-expired');
    expect(await told({ token: gone.token })).toBe('not-authenticated');
    expect(await told({ token: `${device.token}x` })).toBe('not-authenticated');
    expect(await told({ token: 7 })).toBe('not-authenticated');
    expect(await told({ token: 'x'.repeat(5_000) })).toBe('not-authenticated');
    expect(await told({})).toBe('not-authenticated');
  });

  it('refuses the page of another website', async () => {
    const { token } = await desk.register();
    const extraHeaders = { Origin: 'https://evil.example' };
    expect(await desk.refusal(replica, { auth: { token }, extraHeaders })).toBe('websocket error');
    const response = await fetch(`${replica.url}/api/realtime/?EIO=4&transport=polling`, { headers: extraHeaders });
    expect([response.status, response.headers.get('Access-Control-Allow-Origin')]).toEqual([403, null]);
  });

  it('lets in its own page', async () => {
    const own = await desk.open(replica, await desk.register(), { extraHeaders: { Origin: replica.url } });
    expect(own.socket.connected).toBe(true);
  });
});

it('lets a device open many tabs, but not any number', async () => {
  const device = await desk.register();
  await Promise.all(Array.from({ length: 60 }, async () => await desk.open(replica, device)));
  expect(await desk.refusal(replica, { auth: { token: device.token } })).toBe('not-ready');
});

describe('news', () => {
  it('reach every device of a person and nobody else', async () => {
    const laptop = await desk.register();
    const phone = await desk.signIn(laptop.userId, 'Safari on iPhone');
    const stranger = await desk.register();
    const own = [await desk.open(replica, laptop), await desk.open(replica, laptop), await desk.open(replica, phone)];
    const other = await desk.open(replica, stranger);
    const [news, sentinel] = [someNews(), someNews()];
    replica.realtime.announcer.announce(laptop.userId, news);
    replica.realtime.announcer.announce(stranger.userId, sentinel);
    for (const tab of own) await expect.poll(() => tab.news).toContainEqual(news);
    await expect.poll(() => other.news).toEqual([sentinel]);
  });

  it('that were missed during a short cut come once, in order', async () => {
    const device = await desk.register();
    const tab = await desk.open(replica, device);
    const all = Array.from({ length: 5 }, someNews);
    const announce = (from: number, to: number): void => {
      for (const news of all.slice(from, to)) replica.realtime.announcer.announce(device.userId, news);
    };
    announce(0, 1);
    await expect.poll(() => tab.news).toHaveLength(1);
    const back = heard(tab.socket, 'connect');
    const gone = heard(tab.socket, 'disconnect');
    tab.socket.io.engine.close();
    await gone;
    announce(1, 3);
    await back;
    expect(tab.socket.recovered).toBe(true);
    announce(3, 5);
    await expect.poll(() => tab.news).toHaveLength(5);
    expect(tab.news).toEqual(all);
  });
});

it('a connection is recovered though its access token has expired meanwhile', async () => {
  const device = await desk.register();
  const tab = await desk.open(replica, device);
  replica.realtime.announcer.announce(device.userId, someNews());
  await expect.poll(() => tab.news).toHaveLength(1);
  tab.socket.auth = { token: desk.expiredToken(device) };
  const back = heard(tab.socket, 'connect');
  tab.socket.io.engine.close();
  await back;
  expect(tab.socket.recovered).toBe(true);
});

describe('a device that is signed out', () => {
  it('is told and cut off, with all its tabs, and cannot come back', async () => {
    const laptop = await desk.register();
    const phone = await desk.signIn(laptop.userId, 'Safari on iPhone');
    const tabs = [await desk.open(replica, laptop), await desk.open(replica, laptop)];
    const kept = await desk.open(replica, phone);
    await desk.sessions.remove(laptop.sessionId);
    replica.realtime.announcer.endSession(laptop.sessionId);
    for (const { socket, news } of tabs) {
      await expect.poll(() => socket.connected).toBe(false);
      expect(news).toContainEqual({ type: 'session-ended' });
    }
    expect(kept.socket.connected).toBe(true);
    expect(await desk.refusal(replica, { auth: { token: laptop.token } })).toBe('not-authenticated');
  });

  it('while its line was cut cannot recover what came since', async () => {
    const device = await desk.register();
    const tab = await desk.open(replica, device);
    replica.realtime.announcer.announce(device.userId, someNews());
    await expect.poll(() => tab.news).toHaveLength(1);
    const gone = heard(tab.socket, 'disconnect');
    const refused = heard(tab.socket, 'connect_error');
    tab.socket.io.engine.close();
    await gone;
    await desk.sessions.remove(device.sessionId);
    replica.realtime.announcer.announce(device.userId, someNews());
    expect(await refused).toMatchObject({ message: 'not-authenticated' });
    expect(tab.news).toHaveLength(1);
  });

  it('unknown to everybody harms nobody', () => {
    expect(() => replica.realtime.announcer.endSession(sessionIdSchema.parse('nobody'))).not.toThrow();
  });
});

describe('presence', () => {
  it('tells the other devices who comes and goes, tabs of one device as one', async () => {
    const laptop = await desk.register('Firefox on Linux');
    const phone = await desk.signIn(laptop.userId, 'Safari on iPhone');
    const watcher = await desk.open(replica, laptop);
    const first = await desk.open(replica, phone);
    await expect.poll(() => watcher.news).toHaveLength(1);
    expect(watcher.news[0]).toMatchObject({
      type: 'device-joined',
      device: { id: phone.sessionId, name: 'Safari on iPhone', online: true },
      conversationId: null,
    });
    const second = await desk.open(replica, phone);
    expect(await replica.realtime.onlineSessions(laptop.userId)).toEqual(new Set([laptop.sessionId, phone.sessionId]));
    first.socket.disconnect();
    second.socket.disconnect();
    const left = { type: 'device-left', deviceId: phone.sessionId, conversationId: null };
    await expect.poll(() => watcher.news).toContainEqual(left);
    expect(watcher.news.map(({ type }) => type)).toEqual(['device-joined', 'device-left']);
    expect(await replica.realtime.onlineSessions(laptop.userId)).toEqual(new Set([laptop.sessionId]));
    const about = { device: expect.objectContaining({ id: phone.sessionId }) };
    expect(first.news).not.toContainEqual(expect.objectContaining(about));
  });

  it('says who looks at a conversation', async () => {
    const laptop = await desk.register('Firefox on Linux');
    const phone = await desk.signIn(laptop.userId, 'Safari on iPhone');
    const id = await desk.begin(laptop.userId);
    const [here, there] = [await desk.open(replica, laptop), await desk.open(replica, phone)];
    expect(await enter(here, id)).toEqual({ devices: [] });
    expect(await enter(there, id)).toMatchObject({ devices: [{ id: laptop.sessionId, name: 'Firefox on Linux' }] });
    const joined = { type: 'device-joined', device: { id: phone.sessionId }, conversationId: id };
    await expect.poll(() => here.news.at(-1)).toMatchObject(joined);
    there.socket.emit('leave-conversation', id);
    const left = { type: 'device-left', deviceId: phone.sessionId, conversationId: id };
    await expect.poll(() => here.news).toContainEqual(left);
    await enter(there, id);
    there.socket.disconnect();
    await expect.poll(() => here.news.filter(({ type }) => type === 'device-left')).toHaveLength(3);
    expect(here.news.filter(({ type }) => type === 'device-left')).toEqual([
      left,
      left,
      { ...left, conversationId: null },
    ]);
  });

  it('lets nobody into the conversation of somebody else', async () => {
    const owner = await desk.register();
    const id = await desk.begin(owner.userId);
    const stranger = await desk.open(replica, await desk.register());
    expect(await enter(stranger, id)).toBeNull();
    expect(await enter(stranger, randomUUID())).toBeNull();
  });
});

describe('what makes no sense', () => {
  it('is ignored', async () => {
    const device = await desk.register();
    const { socket } = await desk.open(replica, device);
    const send: (event: string, ...rest: unknown[]) => void = socket.emit.bind(socket) as never;
    send('enter-conversation');
    send('enter-conversation', { $ne: null }, 'no function');
    send('leave-conversation', ['a']);
    send('unknown', 1, 2, 3);
    const answer = socket.timeout(5_000).emitWithAck('enter-conversation', { $gt: '' } as never);
    expect(await answer).toBeNull();
    const id = await desk.begin(device.userId);
    expect(await enter({ socket, news: [] }, id)).toEqual({ devices: [] });
  });

  it('is cut off when it is too large', async () => {
    const { socket } = await desk.open(replica, await desk.register(), { reconnection: false });
    socket.emit('leave-conversation', 'x'.repeat(20_000));
    await expect.poll(() => socket.connected).toBe(false);
  });

  it('is dropped when it comes too often, and cut off when it goes on', async () => {
    const device = await desk.register();
    const { socket } = await desk.open(replica, device, { reconnection: false });
    for (let count = 0; count < 100; count += 1) socket.emit('leave-conversation', 'x');
    await expect(socket.timeout(300).emitWithAck('enter-conversation', randomUUID())).rejects.toThrow('timed out');
    expect(socket.connected).toBe(true);
    for (let count = 0; count < 300; count += 1) socket.emit('leave-conversation', 'x');
    await expect.poll(() => socket.connected).toBe(false);
  });
});

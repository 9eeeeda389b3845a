import type { User } from '@parley/contracts';
import { describe, expect, it, vi } from 'vitest';
import { createFakeServer, json, problemAnswer, sessionOf } from '../../testing/fake-server.ts';
import { OfflineError } from './send.ts';
import { createSessionKeeper } from './session-keeper.ts';
import { createTabChannels } from '../../testing/tab-channels.ts';
import type { Exclusive, SessionChange } from './session-keeper.ts';

const refreshRoute = 'POST /api/auth/refresh';

describe('session keeper', () => {
  it('asks once for many concurrent wishes', async () => {
    const server = createFakeServer({ [refreshRoute]: () => json(sessionOf('one')) });
    const [tab] = openTabs(server.fetch, 1);
    const sessions = await Promise.all([tab.refresh(undefined), tab.refresh(undefined), tab.refresh(undefined)]);
    expect(sessions.map((session) => session?.accessToken)).toEqual(['one', 'one', 'one']);
    expect(server.seen(refreshRoute)).toHaveLength(1);
  });

  it('takes the answer that the page has asked for already, and asks by itself after that', async () => {
    const server = createFakeServer({ [refreshRoute]: () => json(sessionOf('later')) });
    const answers = [json(sessionOf('early'))];
    const keeper = createSessionKeeper({
      fetch: server.fetch,
      channel: createTabChannels().join(),
      exclusive: (_, work) => work(),
      takeEarly: () => Promise.resolve(answers.pop()),
    });
    expect((await keeper.restore())?.accessToken).toBe('early');
    expect(server.seen(refreshRoute)).toHaveLength(0);
    expect((await keeper.refresh(keeper.current()))?.accessToken).toBe('later');
  });

  it('does not take an early answer that is older than what another tab shared, or than a sign-out there', async () => {
    for (const last of ['signed-in', 'signed-out'] as const) {
      const server = createFakeServer({ [refreshRoute]: () => json(sessionOf('fresh')) });
      const channels = createTabChannels();
      const other = createSessionKeeper({ fetch: server.fetch, channel: channels.join(), exclusive: alone });
      const answers = [json(sessionOf('old'))];
      const tab = createSessionKeeper({
        fetch: server.fetch,
        channel: channels.join(),
        exclusive: alone,
        takeEarly: () => Promise.resolve(answers.pop()),
      });
      if (last === 'signed-in') other.start(sessionOf('shared'));
      else other.end();
      expect((await tab.refresh(tab.current()))?.accessToken).toBe('fresh');
      expect(answers).toHaveLength(0);
    }
  });

  it('stays signed out when that happened while a token was being renewed', async () => {
    const channels = createTabChannels();
    const other = createSessionKeeper({ fetch: createFakeServer().fetch, channel: channels.join(), exclusive: alone });
    const server = createFakeServer({
      [refreshRoute]: () => {
        other.end();
        return json(sessionOf('late'));
      },
    });
    const tab = createSessionKeeper({ fetch: server.fetch, channel: channels.join(), exclusive: alone });
    tab.start(sessionOf('old'));
    expect(await tab.refresh(tab.current())).toBeUndefined();
    expect([tab.current(), other.current()]).toEqual([undefined, undefined]);
  });

  it('counts a connection that breaks off in the middle of an answer as none', async () => {
    const broken = new ReadableStream({ pull: (reader) => reader.error(new TypeError('network')) });
    const keeper = createSessionKeeper({
      fetch: createFakeServer().fetch,
      channel: createTabChannels().join(),
      exclusive: alone,
      takeEarly: () => Promise.resolve(new Response(broken)),
    });
    await expect(keeper.restore()).rejects.toThrow(OfflineError);
  });

  it('asks once for two tabs that find the same token spent', async () => {
    let count = 0;
    const server = createFakeServer({
      [refreshRoute]: () => {
        count += 1;
        return json(sessionOf(`token ${String(count)}`));
      },
    });
    const [first, second] = openTabs(server.fetch, 2);
    first.start(sessionOf('spent'));
    const stale = [first.current(), second.current()] as const;
    const renewed = await Promise.all([first.refresh(stale[0]), second.refresh(stale[1])]);
    expect(renewed.map((session) => session?.accessToken)).toEqual(['token 1', 'token 1']);
    expect(server.seen(refreshRoute)).toHaveLength(1);
  });

  it('does not ask when a newer token is held already', async () => {
    const server = createFakeServer();
    const [tab] = openTabs(server.fetch, 1);
    tab.start(sessionOf('old'));
    const old = tab.current();
    tab.start(sessionOf('new'));
    expect((await tab.refresh(old))?.accessToken).toBe('new');
    expect(server.requests).toHaveLength(0);
  });

  it('lets the session expire when the cookie is refused', async () => {
    const server = createFakeServer({ [refreshRoute]: () => problemAnswer('session-ended') });
    const [tab] = openTabs(server.fetch, 1);
    tab.start(sessionOf('old'));
    const listener = vi.fn<(change: SessionChange) => void>();
    tab.subscribe(listener);
    expect(await tab.refresh(tab.current())).toBeUndefined();
    expect(tab.current()).toBeUndefined();
    expect(listener).toHaveBeenCalledExactlyOnceWith('expired', undefined);
  });

  it('opens for whoever was here last while the server cannot be reached, until it answers', async () => {
    const { user } = sessionOf('any');
    let isAway = true;
    const server = createFakeServer({
      [refreshRoute]: () => (isAway ? Promise.reject(new TypeError('network')) : json(sessionOf('real'))),
    });
    const remembered = { read: () => user, keep: vi.fn<(kept: User) => void>(), forget: vi.fn<() => void>() };
    const channel = createTabChannels().join();
    const tab = createSessionKeeper({ fetch: server.fetch, channel, exclusive: (_, work) => work(), remembered });
    const changes: SessionChange[] = [];
    tab.subscribe((change) => changes.push(change));
    expect((await tab.restore())?.user).toEqual(user);
    expect(tab.isOffline()).toBe(true);
    isAway = false;
    expect((await tab.refresh(tab.current()))?.accessToken).toBe('real');
    expect([tab.isOffline(), changes]).toEqual([false, ['remembered', 'renewed']]);
    tab.end();
    expect(remembered.forget).toHaveBeenCalledOnce();
  });

  it('opens for nobody when the server is there and knows nobody', async () => {
    const server = createFakeServer({ [refreshRoute]: () => problemAnswer('session-ended') });
    const { user } = sessionOf('any');
    const remembered = { read: () => user, keep: () => undefined, forget: () => undefined };
    const channel = createTabChannels().join();
    const tab = createSessionKeeper({ fetch: server.fetch, channel, exclusive: (_, work) => work(), remembered });
    expect(await tab.restore()).toBeUndefined();
    expect(tab.isOffline()).toBe(false);
  });

  it('keeps the session when the server cannot be reached', async () => {
    const server = createFakeServer({ [refreshRoute]: () => Promise.reject(new TypeError('network')) });
    const [tab] = openTabs(server.fetch, 1);
    tab.start(sessionOf('old'));
    await expect(tab.refresh(tab.current())).rejects.toThrow(OfflineError);
    expect(tab.current()?.accessToken).toBe('old');
  });

  it('takes what another tab shared when it lost the race for the cookie', async () => {
    const channels = createTabChannels();
    const winner = createSessionKeeper({ fetch: createFakeServer().fetch, channel: channels.join(), exclusive: alone });
    const server = createFakeServer({
      [refreshRoute]: () => {
        winner.start(sessionOf('from the winner'));
        return problemAnswer('session-ended');
      },
    });
    const loser = createSessionKeeper({ fetch: server.fetch, channel: channels.join(), exclusive: alone });
    expect((await loser.refresh(undefined))?.accessToken).toBe('from the winner');
  });

  it('restores a session once, and remembers that there was none', async () => {
    const server = createFakeServer({ [refreshRoute]: () => problemAnswer('session-ended') });
    const [tab] = openTabs(server.fetch, 1);
    expect(await tab.restore()).toBeUndefined();
    expect(await tab.restore()).toBeUndefined();
    expect(server.seen(refreshRoute)).toHaveLength(1);
  });

  it('tells other tabs of signing in and out', () => {
    const [first, second] = openTabs(createFakeServer().fetch, 2);
    const changes: string[] = [];
    second.subscribe((change) => changes.push(change));
    first.start(sessionOf('one'));
    expect(second.current()?.accessToken).toBe('one');
    first.end();
    expect(second.current()).toBeUndefined();
    expect(changes).toEqual(['adopted', 'ended']);
  });

  it('ends when somebody signed this device out elsewhere', () => {
    const [tab] = openTabs(createFakeServer().fetch, 1);
    const changes: string[] = [];
    tab.subscribe((change) => changes.push(change));
    tab.revoke();
    tab.start(sessionOf('one'));
    tab.revoke();
    expect(tab.current()).toBeUndefined();
    expect(changes).toEqual(['started', 'revoked']);
  });

  it('hears no news in the end that it asked for itself', async () => {
    const server = createFakeServer({ [refreshRoute]: () => problemAnswer('session-ended') });
    const [tab, other] = openTabs(server.fetch, 2);
    tab.start(sessionOf('one'));
    const changes: string[] = [];
    tab.subscribe((change) => changes.push(change));
    await expect(tab.leave(() => Promise.reject(new OfflineError('timeout', undefined)))).rejects.toThrow(OfflineError);
    expect(tab.current()?.accessToken).toBe('one');
    await tab.leave(async () => {
      tab.revoke();
      expect(await tab.refresh(tab.current())).toBeUndefined();
    });
    expect([tab.current(), other.current(), changes]).toEqual([undefined, undefined, ['ended']]);
  });

  it('ignores messages that are not its own', () => {
    const channels = createTabChannels();
    const keeper = createSessionKeeper({ fetch: createFakeServer().fetch, channel: channels.join(), exclusive: alone });
    channels.join().postMessage({ type: 'session', session: { accessToken: 1 } });
    expect(keeper.current()).toBeUndefined();
  });
});

const alone: Exclusive = (_, work) => work();

/** Tabs of one browser: they hear each other and share one lock. */
function openTabs(fetch: ReturnType<typeof createFakeServer>['fetch'], count: 1): [Tab];
function openTabs(fetch: ReturnType<typeof createFakeServer>['fetch'], count: 2): [Tab, Tab];
function openTabs(fetch: ReturnType<typeof createFakeServer>['fetch'], count: number): Tab[] {
  const channels = createTabChannels();
  let last: Promise<unknown> = Promise.resolve();
  const exclusive: Exclusive = (_, work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return Array.from({ length: count }, () => createSessionKeeper({ fetch, channel: channels.join(), exclusive }));
}

type Tab = ReturnType<typeof createSessionKeeper>;

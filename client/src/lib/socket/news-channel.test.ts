import type { ConversationId, News } from '@parley/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sessionOf } from '../../testing/fake-server.ts';
import { createTabChannels } from '../../testing/tab-channels.ts';
import { createScriptedPage } from '../log-reader/testing/scripted-log-server.ts';
import type { ConnectSocketOptions } from './connect-socket.ts';
import { createNewsChannel } from './news-channel.ts';

const removed: News = {
  type: 'conversation-removed',
  conversationId: '00000000-0000-4000-8000-000000000001' as Extract<
    News,
    { type: 'conversation-removed' }
  >['conversationId'],
};

const chat = '00000000-0000-4000-8000-000000000002' as ConversationId;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Locks = Pick<LockManager, 'request'>;

/** One lock for all tabs, in turn; whoever steals it ends the tenure of its holder. */
function createLocks(): Locks {
  const queue: (() => void)[] = [];
  let holder: { readonly abort: () => void } | undefined;
  const hold = (work: () => Promise<unknown>) =>
    new Promise<unknown>((resolve, reject) => {
      const mine = { abort: () => reject(new DOMException('stolen', 'AbortError')) };
      holder = mine;
      const release = () => {
        if (holder !== mine) return;
        holder = undefined;
        queue.shift()?.();
      };
      work().then(resolve, reject).finally(release);
    });
  function request(_name: string, options: LockOptions, work: () => Promise<unknown>): Promise<unknown> {
    if (options.steal) {
      holder?.abort();
      return hold(work);
    }
    if (!holder) return hold(work);
    return new Promise((resolve) => {
      queue.push(() => resolve(hold(work)));
    });
  }
  return { request: request as unknown as Locks['request'] };
}

function openBrowser(options: { locks?: Locks | undefined } = { locks: createLocks() }) {
  const channels = createTabChannels();
  const sockets: { readonly options: ConnectSocketOptions; closed: boolean; readonly said: string[] }[] = [];
  const openTab = () => {
    const heard: (News | 'missed')[] = [];
    const page = createScriptedPage();
    const channel = createNewsChannel({
      session: { current: () => sessionOf('one'), refresh: async () => sessionOf('two') },
      load: async () => ({
        connectSocket: (socketOptions) => {
          const said: string[] = [];
          const socket = { options: socketOptions, closed: false, said };
          sockets.push(socket);
          return {
            close: () => (socket.closed = true),
            enter(id, onPeople) {
              said.push(`enter ${id}`);
              onPeople([]);
            },
            leave: (id) => said.push(`leave ${id}`),
            setTyping: (id, isTyping) => said.push(`typing ${id} ${String(isTyping)}`),
          };
        },
      }),
      page,
      channel: channels.join(),
      locks: options.locks,
    });
    channel.subscribe({ onNews: (news) => heard.push(news), onMissed: () => heard.push('missed') });
    return { channel, heard, page };
  };
  return { openTab, sockets, channels };
}

describe('news for the tabs of a browser', () => {
  it('come over one connection, and reach every tab', async () => {
    const { openTab, sockets } = openBrowser();
    const [one, other] = [openTab(), openTab()];
    one.channel.start();
    other.channel.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets).toHaveLength(1);
    sockets[0]?.options.onConnected(false);
    sockets[0]?.options.onNews(removed);
    expect([one.heard, other.heard]).toEqual([[removed], [removed]]);
    expect([one.channel.isConnected(), other.channel.isConnected()]).toEqual([true, true]);
  });

  it('go on in another tab when the one with the connection closes', async () => {
    const { openTab, sockets } = openBrowser();
    const [one, other] = [openTab(), openTab()];
    one.channel.start();
    other.channel.start();
    await vi.advanceTimersByTimeAsync(0);
    one.channel.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets.map(({ closed }) => closed)).toEqual([true, false]);
    sockets[1]?.options.onConnected(true);
    expect(other.heard).toEqual(['missed']);
  });

  it('stay where they are when the tab with the connection answers', async () => {
    const { openTab, sockets } = openBrowser();
    const [one, other] = [openTab(), openTab()];
    one.channel.start();
    other.channel.start();
    await vi.advanceTimersByTimeAsync(0);
    other.page.signal('shown');
    await vi.advanceTimersByTimeAsync(3000);
    expect(sockets).toHaveLength(1);
  });

  it('move to the tab somebody looks at when the one with the connection is frozen', async () => {
    const { openTab, sockets, channels } = openBrowser();
    const [one, other] = [openTab(), openTab()];
    one.channel.start();
    other.channel.start();
    await vi.advanceTimersByTimeAsync(0);
    channels.mute();
    other.page.signal('shown');
    await vi.advanceTimersByTimeAsync(3000);
    expect(sockets.map(({ closed }) => closed)).toEqual([true, false]);
  });

  it('come over a connection of each tab where browsers have no locks', async () => {
    const { openTab, sockets } = openBrowser({ locks: undefined });
    openTab().channel.start();
    openTab().channel.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets).toHaveLength(2);
  });

  it('tell who else looks at a chat that any of the tabs shows, over the one connection', async () => {
    const { openTab, sockets } = openBrowser();
    const [one, other] = [openTab(), openTab()];
    one.channel.start();
    other.channel.start();
    await vi.advanceTimersByTimeAsync(0);
    const stopLooking = other.channel.look(chat);
    sockets[0]?.options.onConnected(false);
    one.channel.look(chat)();
    other.channel.setTyping(chat, true);
    stopLooking();
    expect(sockets[0]?.said).toEqual([
      // Once as it is said, to whoever is connected by then, once for the new connection, once for the other tab.
      `enter ${chat}`,
      `enter ${chat}`,
      `enter ${chat}`,
      `typing ${chat} true`,
      `leave ${chat}`,
    ]);
    expect(other.heard).toContainEqual({ type: 'presence-changed', conversationId: chat, people: [] });
  });

  it('are left out when this page does not know their kind', async () => {
    const { openTab, sockets } = openBrowser();
    const { channel, heard } = openTab();
    channel.start();
    await vi.advanceTimersByTimeAsync(0);
    sockets[0]?.options.onNews({ type: 'weather', sunny: true });
    sockets[0]?.options.onNews('nonsense');
    expect(heard).toEqual([]);
  });

  it('come in with a token newer than the one that was refused', async () => {
    const { openTab, sockets } = openBrowser();
    openTab().channel.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(await sockets[0]?.options.token(undefined)).toBe('one');
    expect(await sockets[0]?.options.token('one')).toBe('two');
  });
});

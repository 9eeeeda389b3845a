import { conversationIdSchema, newsSchema } from '@parley/contracts';
import type { ConversationId, News } from '@parley/contracts';
import * as z from 'zod/mini';
import type { SessionKeeper } from '../api/session-keeper.ts';
import { backOff } from '../log-reader/back-off.ts';
import type { PageSignals } from '../log-reader/page-signals.ts';
import { newId } from '../new-id.ts';
import type { TabChannel } from '../tab-channel.ts';
import type { connectSocket, SocketConnection } from './connect-socket.ts';
import { createLooks } from './looks.ts';

export interface NewsListener {
  readonly onNews: (news: News) => void;
  /** Something may have been told that nobody heard: what is shown has to be fetched again. */
  readonly onMissed: () => void;
}

export interface NewsChannel {
  /** Hears of news, from whichever tab has the connection, until the returned function is called. */
  subscribe(listener: NewsListener): () => void;
  /** Whether news arrives right now, in this tab or through another one. */
  readonly isConnected: () => boolean;
  /** Told of changes of `isConnected` until the returned function is called. */
  readonly subscribeConnection: (listener: () => void) => () => void;
  /**
   * Says that this tab shows a conversation, until the returned function is called. Who else does is told as
   * `presence-changed`, now and whenever that changes.
   */
  readonly look: (id: ConversationId) => () => void;
  /** Says whether a prompt is being written in a conversation that this tab shows. */
  readonly setTyping: (id: ConversationId, isTyping: boolean) => void;
  /** Connects, or waits for the turn to; harmless when started already. */
  readonly start: () => void;
  readonly stop: () => void;
}

export interface NewsChannelDependencies {
  readonly session: Pick<SessionKeeper, 'current' | 'refresh'>;
  /** Loads socket.io's client, which is not part of the first load. */
  readonly load: () => Promise<{ readonly connectSocket: typeof connectSocket }>;
  readonly page: PageSignals;
  /** Without both, each tab has a connection of its own. */
  readonly channel: TabChannel | undefined;
  readonly locks: Pick<LockManager, 'request'> | undefined;
}

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('news'), news: newsSchema }),
  z.object({ type: z.literal('missed') }),
  z.object({ type: z.literal('connection'), connected: z.boolean() }),
  /** A tab asks the one that has the connection how it stands. */
  z.object({ type: z.literal('ask') }),
  /** What a tab shows now, for the one that has the connection. */
  z.object({ type: z.literal('look'), tab: z.string(), id: z.nullable(conversationIdSchema) }),
  /** The tab with a new connection asks the others what they show. */
  z.object({ type: z.literal('ask-looks') }),
  z.object({ type: z.literal('typing'), id: conversationIdSchema, isTyping: z.boolean() }),
]);
type TabMessage = z.infer<typeof messageSchema>;

const lockName = 'parley-news';
/** A tab with the connection that does not answer for so long has been frozen, and another one takes its place. */
const answerMs = 2000;

/** News over one connection for all tabs of a browser: the tab that holds a Web Lock connects and tells the others. */
export function createNewsChannel(dependencies: NewsChannelDependencies): NewsChannel {
  const { session, load, page, channel, locks } = dependencies;
  const listeners = new Set<NewsListener>();
  const connectionListeners = new Set<() => void>();
  let connected = false;
  let leads = false;
  let connection: SocketConnection | undefined;
  const looks = createLooks();
  const tab = newId();
  let shown: ConversationId | null = null;
  let life: AbortController | undefined;
  let asking: ReturnType<typeof setTimeout> | undefined;

  const tell = (message: TabMessage) => channel?.postMessage(message);

  function setConnected(next: boolean) {
    if (connected === next) return;
    connected = next;
    for (const listener of connectionListeners) listener();
  }

  function hear(message: TabMessage) {
    if (message.type === 'news') for (const listener of listeners) listener.onNews(message.news);
    if (message.type === 'missed') for (const listener of listeners) listener.onMissed();
    if (message.type === 'ask' && leads) tell({ type: 'connection', connected });
    if (message.type === 'look' && leads) follow(message.tab, message.id);
    if (message.type === 'ask-looks') share({ type: 'look', tab, id: shown });
    if (message.type === 'typing' && leads) connection?.setTyping(message.id, message.isTyping);
    if (message.type === 'connection' && !leads) {
      clearTimeout(asking);
      setConnected(message.connected);
    }
  }

  function follow(which: string, id: ConversationId | null) {
    const left = looks.note(which, id);
    if (left !== undefined) connection?.leave(left);
    if (id === null) return;
    connection?.enter(id, (people) => {
      share({ type: 'news', news: { type: 'presence-changed', conversationId: id, people } });
    });
  }

  function show(id: ConversationId | null) {
    shown = id;
    share({ type: 'look', tab, id });
  }

  function share(message: TabMessage) {
    tell(message);
    hear(message);
  }

  channel?.addEventListener('message', ({ data }) => {
    const message = messageSchema.safeParse(data);
    if (message.success) hear(message.data);
  });

  async function token(stale: string | undefined): Promise<string | undefined> {
    const held = session.current();
    if (held && held.accessToken !== stale) return held.accessToken;
    return (await session.refresh(held))?.accessToken;
  }

  /** Keeps the connection until `signal` aborts. */
  async function connect(signal: AbortSignal): Promise<void> {
    const socket = await loadSocket(signal);
    if (!socket || signal.aborted) return;
    leads = true;
    connection = socket.connectSocket({
      token,
      onNews(value) {
        const news = newsSchema.safeParse(value);
        // A newer server may tell what this page does not know.
        if (news.success) share({ type: 'news', news: news.data });
      },
      onConnected(missed) {
        setConnected(true);
        tell({ type: 'connection', connected: true });
        if (missed) share({ type: 'missed' });
        looks.clear();
        share({ type: 'ask-looks' });
      },
      onDisconnected() {
        setConnected(false);
        tell({ type: 'connection', connected: false });
      },
    });
    await aborted(signal);
    leads = false;
    looks.clear();
    connection.close();
    connection = undefined;
    setConnected(false);
    tell({ type: 'connection', connected: false });
  }

  async function loadSocket(signal: AbortSignal) {
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        return await load();
      } catch {
        // Without it the page works, only later; a network that comes back is worth another try.
        await Promise.race([new Promise((resolve) => setTimeout(resolve, 1000 + backOff(failures))), aborted(signal)]);
      }
    }
    return undefined;
  }

  /** Connects when it is this tab's turn: at once when `takeOver` is set, otherwise after the tab that has it now. */
  async function lead(signal: AbortSignal, takeOver: boolean): Promise<void> {
    if (!locks || !channel) return connect(signal);
    const tenure = new AbortController();
    const both = AbortSignal.any([signal, tenure.signal]);
    try {
      await locks.request(lockName, takeOver ? { steal: true } : { signal }, () => connect(both));
    } catch (error) {
      tenure.abort();
      if (signal.aborted) return;
      // Another tab took over while this one was frozen; or locks are not to be had here, and it needs its own connection.
      if (error instanceof DOMException && error.name === 'AbortError') await lead(signal, false);
      else await connect(signal);
    }
  }

  /** Somebody looks at this tab: is there still a tab that has the connection? */
  function ask(signal: AbortSignal) {
    if (leads || !locks || !channel) return;
    clearTimeout(asking);
    asking = setTimeout(() => {
      if (!signal.aborted && !leads && !page.isHidden()) void lead(signal, true);
    }, answerMs);
    tell({ type: 'ask' });
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isConnected: () => connected,
    subscribeConnection(listener) {
      connectionListeners.add(listener);
      return () => connectionListeners.delete(listener);
    },
    look(id) {
      show(id);
      return () => {
        if (shown === id) show(null);
      };
    },
    setTyping: (id, isTyping) => share({ type: 'typing', id, isTyping }),
    start() {
      if (life) return;
      life = new AbortController();
      const { signal } = life;
      const unsubscribe = page.subscribe((change) => {
        if (change === 'shown') ask(signal);
      });
      signal.addEventListener('abort', unsubscribe, { once: true });
      void lead(signal, false);
      tell({ type: 'ask' });
    },
    stop() {
      clearTimeout(asking);
      life?.abort();
      life = undefined;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
}

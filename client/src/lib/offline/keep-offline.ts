import { configRoutes, conversationIdSchema, modelRoutes, ProblemError } from '@parley/contracts';
import type { Conversation, ConversationId } from '@parley/contracts';
import type { Query, QueryClient } from '@tanstack/react-query';
import * as z from 'zod/mini';
import { isPassing } from '../api/use-server-return.ts';
import type { SessionKeeper } from '../api/session-keeper.ts';
import {
  answerersQuery,
  configQuery,
  conversationListQuery,
  conversationQuery,
  conversationsQuery,
  messagesQuery,
  modelsQuery,
} from '../query/queries.ts';
import type { NewsChannel } from '../socket/news-channel.ts';
import type { KeptChats } from './kept-chats.ts';

interface KeepOfflineOptions {
  readonly kept: KeptChats;
  readonly queryClient: QueryClient;
  readonly session: SessionKeeper;
  readonly news: Pick<NewsChannel, 'subscribe'>;
}

/** Milliseconds of quiet after which what changed is kept, and between two looks for a server that was away. */
const quietMs = 1_500;
const askEveryMs = 3_000;

/** What the server said about itself that a page needs to be of use without it. */
const answers = [
  { name: 'config', key: configQuery.queryKey, schema: configRoutes.config.response },
  { name: 'endpoints', key: answerersQuery.queryKey, schema: modelRoutes.endpoints.response },
  { name: 'models', key: modelsQuery.queryKey, schema: modelRoutes.models.response },
] as const;

/** As old as can be: the server is asked all the same. */
const old = { updatedAt: 0 };

/**
 * Keeps the chats that are opened for reading offline, shows them when the page began without its server, asks for it
 * until it is back, and forgets everything when somebody signs out, and a chat that is gone or not shared with them any
 * more. Chats that are being written, or temporary, are not kept. Stops with the returned function.
 */
export function keepOffline({ kept, queryClient, session, news }: KeepOfflineOptions): () => void {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  let asking: ReturnType<typeof setInterval> | undefined;

  const soon = (name: string, work: () => Promise<void>) => {
    clearTimeout(timers.get(name));
    timers.set(
      name,
      setTimeout(() => {
        timers.delete(name);
        if (session.current() && !session.isOffline()) void attempt(work);
      }, quietMs),
    );
  };

  const keepChat = async (id: ConversationId) => {
    const userId = session.current()?.user.id;
    const conversation = queryClient.getQueryData(conversationQuery(id).queryKey);
    const messages = queryClient.getQueryData(messagesQuery(id).queryKey);
    if (!userId || !conversation || !messages || conversation.expiresAt !== undefined) return;
    if (messages.some(({ status }) => status === 'running')) return;
    await kept.keep({ userId, conversation, messages, openedAt: Date.now() });
  };

  const note = ({ queryKey, state }: Query) => {
    const [kind = '', which] = queryKey;
    const id = z.safeParse(conversationIdSchema, which);
    const isGone = state.error instanceof ProblemError && state.error.status === 404;
    if (isGone && kind === 'messages' && id.success) void attempt(() => kept.remove(id.data));
    if (state.data === undefined || isGone) return;
    if ((kind === 'messages' || kind === 'conversation') && id.success) soon(id.data, () => keepChat(id.data));
    const answer = answers.find(({ name }) => name === kind);
    if (answer) soon(answer.name, () => kept.keepAnswer(answer.name, queryClient.getQueryData(answer.key)));
  };

  const fill = async () => {
    const userId = session.current()?.user.id;
    if (!userId) return;
    for (const { name, key, schema } of answers) {
      const answer = z.safeParse(schema, await kept.answer(name));
      if (answer.success && queryClient.getQueryData(key) === undefined)
        queryClient.setQueryData(key, answer.data, old);
    }
    const chats = await kept.list(userId);
    for (const { conversation, messages } of chats) {
      queryClient.setQueryData(conversationQuery(conversation.id).queryKey, conversation, old);
      queryClient.setQueryData(messagesQuery(conversation.id).queryKey, messages, old);
    }
    const items = chats.map(({ conversation }) => conversation).filter(({ archived }) => !archived);
    const list = (fits: (item: Conversation) => boolean) => ({
      pages: [{ items: items.filter(fits), nextCursor: null }],
      pageParams: [''],
    });
    queryClient.setQueryData(
      conversationsQuery.queryKey,
      list(({ sharedBy }) => sharedBy === undefined),
      old,
    );
    queryClient.setQueryData(
      conversationListQuery('shared').queryKey,
      list(({ sharedBy }) => sharedBy !== undefined),
      old,
    );
  };

  /** One that answers takes the session for a real one, or ends it. */
  const ask = async () => {
    try {
      await session.refresh(session.current());
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
  };

  const begin = () => {
    void attempt(fill);
    asking ??= setInterval(() => void ask(), askEveryMs);
  };
  const askNow = () => {
    if (session.isOffline()) void ask();
  };

  const stopCache = queryClient.getQueryCache().subscribe(({ type, query }) => {
    if (type === 'updated' && !session.isOffline()) note(query);
  });
  const stopSession = session.subscribe((change) => {
    if (change === 'remembered') return begin();
    if (asking !== undefined) {
      clearInterval(asking);
      asking = undefined;
      void queryClient.invalidateQueries();
    }
    if (change === 'ended' || change === 'revoked' || change === 'expired') void attempt(() => kept.clear());
  });
  const stopNews = news.subscribe({
    onNews(item) {
      if (item.type === 'conversation-removed') void attempt(() => kept.remove(item.conversationId));
    },
    onMissed: () => undefined,
  });
  window.addEventListener('online', askNow);
  if (session.isOffline()) begin();
  // What came before this code did.
  else for (const query of queryClient.getQueryCache().getAll()) note(query);

  return () => {
    stopCache();
    stopSession();
    stopNews();
    window.removeEventListener('online', askNow);
    clearInterval(asking);
    for (const timer of timers.values()) clearTimeout(timer);
  };
}

/** A browser that keeps nothing shows what it can get. */
async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch {
    // It may be full, private or blocked: the server has the truth in any case.
  }
}

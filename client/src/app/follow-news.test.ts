import type { Conversation, ConversationId, GenerationId, News, UserId } from '@parley/contracts';
import { describe, expect, it, vi } from 'vitest';
import { createSessionKeeper } from '../lib/api/session-keeper.ts';
import { createQueryClient } from '../lib/query/query-client.ts';
import {
  archivedConversationsQuery,
  conversationListQuery,
  conversationQuery,
  conversationsQuery,
} from '../lib/query/queries.ts';
import type { NewsChannel, NewsListener } from '../lib/socket/news-channel.ts';
import { createFakeServer, sessionOf } from '../testing/fake-server.ts';
import { createTabChannels } from '../testing/tab-channels.ts';
import { followNews } from './follow-news.ts';

const run = '00000000-0000-4000-8000-000000000009' as GenerationId;
const tea = conversationOf(1, 'Tea', '2026-11-20T10:00:00.000Z');
const coffee = conversationOf(2, 'Coffee', '2026-11-20T11:00:00.000Z');

function conversationOf(number: number, title: string, updatedAt: string): Conversation {
  return {
    id: `00000000-0000-4000-8000-00000000000${String(number)}` as ConversationId,
    title,
    endpoint: 'Parley',
    model: 'chat-fast',
    archived: false,
    runningGenerationId: null,
    waitingForInput: false,
    tools: [],
    unread: false,
    createdAt: updatedAt,
    updatedAt,
  };
}

function setUp() {
  const queryClient = createQueryClient();
  queryClient.setQueryData(conversationsQuery.queryKey, {
    pages: [{ items: [coffee, tea], nextCursor: null }],
    pageParams: [''],
  });
  queryClient.setQueryData(archivedConversationsQuery.queryKey, {
    pages: [{ items: [], nextCursor: null }],
    pageParams: [''],
  });
  let listener: NewsListener | undefined;
  const news = {
    start: vi.fn<() => void>(),
    stop: vi.fn<() => void>(),
    subscribe: (given: NewsListener) => {
      listener = given;
      return () => undefined;
    },
  } satisfies Pick<NewsChannel, 'start' | 'stop' | 'subscribe'>;
  const session = createSessionKeeper({
    fetch: createFakeServer().fetch,
    channel: createTabChannels().join(),
    exclusive: (_, work) => work(),
  });
  const onRemoved = vi.fn<(id: ConversationId, wasShared: boolean) => void>();
  followNews({ news, session, queryClient, whenIdle: (work) => work(), onRemoved });
  const titles = (query: typeof conversationsQuery) =>
    queryClient.getQueryData(query.queryKey)?.pages.flatMap(({ items }) => items.map(({ title }) => title));
  return {
    queryClient,
    news,
    session,
    onRemoved,
    titles,
    tell: (item: News) => listener?.onNews(item),
    miss: () => listener?.onMissed(),
    held: (id: ConversationId) =>
      queryClient.getQueryData(conversationsQuery.queryKey)?.pages[0]?.items.find((item) => item.id === id),
  };
}

describe('news of conversations', () => {
  it('rename, and move to the top with a new turn', () => {
    const { tell, titles } = setUp();
    tell({
      type: 'conversation-changed',
      conversation: { ...tea, title: 'Green tea', updatedAt: '2026-11-20T12:00:00.000Z' },
    });
    expect(titles(conversationsQuery)).toEqual(['Green tea', 'Coffee']);
  });

  it('show one that another device began', () => {
    const { tell, titles } = setUp();
    tell({ type: 'conversation-changed', conversation: conversationOf(3, 'Milk', '2026-11-20T10:30:00.000Z') });
    expect(titles(conversationsQuery)).toEqual(['Coffee', 'Milk', 'Tea']);
  });

  it('move one into the archive and out of it', () => {
    const { tell, titles } = setUp();
    tell({ type: 'conversation-changed', conversation: { ...tea, archived: true } });
    expect([titles(conversationsQuery), titles(archivedConversationsQuery)]).toEqual([['Coffee'], ['Tea']]);
    tell({ type: 'conversation-changed', conversation: tea });
    expect([titles(conversationsQuery), titles(archivedConversationsQuery)]).toEqual([['Coffee', 'Tea'], []]);
  });

  it('leave one that stands below what is loaded to the next page', () => {
    const { tell, titles, queryClient } = setUp();
    queryClient.setQueryData(conversationsQuery.queryKey, {
      pages: [{ items: [coffee], nextCursor: 'more' }],
      pageParams: [''],
    });
    tell({ type: 'conversation-changed', conversation: tea });
    expect(titles(conversationsQuery)).toEqual(['Coffee']);
  });

  it('take one away that was deleted', () => {
    const { tell, titles, onRemoved, queryClient } = setUp();
    queryClient.setQueryData(conversationQuery(tea.id).queryKey, tea);
    tell({ type: 'conversation-removed', conversationId: tea.id });
    expect(titles(conversationsQuery)).toEqual(['Coffee']);
    expect(queryClient.getQueryData(conversationQuery(tea.id).queryKey)).toBeUndefined();
    expect(onRemoved).toHaveBeenCalledWith(tea.id, false);
  });

  it('place what somebody shares apart, and tell that it is not shared any more', () => {
    const { tell, titles, onRemoved, queryClient } = setUp();
    const shelf = conversationListQuery('shared');
    queryClient.setQueryData(shelf.queryKey, { pages: [{ items: [], nextCursor: null }], pageParams: [''] });
    const grace = { id: tea.id as string as UserId, name: 'Grace' };
    const milk = { ...conversationOf(3, 'Milk', '2026-11-20T12:00:00.000Z'), sharedBy: grace };
    tell({ type: 'conversation-changed', conversation: milk });
    expect(titles(conversationsQuery)).toEqual(['Coffee', 'Tea']);
    expect(titles(shelf)).toEqual(['Milk']);
    tell({ type: 'conversation-removed', conversationId: milk.id });
    expect(titles(shelf)).toEqual([]);
    expect(onRemoved).toHaveBeenCalledWith(milk.id, true);
  });

  it('show which one is being answered, and afterwards that nobody has seen it', () => {
    const { tell, held } = setUp();
    const ids = { conversationId: tea.id, generationId: run };
    tell({
      type: 'generation-started',
      ...ids,
      userMessageId: tea.id as never,
      responseMessageId: tea.id as never,
      startedBy: null,
    });
    expect(held(tea.id)).toMatchObject({ runningGenerationId: run, unread: false });
    tell({ type: 'generation-ended', ...ids, generationId: coffee.id as never, status: 'done' });
    expect(held(tea.id)).toMatchObject({ runningGenerationId: run });
    tell({ type: 'generation-ended', ...ids, status: 'done' });
    expect(held(tea.id)).toMatchObject({ runningGenerationId: null, unread: true });
  });

  it('are fetched again after some may have been missed', () => {
    const { miss, queryClient } = setUp();
    miss();
    expect(queryClient.getQueryState(conversationsQuery.queryKey)?.isInvalidated).toBe(true);
  });
});

describe('the connection', () => {
  it('is there while somebody is signed in', () => {
    const { news, session } = setUp();
    expect(news.start).not.toHaveBeenCalled();
    session.start(sessionOf('one'));
    expect(news.start).toHaveBeenCalled();
    news.stop.mockClear();
    session.end();
    expect(news.stop).toHaveBeenCalled();
  });

  it('ends the session when another device signed this one out', () => {
    const { session, tell } = setUp();
    session.start(sessionOf('one'));
    tell({ type: 'session-ended' });
    expect(session.current()).toBeUndefined();
  });
});

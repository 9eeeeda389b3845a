import type { ConversationId } from '@parley/contracts';
import { ProblemError } from '@parley/contracts';
import { expect, test, vi } from 'vitest';
import { createTabChannels } from '../../testing/tab-channels.ts';
import { createFakeServer, sessionOf } from '../../testing/fake-server.ts';
import { createSessionKeeper } from '../api/session-keeper.ts';
import { createQueryClient } from '../query/query-client.ts';
import { messagesQuery } from '../query/queries.ts';
import type { NewsListener } from '../socket/news-channel.ts';
import { keepOffline } from './keep-offline.ts';
import type { KeptChats } from './kept-chats.ts';

const id = '00000000-0000-4000-8000-000000000001' as ConversationId;

function setUp() {
  const removed: ConversationId[] = [];
  const kept: KeptChats = {
    keep: async () => undefined,
    list: async () => [],
    remove: async (gone) => void removed.push(gone),
    keepAnswer: async () => undefined,
    answer: async () => undefined,
    clear: async () => undefined,
  };
  const session = createSessionKeeper({
    fetch: createFakeServer().fetch,
    channel: createTabChannels().join(),
    exclusive: (_, work) => work(),
  });
  session.start(sessionOf('token'));
  const queryClient = createQueryClient();
  let listener: NewsListener | undefined;
  const news = {
    subscribe(given: NewsListener) {
      listener = given;
      return () => undefined;
    },
  };
  const stop = keepOffline({ kept, queryClient, session, news });
  return { removed, queryClient, stop, hear: (item: Parameters<NewsListener['onNews']>[0]) => listener?.onNews(item) };
}

test('a chat that is gone, or not shared any more, is forgotten as soon as that is told', () => {
  const { removed, hear, stop } = setUp();
  hear({ type: 'conversation-removed', conversationId: id });
  expect(removed).toEqual([id]);
  stop();
});

test('it is forgotten when the server says so later, because nobody heard the news', async () => {
  const { removed, queryClient, stop } = setUp();
  const gone = new ProblemError('conversation-not-found');
  await queryClient
    .fetchQuery({ ...messagesQuery(id), queryFn: () => Promise.reject(gone), retry: false })
    .catch(() => undefined);
  await vi.waitFor(() => expect(removed).toContain(id));
  stop();
});

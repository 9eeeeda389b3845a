import { randomUUID } from 'node:crypto';
import { conversationIdSchema, generationIdSchema, messageIdSchema, userIdSchema } from '@parley/contracts';
import type { ConversationId, Message, MessageId, SearchHit, UserId } from '@parley/contracts';
import { pino } from 'pino';
import { openTestStore } from '../../database/__fixtures__/open-test-store.ts';
import { connectDatabase } from '../../database/connect.ts';
import { createRepositories } from '../../database/create-repositories.ts';
import { createSearch } from '../create-search.ts';
import type { SearchIndex } from '../search-index.ts';
import type { SharedConversation } from '../search-places.ts';
import type { SearchFilter } from '../search-service.ts';
import type { SearchSource } from '../search-source.ts';

interface Start {
  readonly title?: string;
  readonly expiresAt?: Date;
  readonly model?: string;
}

export type SearchWorld = Awaited<ReturnType<typeof openSearchWorld>>;

/** People who say things in conversations, over a real database, and the search of it. A minute goes by with each of them. */
export async function openSearchWorld() {
  const store = await openTestStore();
  const database = await connectDatabase(store.uri);
  const repositories = createRepositories(database.connection);
  await database.createIndexes();
  let time = Date.UTC(2026, 0, 1);
  let shared: readonly (readonly [UserId, SharedConversation])[] = [];
  const { searchIndex: index, searchSource: source, searchState: state } = repositories;

  const sharedWith = (userId: UserId) => Promise.resolve(shared.flatMap(([whom, its]) => (whom === userId ? its : [])));
  const log = pino({ level: 'silent' });
  const createIt = (told: { readonly index?: SearchIndex; readonly source?: SearchSource } = {}) =>
    createSearch({ index, source, state, sharedWith, log, ...told });
  const search = createIt();

  return {
    database,
    repositories,
    search,
    /** The search of another process, maybe with an index or a source that does what is told. */
    createSearch: createIt,
    now: () => time,
    person: () => userIdSchema.parse(randomUUID()),

    /** From now on these conversations are shared with these people, and no others. */
    share(next: typeof shared): void {
      shared = next;
    },

    async begin(userId: UserId, { title = 'A chat', model = 'm', ...rest }: Start = {}): Promise<ConversationId> {
      const id = conversationIdSchema.parse(randomUUID());
      time += 60_000;
      const generationId = generationIdSchema.parse(randomUUID());
      const turn = { generationId, endpoint: 'e', model, tools: [], at: new Date(time) };
      await repositories.conversations.begin(userId, id, { title, ...rest }, turn);
      return id;
    },

    async say(
      userId: UserId,
      conversationId: ConversationId,
      text: string,
      more: Partial<Message> = {},
    ): Promise<MessageId> {
      const id = messageIdSchema.parse(randomUUID());
      time += 60_000;
      await repositories.messages.addOnce(userId, {
        id,
        conversationId,
        parentId: null,
        role: 'user',
        status: 'done',
        parts: [{ type: 'text', step: 0, text }],
        createdAt: new Date(time).toISOString(),
        ...more,
      });
      return id;
    },

    async find(userId: UserId, text: string, filter: SearchFilter = {}): Promise<SearchHit[]> {
      await search.indexer.catchUp();
      const { signal } = new AbortController();
      return (await search.service.search(userId, { text, limit: 20, ...filter }, signal)).items;
    },

    async close(): Promise<void> {
      await database.close();
      await store.close();
    },
  };
}

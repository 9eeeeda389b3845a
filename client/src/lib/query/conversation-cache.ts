import type { Conversation, ConversationId } from '@parley/contracts';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { archivedConversationsQuery, conversationQuery, conversationsQuery } from './queries.ts';

interface ConversationPage {
  items: Conversation[];
  nextCursor: string | null;
}
type Pages = InfiniteData<ConversationPage>;

const lists = [conversationsQuery, archivedConversationsQuery];

/** Puts a conversation at the top of the sidebar, or updates it where it is listed already. */
export function upsertConversation(client: QueryClient, conversation: Conversation): void {
  client.setQueryData(conversationQuery(conversation.id).queryKey, conversation);
  client.setQueryData(conversationsQuery.queryKey, (pages) => {
    if (!pages) return pages;
    const listed = pages.pages.some((page) => page.items.some((item) => item.id === conversation.id));
    if (listed) return mapItems(pages, (item) => (item.id === conversation.id ? conversation : item));
    const [first, ...rest] = pages.pages;
    return first ? { ...pages, pages: [{ ...first, items: [conversation, ...first.items] }, ...rest] } : pages;
  });
}

/** Changes some fields of a conversation wherever it is cached: a new title, the end of its running answer. */
export function patchConversation(client: QueryClient, id: ConversationId, patch: Partial<Conversation>): void {
  client.setQueryData(conversationQuery(id).queryKey, (held) => (held ? { ...held, ...patch } : held));
  for (const list of lists) {
    client.setQueryData(list.queryKey, (pages) =>
      pages ? mapItems(pages, (item) => (item.id === id ? { ...item, ...patch } : item)) : pages,
    );
  }
}

/** Takes a conversation out of both lists; its messages stay cached until they age. */
export function unlistConversation(client: QueryClient, id: ConversationId): void {
  for (const list of lists) {
    client.setQueryData(list.queryKey, (pages) =>
      pages ? mapItems(pages, (item) => (item.id === id ? undefined : item)) : pages,
    );
  }
}

function mapItems(pages: Pages, change: (item: Conversation) => Conversation | undefined): Pages {
  return {
    ...pages,
    pages: pages.pages.map((page) => ({ ...page, items: page.items.flatMap((item) => change(item) ?? []) })),
  };
}

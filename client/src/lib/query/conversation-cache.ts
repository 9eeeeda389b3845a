import type { Conversation, ConversationId, GenerationId } from '@parley/contracts';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { archivedConversationsQuery, conversationQuery, conversationsQuery, messagesQuery } from './queries.ts';

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

/** Notes that an answer has ended that nobody has looked at yet. Where another one is being written already, nothing changes. */
export function markEnded(client: QueryClient, id: ConversationId, generationId: GenerationId): void {
  const end = (item: Conversation): Conversation =>
    item.id === id && item.runningGenerationId === generationId
      ? { ...item, runningGenerationId: null, waitingForInput: false, unread: true }
      : item;
  client.setQueryData(conversationQuery(id).queryKey, (held) => held && end(held));
  for (const list of lists) client.setQueryData(list.queryKey, (pages) => pages && mapItems(pages, end));
}

/** Takes a conversation out of both lists; its messages stay cached until they age. */
export function unlistConversation(client: QueryClient, id: ConversationId): void {
  for (const list of lists) {
    client.setQueryData(list.queryKey, (pages) =>
      pages ? mapItems(pages, (item) => (item.id === id ? undefined : item)) : pages,
    );
  }
}

/**
 * Shows a conversation as the server told it, on the shelf and at the place where it belongs now. One that would stand
 * below what is loaded of a list is left to the next page.
 */
export function placeConversation(client: QueryClient, conversation: Conversation): void {
  client.setQueryData(conversationQuery(conversation.id).queryKey, conversation);
  for (const list of lists) {
    const isItsShelf = list === (conversation.archived ? archivedConversationsQuery : conversationsQuery);
    client.setQueryData(list.queryKey, (pages) => {
      if (!pages) return pages;
      const rest = mapItems(pages, (item) => (item.id === conversation.id ? undefined : item));
      return isItsShelf ? withPlaced(rest, conversation) : rest;
    });
  }
}

function withPlaced(pages: Pages, conversation: Conversation): Pages {
  const last = pages.pages.length - 1;
  let placed = false;
  return {
    ...pages,
    pages: pages.pages.map((page, index) => {
      if (placed) return page;
      const older = page.items.findIndex((item) => item.updatedAt <= conversation.updatedAt);
      const isEnd = older === -1 && index === last && page.nextCursor === null;
      if (older === -1 && !isEnd) return page;
      placed = true;
      return { ...page, items: page.items.toSpliced(isEnd ? page.items.length : older, 0, conversation) };
    }),
  };
}

/** Takes a conversation that was deleted out of everything that is cached. */
export function forgetConversation(client: QueryClient, id: ConversationId): void {
  unlistConversation(client, id);
  client.removeQueries({ queryKey: conversationQuery(id).queryKey });
  client.removeQueries({ queryKey: messagesQuery(id).queryKey });
}

function mapItems(pages: Pages, change: (item: Conversation) => Conversation | undefined): Pages {
  return {
    ...pages,
    pages: pages.pages.map((page) => ({ ...page, items: page.items.flatMap((item) => change(item) ?? []) })),
  };
}

import type { Conversation, ConversationId } from '@parley/contracts';
import type { InfiniteData, Query, QueryClient } from '@tanstack/react-query';

interface ConversationPage {
  items: Conversation[];
  nextCursor: string | null;
}
type Pages = InfiniteData<ConversationPage>;

/** Which conversations a list has; temporary ones are in none, those that others share with you in `shared` alone. */
export type Shelf = 'active' | 'pinned' | 'archived' | 'tag' | 'project' | 'shared';

/** Where the lists are cached; the shelf follows and, for a tag or a project, which one. */
export const listsKey = 'conversations';

/** Changes every cached conversation in a list, or takes it out where `change` returns nothing. */
export function changeListed(client: QueryClient, change: (item: Conversation) => Conversation | undefined): void {
  client.setQueriesData<Pages>({ queryKey: [listsKey] }, (pages) => pages && mapItems(pages, change));
}

/** The conversation as some list has it. */
export function findListed(client: QueryClient, id: ConversationId): Conversation | undefined {
  for (const [, pages] of client.getQueriesData<Pages>({ queryKey: [listsKey] })) {
    for (const page of pages?.pages ?? []) {
      const found = page.items.find((item) => item.id === id);
      if (found) return found;
    }
  }
  return undefined;
}

/**
 * Shows a conversation in the lists it belongs to now, at its place, and in no other. One that would stand below what is
 * loaded of a list is left to the next page.
 */
export function placeListed(client: QueryClient, conversation: Conversation): void {
  for (const { queryKey } of client.getQueryCache().findAll({ queryKey: [listsKey] })) {
    client.setQueryData<Pages>(queryKey, (pages) => {
      if (!pages) return pages;
      const rest = mapItems(pages, (item) => (item.id === conversation.id ? undefined : item));
      return belongs(conversation, queryKey) ? withPlaced(rest, conversation, orderOf(queryKey)) : rest;
    });
  }
}

function belongs(conversation: Conversation, [, shelf, which]: Query['queryKey']) {
  const { archived, expiresAt, pin, projectId, sharedBy, tags } = conversation;
  if (expiresAt !== undefined) return false;
  if (sharedBy !== undefined || shelf === 'shared') return sharedBy !== undefined && shelf === 'shared';
  if (shelf === 'archived') return archived;
  if (shelf === 'pinned') return pin !== undefined;
  if (shelf === 'tag') return !archived && tags?.some((tag) => tag === which) === true;
  if (shelf === 'project') return !archived && projectId === which;
  return !archived && pin === undefined;
}

/** Whether the first is to stand above the second. */
type Order = (one: Conversation, other: Conversation) => boolean;

function orderOf([, shelf]: Query['queryKey']): Order {
  if (shelf !== 'pinned') return (one, other) => one.updatedAt >= other.updatedAt;
  return (one, other) => {
    const [mine = 0, its = 0] = [one.pin, other.pin];
    return mine === its ? one.id < other.id : mine < its;
  };
}

function withPlaced(pages: Pages, conversation: Conversation, isAbove: Order): Pages {
  const last = pages.pages.length - 1;
  let placed = false;
  return {
    ...pages,
    pages: pages.pages.map((page, index) => {
      if (placed) return page;
      const below = page.items.findIndex((item) => isAbove(conversation, item));
      const isEnd = below === -1 && index === last && page.nextCursor === null;
      if (below === -1 && !isEnd) return page;
      placed = true;
      return { ...page, items: page.items.toSpliced(isEnd ? page.items.length : below, 0, conversation) };
    }),
  };
}

function mapItems(pages: Pages, change: (item: Conversation) => Conversation | undefined): Pages {
  return {
    ...pages,
    pages: pages.pages.map((page) => ({ ...page, items: page.items.flatMap((item) => change(item) ?? []) })),
  };
}

import type { Conversation } from '@parley/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Shelf } from '../../lib/query/conversation-lists.ts';
import { conversationListQuery } from '../../lib/query/queries.ts';
import { usePendingDeletions, withoutPending } from './pending-deletions.ts';

export interface ConversationList {
  /** `undefined` while the first page is on its way. */
  readonly conversations: readonly Conversation[] | undefined;
  readonly error: Error | null;
  readonly retry: () => void;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
}

/** The conversations of a list, without those about to be deleted; nothing is asked for while it is not `wanted`. */
export function useConversationList(shelf: Shelf, which?: string, wanted = true): ConversationList {
  const query = useInfiniteQuery({ ...conversationListQuery(shelf, which), enabled: wanted });
  const pending = usePendingDeletions((store) => store.ids);
  const conversations = useMemo(
    () => query.data && withoutPending(uniqueById(query.data.pages.flatMap((page) => page.items)), pending),
    [query.data, pending],
  );
  return {
    conversations,
    error: query.error,
    retry: () => void query.refetch(),
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
  };
}

/** A conversation that moved to the top between two pages would otherwise be listed twice. */
function uniqueById(conversations: readonly Conversation[]): Conversation[] {
  return [...new Map(conversations.map((conversation) => [conversation.id, conversation])).values()];
}

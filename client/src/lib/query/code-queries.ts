import { codeRoutes } from '@parley/contracts';
import type { ConversationId } from '@parley/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/call.ts';
import { filesKey } from './files-key.ts';

/** Whether code can be run here, and in which languages. Apart from the other queries, because the first page does without it. */
export const codeStatusQuery = queryOptions({
  queryKey: ['code-status'],
  queryFn: ({ signal }) => call(codeRoutes.status, {}, { signal }),
  staleTime: 60_000,
});

/** The files of a conversation's workspace, by name, and the room they take up. */
export function filesQuery(conversationId: ConversationId) {
  return queryOptions({
    queryKey: filesKey(conversationId),
    queryFn: ({ signal }) => call(codeRoutes.files, { query: { conversationId } }, { signal }),
  });
}

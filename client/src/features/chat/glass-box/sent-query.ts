import { messageRoutes } from '@parley/contracts';
import type { ConversationId, MessageId } from '@parley/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../../../lib/api/call.ts';

/** What a model was sent for an answer. Asked for anew each time: what it is made of may have changed. */
export function sentQuery(conversationId: ConversationId, messageId: MessageId) {
  return queryOptions({
    queryKey: ['sent', conversationId, messageId],
    queryFn: ({ signal }) => call(messageRoutes.sent, { params: { id: conversationId, messageId } }, { signal }),
    staleTime: 0,
  });
}

import type { ConversationId, MessageId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { useStore } from 'zustand';
import { useLive } from '../features/chat/live/use-live.ts';
import { visiblePath } from '../features/chat/thread/visible-path.ts';
import { messagesQuery } from '../lib/query/queries.ts';

/** Where the branch of a chat that is looked at ends: its newest answer that is not being written. */
export function useShownEnd(conversationId: ConversationId): MessageId | undefined {
  const { branches } = useLive();
  const messages = useQuery(messagesQuery(conversationId)).data;
  const choices = useStore(branches, (state) => state.choices.get(conversationId));
  const path = messages ? visiblePath(messages, choices) : [];
  return path.findLast(({ message }) => message.status !== 'running' && message.role === 'assistant')?.message.id;
}

import type { ConversationId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { useStore } from 'zustand';
import { useLive } from '../features/chat/live/use-live.ts';
import { visiblePath } from '../features/chat/thread/visible-path.ts';
import { ShareButton } from '../features/shares/share-button.tsx';
import { messagesQuery } from '../lib/query/queries.ts';

/** Shares the branch of a chat that is looked at, up to the newest answer that is not being written. */
export function ShareChat({ conversationId }: { readonly conversationId: ConversationId }) {
  const { branches } = useLive();
  const messages = useQuery(messagesQuery(conversationId)).data;
  const choices = useStore(branches, (state) => state.choices.get(conversationId));
  const path = messages ? visiblePath(messages, choices) : [];
  const end = path.findLast(({ message }) => message.status !== 'running' && message.role === 'assistant');
  return <ShareButton conversationId={conversationId} end={end?.message.id} />;
}

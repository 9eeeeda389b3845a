import type { ConversationId } from '@parley/contracts';

/** Under what the files of a conversation are cached. */
export function filesKey(conversationId: ConversationId) {
  return ['files', conversationId] as const;
}

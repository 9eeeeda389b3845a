import { useQueryClient } from '@tanstack/react-query';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { createConversationActions } from './conversation-actions.ts';
import type { ConversationActions } from './conversation-actions.ts';

/** What can be done to a conversation in a list; see `ConversationActions`. */
export function useConversationActions(): ConversationActions {
  return createConversationActions(useQueryClient(), useTexts());
}

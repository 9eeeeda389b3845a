import type { ConversationId } from '@parley/contracts';
import { create } from 'zustand';

interface LastChat {
  readonly conversationId: ConversationId | 'new';
}

/** The chat that was open last, so that a look into the documentation leads back to it. */
export const useLastChat = create<LastChat>(() => ({ conversationId: 'new' }));

import type { ConversationId, PresentPerson } from '@parley/contracts';
import { create } from 'zustand';

interface Presence {
  readonly conversationId: ConversationId | undefined;
  readonly people: readonly PresentPerson[];
}

/** Who looks at the shared chat that this tab shows, the person in front of the page among them. */
export const usePresenceStore = create<Presence>(() => ({ conversationId: undefined, people: [] }));

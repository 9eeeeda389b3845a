import type { ConversationId } from '@parley/contracts';
import { create } from 'zustand';

interface EndedUnseen {
  readonly ids: ReadonlySet<ConversationId>;
}

/** Chats whose answers have ended while nobody looked at this tab. */
export const useEndedUnseen = create<EndedUnseen>(() => ({ ids: new Set() }));

/** Counts a chat until somebody looks at the tab again. */
export function noteEnded(id: ConversationId): void {
  if (!document.hidden) return;
  useEndedUnseen.setState(({ ids }) => ({ ids: new Set(ids).add(id) }));
  document.addEventListener('visibilitychange', () => useEndedUnseen.setState({ ids: new Set() }), { once: true });
}

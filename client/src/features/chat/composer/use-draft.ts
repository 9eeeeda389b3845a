import type { ConversationId } from '@parley/contracts';
import { useCallback, useEffect, useState } from 'react';
import type { DraftSync } from './draft-sync.ts';

/**
 * The text of a composer, kept while it is being written, on all devices. All chats that have not begun share one draft.
 */
export function useDraft(drafts: DraftSync, conversationId: ConversationId | undefined) {
  const place = conversationId ?? 'new';
  const [text, setText] = useState(() => drafts.read(place));
  useEffect(() => drafts.subscribe(place, setText), [drafts, place]);
  const change = useCallback(
    (next: string) => {
      setText(next);
      drafts.change(place, next);
    },
    [drafts, place],
  );
  /** Empties the field; what is kept goes once the prompt is safe. */
  const clear = useCallback(() => setText(''), []);
  const leave = useCallback(() => drafts.flush(place), [drafts, place]);
  return { text, change, clear, leave };
}

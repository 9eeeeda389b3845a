import { useCallback, useState } from 'react';
import { type DraftOwner, keepDraft, readDraft } from './drafts.ts';

/** The text of a composer, kept in this browser while it is being written. */
export function useDraft(owner: DraftOwner) {
  const [text, setText] = useState(() => readDraft(owner));
  const change = useCallback(
    (next: string) => {
      setText(next);
      keepDraft(owner, next);
    },
    [owner],
  );
  /** Empties the field; the stored text goes once the server has it. */
  const clear = useCallback(() => setText(''), []);
  return { text, change, clear };
}

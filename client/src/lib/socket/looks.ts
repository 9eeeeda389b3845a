import type { ConversationId } from '@parley/contracts';

/** Which conversations the tabs of a browser show, so that each is entered while one of them does, and left after that. */
export interface Looks {
  /** A tab shows a conversation now, or none: the one that nobody shows any more, if there is one. */
  note(tab: string, id: ConversationId | null): ConversationId | undefined;
  clear(): void;
}

export function createLooks(): Looks {
  const shown = new Map<string, ConversationId>();
  return {
    note(tab, id) {
      const before = shown.get(tab);
      if (id === null) shown.delete(tab);
      else shown.set(tab, id);
      return before === undefined || before === id || [...shown.values()].includes(before) ? undefined : before;
    },
    clear: () => shown.clear(),
  };
}

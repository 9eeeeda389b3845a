import type { MessageId } from '@parley/contracts';
import { createStore } from 'zustand/vanilla';
import type { ChatKey } from '../live/turn-store.ts';
import type { BranchChoices } from './visible-path.ts';

interface BranchState {
  /** What was chosen in each chat since the page was loaded. */
  readonly choices: ReadonlyMap<ChatKey, BranchChoices>;
  /** Messages about to be deleted; what follows from them goes with them. */
  readonly removed: ReadonlySet<MessageId>;
}

const nothing: BranchState = { choices: new Map(), removed: new Set() };

/** Which branches are looked at, and which are about to go, however often their chats are left and opened again. */
export function createBranchStore() {
  const store = createStore<BranchState>(() => nothing);
  const change = (chat: ChatKey, part: (held: BranchChoices) => BranchChoices) =>
    store.setState(({ choices }) => ({
      choices: new Map(choices).set(chat, part(choices.get(chat) ?? new Map())),
    }));

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    /** Shows these children of their parents from now on. */
    choose: (chat: ChatKey, chosen: BranchChoices) => change(chat, (held) => new Map([...held, ...chosen])),
    /** Shows the newest of what follows a message again. */
    forget: (chat: ChatKey, parentId: MessageId | null) =>
      change(chat, (held) => new Map([...held].filter(([id]) => id !== parentId))),
    hide: (id: MessageId) => store.setState(({ removed }) => ({ removed: new Set(removed).add(id) })),
    unhide: (id: MessageId) =>
      store.setState(({ removed }) => ({ removed: new Set([...removed].filter((other) => other !== id)) })),
    reset: () => store.setState(nothing),
  };
}

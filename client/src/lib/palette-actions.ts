import type { ReactNode } from 'react';
import { useEffect } from 'react';

/** Something the command palette can do. */
export interface PaletteAction {
  /** Unique, and the same each time: what was used lately is remembered by it. */
  readonly id: string;
  readonly label: string;
  /** More words it is found by. */
  readonly keywords?: string;
  readonly icon?: ReactNode;
  /** Its shortcut. */
  readonly keys?: string;
  /** Asks for a text before it runs, beginning with what is there. */
  readonly ask?: { readonly label: string; readonly text: string };
  /** `text` is what was asked for. */
  readonly run: (text: string) => void;
}

const registered = new Map<string, PaletteAction>();

/** What the palette offers right now, in the order in which it came. */
export function listPaletteActions(): PaletteAction[] {
  return [...registered.values()];
}

/** Offers actions in the palette while a component is mounted, always with what its latest render passed. */
export function usePaletteActions(actions: readonly PaletteAction[]): void {
  useEffect(() => {
    for (const action of actions) registered.set(action.id, action);
    return () => {
      for (const action of actions) {
        if (registered.get(action.id) === action) registered.delete(action.id);
      }
    };
  });
}

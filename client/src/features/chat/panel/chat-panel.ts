import type { MessageId } from '@parley/contracts';
import { create } from 'zustand';

/** What the panel beside a transcript shows. */
export type PanelSubject =
  | { readonly kind: 'tree' }
  | { readonly kind: 'glass-box'; readonly messageId: MessageId }
  | { readonly kind: 'sent'; readonly messageId: MessageId }
  | { readonly kind: 'artifact'; readonly key: string };

interface ChatPanelStore {
  readonly view: PanelSubject | undefined;
  /** What had the focus when it was opened, and gets it back. */
  readonly opener: HTMLElement | undefined;
  /** The message somebody is about to fork at. */
  readonly forkAt: MessageId | undefined;
  /** Shows a view in the place of the one that is shown. */
  readonly open: (view: PanelSubject) => void;
  readonly close: () => void;
  /** Asks how a chat is to be forked at a message; `undefined` takes the question away. */
  readonly askFork: (messageId: MessageId | undefined) => void;
}

/** The one panel of a chat, and the question how to fork it. */
export const useChatPanel = create<ChatPanelStore>((set) => ({
  view: undefined,
  opener: undefined,
  forkAt: undefined,
  open: (view) => set(({ opener }) => ({ view, opener: focusedControl() ?? opener })),
  close: () => set({ view: undefined }),
  askFork: (forkAt) => {
    // The dialog gives the focus back to what has it when it opens.
    if (forkAt !== undefined) focusedControl()?.focus();
    set({ forkAt });
  },
}));

/** What has the focus; for a line of a menu, which goes with it, the button of the menu. */
function focusedControl(): HTMLElement | undefined {
  const focused = document.activeElement;
  const buttonId = focused?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  const control = typeof buttonId === 'string' ? document.getElementById(buttonId) : focused;
  const isInside = control?.closest('[data-region="panel"]') !== null;
  return control instanceof HTMLElement && control !== document.body && !isInside ? control : undefined;
}

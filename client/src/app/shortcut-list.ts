import { create } from 'zustand';

interface ShortcutListStore {
  readonly isOpen: boolean;
  /** Whether the dialog's code is needed yet. */
  readonly wasOpened: boolean;
  readonly open: () => void;
  readonly close: () => void;
}

/** Whether the list of shortcuts is on screen; opened by `?`, the account menu and the settings. */
export const useShortcutList = create<ShortcutListStore>((set) => ({
  isOpen: false,
  wasOpened: false,
  open: () => set({ isOpen: true, wasOpened: true }),
  close: () => set({ isOpen: false }),
}));

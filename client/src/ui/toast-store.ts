import { create } from 'zustand';

/** Why a toast went away: its time was up, somebody closed it, or its action was used. */
export type ToastEnd = 'expired' | 'dismissed' | 'action';

export interface ToastOptions {
  readonly text: string;
  readonly tone?: 'neutral' | 'success' | 'danger';
  /** One button, such as Undo. */
  readonly action?: { readonly label: string; readonly onAction: () => void };
  /** Milliseconds; the clock stands still while the toast has the pointer or the focus. 5,000 unless given. */
  readonly durationMs?: number;
  readonly onEnd?: (end: ToastEnd) => void;
}

export interface Toast extends ToastOptions {
  readonly id: number;
}

interface ToastStore {
  readonly toasts: readonly Toast[];
}

/** The toasts on screen, oldest first. */
export const useToasts = create<ToastStore>(() => ({ toasts: [] }));

let lastId = 0;

/** Shows a short notice at the top of the page, announced politely. Returns its id for `endToast`. */
export function showToast(options: ToastOptions): number {
  lastId += 1;
  const toast = { ...options, id: lastId };
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, toast] }));
  return toast.id;
}

/** Takes a toast away and tells its owner why. Harmless when it has gone already. */
export function endToast(id: number, end: ToastEnd): void {
  const toast = useToasts.getState().toasts.find((candidate) => candidate.id === id);
  if (!toast) return;
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((candidate) => candidate.id !== id) }));
  if (end === 'action') toast.action?.onAction();
  toast.onEnd?.(end);
}

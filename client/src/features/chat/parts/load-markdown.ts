import { useSyncExternalStore } from 'react';
import type { Markdown } from '../../../ui/markdown/markdown.tsx';
import { whenIdle } from '../../../lib/when-idle.ts';

let loading: Promise<void> | undefined;
let view: typeof Markdown | undefined;
const listeners = new Set<() => void>();

/** Fetches the renderer of answers, once; it is not part of the first load, for a new chat begins without one. */
export function loadMarkdown(): Promise<void> {
  loading ??= load();
  return loading;
}

/** The same for a page that shows no answer yet. */
export function loadMarkdownWhenIdle(): void {
  whenIdle(() => void loadMarkdown());
}

/** The renderer of answers; `undefined` until it is there, which wakes the caller. */
export function useMarkdown(): typeof Markdown | undefined {
  return useSyncExternalStore(subscribe, () => view);
}

async function load(): Promise<void> {
  try {
    view = (await import('../../../ui/markdown/markdown.tsx')).Markdown;
    for (const listener of listeners) listener();
  } catch {
    // The network is away: answers show as plain text, and the next one asks again.
    loading = undefined;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  void loadMarkdown();
  return () => listeners.delete(listener);
}

import { useSyncExternalStore } from 'react';

const query = '(min-width: 900px)';

/** Whether the page has room for a pane beside the form (900 px and more). */
export function useHasRoom(): boolean {
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}

function subscribe(listener: () => void): () => void {
  const list = window.matchMedia(query);
  list.addEventListener('change', listener);
  return () => list.removeEventListener('change', listener);
}

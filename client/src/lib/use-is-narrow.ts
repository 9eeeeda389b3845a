import { useSyncExternalStore } from 'react';

const query = '(max-width: 767px)';

/** Whether the page is too narrow for a sidebar beside the transcript (under 768 px). */
export function useIsNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}

function subscribe(listener: () => void): () => void {
  const list = window.matchMedia(query);
  list.addEventListener('change', listener);
  return () => list.removeEventListener('change', listener);
}

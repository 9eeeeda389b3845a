import { useSyncExternalStore } from 'react';
import { usePreferences } from '../../../../lib/preferences.ts';

const query = '(prefers-color-scheme: dark)';

/** The side of the theme that is shown now. */
export function useColourScheme(): 'light' | 'dark' {
  const theme = usePreferences((preferences) => preferences.theme);
  const isDark = useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
  if (theme !== 'system') return theme;
  return isDark ? 'dark' : 'light';
}

function subscribe(listener: () => void): () => void {
  const list = window.matchMedia(query);
  list.addEventListener('change', listener);
  return () => list.removeEventListener('change', listener);
}

import { useEffect } from 'react';
import { useAppTitle } from './use-app-title.ts';

/** Names the browser tab: the page first, then the install. */
export function usePageTitle(page: string): void {
  const appTitle = useAppTitle();
  useEffect(() => {
    document.title = page === '' ? appTitle : `${page} · ${appTitle}`;
  }, [page, appTitle]);
}

import { useEffect } from 'react';
import { useEndedUnseen } from './ended-unseen.ts';
import { useAppTitle } from './use-app-title.ts';

/** Names the browser tab: how many answers came meanwhile, the page, and the install. */
export function usePageTitle(page: string): void {
  const appTitle = useAppTitle();
  const ended = useEndedUnseen(({ ids }) => ids.size);
  useEffect(() => {
    const title = page === '' ? appTitle : `${page} · ${appTitle}`;
    document.title = ended === 0 ? title : `(${String(ended)}) ${title}`;
  }, [page, appTitle, ended]);
}

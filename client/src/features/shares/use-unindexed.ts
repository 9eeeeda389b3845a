import { useEffect } from 'react';

/** Asks search engines to leave this page out, as its header does, for as long as it is shown. */
export function useUnindexed(): void {
  useEffect(() => {
    const meta = document.createElement('meta');
    meta.name = 'robots';
    meta.content = 'noindex, nofollow';
    document.head.append(meta);
    return () => meta.remove();
  }, []);
}

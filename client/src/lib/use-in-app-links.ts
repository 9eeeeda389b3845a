import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { RefObject } from 'react';

/** Lets links to pages of the app that stand in rendered Markdown open in place instead of loading the app anew. */
export function useInAppLinks(container: RefObject<HTMLElement | null>): void {
  const router = useRouter({ warn: false });
  useEffect(() => {
    const element = container.current;
    const follow = (event: MouseEvent) => {
      const href = followableHref(event);
      if (href === undefined) return;
      event.preventDefault();
      router.history.push(href);
    };
    element?.addEventListener('click', follow);
    return () => element?.removeEventListener('click', follow);
  }, [container, router]);
}

/** Where a plain click on a link inside the app leads, or `undefined` where the browser should decide. */
function followableHref(event: MouseEvent): string | undefined {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined;
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('.markdown a[href]') : null;
  if (!link || link.target !== '' || link.origin !== window.location.origin) return undefined;
  return link.pathname + link.search + link.hash;
}

import { useRouter } from '@tanstack/react-router';
import type { ComponentPropsWithRef } from 'react';

/** A link that opens pages of the app in place and everything else in a new tab. */
export function AppLink({ href, children, ...rest }: ComponentPropsWithRef<'a'> & { readonly href: string }) {
  const router = useRouter({ warn: false });
  const isInApp = href.startsWith('/') && !href.startsWith('//');
  if (!isInApp) {
    return (
      <a {...rest} href={href} target="_blank" rel="noopener noreferrer">
        {children}
      </a>
    );
  }
  return (
    <a
      {...rest}
      href={href}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
        event.preventDefault();
        void router.navigate({ href });
      }}
    >
      {children}
    </a>
  );
}

import { Outlet, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTexts } from '../lib/i18n/use-texts.ts';
import { listenForShortcuts, useShortcuts } from '../lib/shortcuts.ts';
import { Toaster } from '../ui/toaster.tsx';
import { TooltipLayer } from '../ui/tooltip-layer.tsx';
import { useShortcutList } from './shortcut-list.ts';

const ShortcutsDialog = lazy(async () => ({ default: (await import('./shortcuts-dialog.tsx')).ShortcutsDialog }));

/** What all pages share: shortcuts, toasts, tooltips, and a word to screen readers when the page changes. */
export function RootLayout() {
  const { shortcuts } = useTexts();
  const { wasOpened, open } = useShortcutList();
  useEffect(() => listenForShortcuts(window), []);
  useShortcuts([
    { id: 'show-shortcuts', keys: '?', label: shortcuts.showList, group: shortcuts.groupGeneral, run: open },
  ]);
  return (
    <>
      <Outlet />
      <Toaster />
      <TooltipLayer />
      <PageAnnouncer />
      {wasOpened ? (
        <Suspense fallback={null}>
          <ShortcutsDialog />
        </Suspense>
      ) : null}
    </>
  );
}

/** Says the title of each page after the first one, because nothing else tells a screen reader that it changed. */
function PageAnnouncer() {
  const router = useRouter();
  const [title, setTitle] = useState('');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = router.subscribe('onResolved', ({ fromLocation, pathChanged }) => {
      if (!fromLocation || !pathChanged) return;
      clearTimeout(timer);
      // The new page's own effects set the title; they have run by then.
      timer = setTimeout(() => setTitle(document.title), 100);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [router]);
  return <output className="sr-only">{title}</output>;
}

import type { Attachment, ClientConfig } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { AppWindow } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { configQuery } from '../../../../lib/query/queries.ts';

const AppFrame = lazy(async () => ({ default: (await import('./app-frame.tsx')).AppFrame }));

/** An app that a tool gave, where this install shows apps; its name otherwise. */
export function AppAttachment({ attachment }: { readonly attachment: Attachment }) {
  const texts = useTexts().tools.app;
  const config = useQuery(configQuery);
  if (config.data === undefined) return null;
  const { appFrame } = config.data;
  if (appFrame === undefined) {
    return (
      <p className="inline-flex min-h-7 max-w-full items-center gap-1.5 rounded-control border border-border px-2.5 py-1 text-xs text-text-muted">
        <AppWindow aria-hidden className="size-4 shrink-0" />
        <span className="truncate">{attachment.title}</span> · {texts.off}
      </p>
    );
  }
  return (
    <Suspense fallback={<p className="text-text-muted">{texts.loading}</p>}>
      <AppFrame attachment={attachment} frameUrl={frameUrlOf(appFrame)} />
    </Suspense>
  );
}

/** Never this page's own origin: without an address of its own, it is another port. */
function frameUrlOf({ port, url }: NonNullable<ClientConfig['appFrame']>): string {
  return `${url ?? `${location.protocol}//${location.hostname}:${String(port)}`}/frame`;
}

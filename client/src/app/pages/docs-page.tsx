import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useParams } from '@tanstack/react-router';
import { ArrowLeft, ChevronRight } from 'lucide-react';
import { DocArticle } from '../../features/docs/doc-article.tsx';
import { DocNav } from '../../features/docs/doc-nav.tsx';
import { slugOf } from '../../features/docs/doc-pages.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { useLastChat } from '../../lib/last-chat.ts';
import { docPageQuery } from '../../lib/query/queries.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PendingPage } from '../pending-page.tsx';

/** The product's own documentation; readable without signing in. */
export function DocsPage() {
  const texts = useTexts();
  const { docs, common } = texts;
  const { _splat = '' } = useParams({ from: '/docs/$' });
  const slug = slugOf(_splat) || 'README';
  const anchor = useLocation({ select: ({ hash }) => decodeURIComponent(hash) });
  const { data: page, error, refetch } = useQuery(docPageQuery(`${slug}.md`));
  const conversationId = useLastChat((last) => last.conversationId);
  usePageTitle(page ? `${page.title} · ${docs.title}` : docs.title);
  return (
    <div className="mx-auto flex min-h-dvh w-full max-w-5xl flex-col px-4 pb-[max(3rem,env(safe-area-inset-bottom))] sm:px-6">
      <header className="sticky top-0 z-10 flex h-13 items-center gap-3 border-b border-border bg-bg pt-[env(safe-area-inset-top)]">
        <img src="/favicon.svg" alt="" className="size-5" />
        <h1 className="font-semibold">{docs.title}</h1>
        <Link
          to="/c/$conversationId"
          params={{ conversationId }}
          className="ms-auto inline-flex min-h-9 items-center gap-1.5 rounded-control px-2.5 text-text-muted hover:bg-hover hover:text-text touch:min-h-11"
        >
          <ArrowLeft aria-hidden className="size-4" />
          {docs.backToChat}
        </Link>
      </header>
      <div className="flex flex-1 flex-col gap-x-10 md:flex-row">
        <details className="group border-b border-border py-1 md:hidden">
          <summary className="flex min-h-11 items-center gap-2 font-medium text-text-muted">
            <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" />
            {docs.nav}
          </summary>
          <DocNav current={slug} />
        </details>
        <DocNav
          current={slug}
          className="sticky top-13 hidden max-h-[calc(100dvh-3.25rem)] w-56 shrink-0 self-start overflow-y-auto py-6 md:block"
        />
        <main className="min-w-0 max-w-(--column-width) flex-1 py-6">
          {page ? <DocArticle key={page.path} page={page} anchor={anchor} /> : null}
          {!page && !error ? <PendingPage /> : null}
          {!page && error ? (
            <EmptyState
              title={isMissing(error) ? docs.notFound : explainError(error, texts)}
              action={<Button onClick={() => void refetch()}>{common.retry}</Button>}
            />
          ) : null}
        </main>
      </div>
    </div>
  );
}

function isMissing(error: Error): boolean {
  return 'status' in error && (error.status === 404 || error.status === 400);
}

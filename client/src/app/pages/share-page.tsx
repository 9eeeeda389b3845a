import { ProblemError } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useRef } from 'react';
import { SharedHeader } from '../../features/shares/shared-header.tsx';
import { useUnindexed } from '../../features/shares/use-unindexed.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useShareTexts } from '../../lib/i18n/use-share-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { sharedChatQuery } from '../../lib/query/share-queries.ts';
import { useAppTitle } from '../../lib/use-app-title.ts';
import { useInAppLinks } from '../../lib/use-in-app-links.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';
import { buttonClass } from '../../ui/button-class.ts';
import { Button } from '../../ui/button.tsx';
import { MessagePage } from '../message-page.tsx';
import { PendingPage } from '../pending-page.tsx';
import { SharedThread } from '../shared-thread.tsx';

/** A shared chat, to be read by whoever has its link. */
export function SharePage() {
  const { page, untitled } = useShareTexts();
  const { token } = useParams({ from: '/share/$token' });
  const { data, error, refetch } = useQuery(sharedChatQuery(token));
  const main = useRef<HTMLElement>(null);
  useInAppLinks(main);
  useUnindexed();
  usePageTitle(data ? data.title || untitled : error ? page.goneTitle : page.loading);
  if (error && !data) return <Unreadable error={error} token={token} onRetry={() => void refetch()} />;
  return (
    <div className="flex min-h-dvh flex-col text-text print:[color-scheme:light]">
      {data ? <SharedHeader token={token} chat={data} /> : null}
      <main
        ref={main}
        data-region="transcript"
        tabIndex={-1}
        className="mx-auto w-full max-w-(--column-width) flex-1 px-4 pb-[max(2rem,env(safe-area-inset-bottom))]"
      >
        {data ? <SharedThread messages={data.messages} /> : <PendingPage />}
        {data ? <p className="text-center text-xs text-text-muted">{page.note}</p> : null}
      </main>
    </div>
  );
}

interface UnreadableProps {
  readonly error: Error;
  readonly token: string;
  readonly onRetry: () => void;
}

function Unreadable({ error, token, onRetry }: UnreadableProps) {
  const texts = useTexts();
  const { page } = useShareTexts();
  const appTitle = useAppTitle();
  const status = error instanceof ProblemError ? error.status : undefined;
  const home = (
    <Link to="/" className={buttonClass('secondary')}>
      {page.toStart(appTitle)}
    </Link>
  );
  if (status === 404) {
    return (
      <MessagePage title={page.goneTitle} text={page.goneText}>
        {home}
      </MessagePage>
    );
  }
  if (status === 401) {
    return (
      <MessagePage title={page.privateTitle} text={page.privateText}>
        <Link to="/sign-in" search={{ redirect: `/share/${token}` }} className={buttonClass('primary')}>
          {page.signIn}
        </Link>
      </MessagePage>
    );
  }
  return (
    <MessagePage title={page.failedTitle} text={explainError(error, texts)}>
      <Button variant="primary" onClick={onRetry}>
        {texts.common.retry}
      </Button>
      {home}
    </MessagePage>
  );
}

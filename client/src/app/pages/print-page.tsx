import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft, Image, Printer } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { hideModels } from '../../features/chat/compare/open-comparison.ts';
import { useLive } from '../../features/chat/live/use-live.ts';
import { visiblePath } from '../../features/chat/thread/visible-path.ts';
import { explainError } from '../../lib/explain-error.ts';
import { currentLocale } from '../../lib/i18n/language-store.ts';
import { useAccountDataTexts } from '../../lib/i18n/use-account-data-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { conversationQuery, messagesQuery } from '../../lib/query/queries.ts';
import { useInAppLinks } from '../../lib/use-in-app-links.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';
import { buttonClass } from '../../ui/button-class.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { MessagePage } from '../message-page.tsx';
import { PendingPage } from '../pending-page.tsx';
import { PrintThread } from '../print-thread.tsx';
import '../print.css';

/** The branch of a chat that is looked at, whole and plain: to print, to save as a PDF or a picture, to search in the page. */
export function PrintPage() {
  const texts = useTexts();
  const { print } = useAccountDataTexts();
  const { conversationId } = useParams({ from: '/c/$conversationId/print' });
  const { branches } = useLive();
  const conversation = useQuery(conversationQuery(conversationId));
  const messages = useQuery(messagesQuery(conversationId));
  const [withReasoning, setReasoning] = useState(false);
  const [mounted, setMounted] = useState(0);
  const [openedAt] = useState(() => new Date());
  const [isDrawing, setDrawing] = useState(false);
  const main = useRef<HTMLElement>(null);
  const paper = useRef<HTMLDivElement>(null);
  useInAppLinks(main);
  const path = useMemo(() => {
    const choices = branches.getState().choices.get(conversationId);
    return visiblePath(hideModels(messages.data ?? []), choices).map(({ message }) => message);
  }, [branches, conversationId, messages.data]);
  const title = conversation.data?.title ?? '';
  const shownTitle = title === '' ? print.untitled : title;
  usePageTitle(conversation.data ? print.title(shownTitle) : print.open);

  const error = conversation.error ?? messages.error;
  if (error && (!conversation.data || !messages.data)) {
    return (
      <MessagePage title={print.failed} text={explainError(error, texts)}>
        <Link to="/" className={buttonClass('secondary')}>
          {print.back}
        </Link>
      </MessagePage>
    );
  }
  if (!conversation.data || !messages.data) return <PendingPage />;
  const isReady = mounted === path.length;
  const save = async () => {
    if (paper.current === null) return;
    setDrawing(true);
    try {
      const { savePicture } = await import('../../lib/picture/save-picture.ts');
      await savePicture(paper.current, shownTitle);
    } finally {
      setDrawing(false);
    }
  };
  return (
    <div className="flex min-h-dvh flex-col text-text print:[color-scheme:light]">
      <header className="sticky top-0 z-10 border-b border-border bg-bg pt-[env(safe-area-inset-top)] print:hidden">
        <div className="mx-auto flex w-full max-w-5xl flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5">
          <Link to="/c/$conversationId" params={{ conversationId }} className={buttonClass('ghost')}>
            <ArrowLeft aria-hidden className="size-4" />
            {print.back}
          </Link>
          <div className="max-sm:order-1 max-sm:basis-full">
            <Checkbox label={print.reasoning} checked={withReasoning} onChange={setReasoning} />
          </div>
          <output className="ms-auto text-xs text-text-muted tabular-nums">
            {isReady ? print.ready(path.length) : print.preparing(mounted, path.length)}
          </output>
          <div className="flex flex-wrap items-center gap-2 *:flex-auto max-sm:order-2 max-sm:basis-full">
            <Button
              disabled={!isReady || path.length === 0}
              busy={isDrawing}
              icon={<Image aria-hidden className="size-4" />}
              onClick={() => void save()}
            >
              {print.picture}
            </Button>
            <Button
              variant="primary"
              disabled={!isReady || path.length === 0}
              icon={<Printer aria-hidden className="size-4" />}
              onClick={() => window.print()}
            >
              {print.print}
            </Button>
          </div>
        </div>
      </header>
      <main
        ref={main}
        data-region="transcript"
        tabIndex={-1}
        className="mx-auto w-full max-w-(--column-width) flex-1 px-4 pb-8 print:max-w-none print:px-0"
      >
        <div ref={paper} data-paper="">
          <h1 dir="auto" className="pt-6 text-2xl font-semibold wrap-anywhere">
            {shownTitle}
          </h1>
          <p className="hidden text-xs text-text-muted print:block">
            {print.madeOn(openedAt.toLocaleDateString(currentLocale(), { dateStyle: 'long' }))}
          </p>
          {path.length === 0 ? <p className="py-6 text-text-muted">{print.empty}</p> : null}
          <PrintThread messages={path} withReasoning={withReasoning} onMounted={setMounted} />
        </div>
      </main>
    </div>
  );
}

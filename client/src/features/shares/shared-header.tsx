import { Link } from '@tanstack/react-router';
import { CopyPlus, LogIn, Printer } from 'lucide-react';
import { useShareTexts } from '../../lib/i18n/use-share-texts.ts';
import type { SharedChat } from '../../lib/query/share-queries.ts';
import { useAppTitle } from '../../lib/use-app-title.ts';
import { buttonClass } from '../../ui/button-class.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { shortDate } from './share-dates.ts';
import { useCopyShared } from './use-copy-shared.ts';

export interface SharedHeaderProps {
  readonly token: string;
  readonly chat: SharedChat;
}

/** What a shared chat is, of when, and what its reader can do with it. */
export function SharedHeader({ token, chat }: SharedHeaderProps) {
  const { page, untitled } = useShareTexts();
  const appTitle = useAppTitle();
  const { isBusy, copy } = useCopyShared(token);
  return (
    <header className="sticky top-0 z-10 border-b border-border bg-bg pt-[env(safe-area-inset-top)] print:static">
      <div className="mx-auto flex w-full max-w-(--column-width) flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5">
        <Link
          to="/"
          aria-label={page.toStart(appTitle)}
          className="shrink-0 rounded-control p-1.5 touch:p-2.5 print:hidden"
        >
          <img src="/favicon.svg" alt="" className="size-6" />
        </Link>
        <div className="min-w-0 flex-1 basis-48">
          <h1 className="font-semibold wrap-anywhere max-sm:line-clamp-2">{chat.title || untitled}</h1>
          <p className="text-xs text-text-muted">{page.shared(shortDate(chat.updatedAt))}</p>
        </div>
        <div className="ms-auto flex items-center gap-2 print:hidden">
          <IconButton
            label={page.print}
            icon={<Printer aria-hidden className="size-4.5" />}
            onClick={() => window.print()}
          />
          {chat.isSignedIn ? (
            <Button variant="primary" busy={isBusy} icon={<CopyPlus aria-hidden className="size-4" />} onClick={copy}>
              {page.copy}
            </Button>
          ) : (
            <Link to="/sign-in" search={{ redirect: `/share/${token}` }} className={buttonClass('primary')}>
              <LogIn aria-hidden className="size-4" />
              {page.signIn}
            </Link>
          )}
        </div>
      </div>
    </header>
  );
}

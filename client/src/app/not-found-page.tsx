import { Link } from '@tanstack/react-router';
import { useTexts } from '../lib/i18n/use-texts.ts';
import { MessagePage } from './message-page.tsx';

/** For addresses that lead nowhere. */
export function NotFoundPage() {
  const { errorPage } = useTexts();
  return (
    <MessagePage title={errorPage.notFoundTitle} text={errorPage.notFoundText}>
      <Link
        to="/c/$conversationId"
        params={{ conversationId: 'new' }}
        className="inline-flex min-h-9 items-center rounded-control bg-accent px-3.5 font-medium text-on-accent hover:bg-accent-strong touch:min-h-11"
      >
        {errorPage.toNewChat}
      </Link>
    </MessagePage>
  );
}

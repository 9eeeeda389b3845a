import { useRouter } from '@tanstack/react-router';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { isPassing, useServerReturn } from '../lib/api/use-server-return.ts';
import { explainError } from '../lib/explain-error.ts';
import { useTexts } from '../lib/i18n/use-texts.ts';
import { Button } from '../ui/button.tsx';
import { MessagePage } from './message-page.tsx';

/** What happened, whose fault it is, and a way to try again; in place of the page that failed, until the server is back. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const texts = useTexts();
  const router = useRouter();
  const retry = async () => {
    await router.invalidate();
    reset();
  };
  useServerReturn(error, retry);
  return (
    <MessagePage
      title={texts.errorPage.title}
      text={
        isPassing(error) ? `${explainError(error, texts)} ${texts.errorPage.comesBack}` : explainError(error, texts)
      }
    >
      <Button variant="primary" onClick={() => void retry()}>
        {texts.common.retry}
      </Button>
      <Button onClick={() => window.location.reload()}>{texts.errorPage.reload}</Button>
    </MessagePage>
  );
}

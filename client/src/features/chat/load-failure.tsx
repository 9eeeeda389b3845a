import { MessageCircleOff } from 'lucide-react';
import { useServerReturn } from '../../lib/api/use-server-return.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Banner } from '../../ui/banner.tsx';
import { buttonClass } from '../../ui/button-class.ts';
import { Button } from '../../ui/button.tsx';
import { AppLink } from './parts/app-link.tsx';

type LoadFailureProps =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'failed'; readonly cause: unknown; readonly onRetry: () => void };

/** In the place of a conversation that could not be shown: why, and the next step; until the server is back. */
export function LoadFailure(props: LoadFailureProps) {
  const texts = useTexts();
  const { chat, common } = texts;
  const failure = props.kind === 'failed' ? props : undefined;
  useServerReturn(failure?.cause, () => failure?.onRetry());
  if (props.kind === 'not-found') {
    return (
      <main data-region="transcript" tabIndex={-1} className="grid flex-1 place-items-center">
        <div className="flex max-w-sm flex-col items-center gap-2 px-4 pb-16 text-center">
          <MessageCircleOff aria-hidden className="mb-1 size-6 text-text-muted" />
          <h1 className="text-lg font-semibold">{chat.notFoundTitle}</h1>
          <p className="text-text-muted">{chat.notFoundText}</p>
          <AppLink href="/c/new" className={`${buttonClass()} mt-2`}>
            {chat.startNew}
          </AppLink>
        </div>
      </main>
    );
  }
  return (
    <div className="mx-auto w-full max-w-(--column-width) px-4 pt-8">
      <Banner
        tone="danger"
        actions={
          <Button size="small" onClick={props.onRetry}>
            {common.retry}
          </Button>
        }
      >
        {chat.loadFailed} {explainError(props.cause, texts)}
      </Banner>
    </div>
  );
}

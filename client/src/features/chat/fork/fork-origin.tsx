import type { Conversation } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { GitFork } from 'lucide-react';
import { usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { conversationQuery } from '../../../lib/query/queries.ts';
import { AppLink } from '../parts/app-link.tsx';

/** Where a forked chat comes from: a quiet line over its first message, with a link while the other chat exists. */
export function ForkOrigin({ origin }: { readonly origin: NonNullable<Conversation['forkedFrom']> }) {
  const { fork } = usePanelTexts();
  const { data, isPending } = useQuery({ ...conversationQuery(origin.conversationId), retry: false });
  return (
    <p className="mx-auto flex min-h-7 w-full max-w-(--column-width) animate-fade items-center justify-center gap-1.5 px-4 pt-2 text-xs text-text-muted">
      <GitFork aria-hidden className="size-3.5 shrink-0" />
      {data ? (
        <span className="min-w-0 truncate">
          {fork.origin}{' '}
          <AppLink
            href={`/c/${origin.conversationId}?message=${origin.messageId}`}
            className="font-medium text-accent underline underline-offset-2"
          >
            {data.title || fork.untitled}
          </AppLink>
        </span>
      ) : isPending ? null : (
        fork.originGone
      )}
    </p>
  );
}

import type { ConversationId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Printer } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { ShareButton } from '../features/shares/share-button.tsx';
import { useOrderTexts } from '../lib/i18n/use-order-texts.ts';
import { configQuery, conversationQuery } from '../lib/query/queries.ts';
import { buttonClass } from '../ui/button-class.ts';
import { useShownEnd } from './use-shown-end.ts';

const PeopleSection = lazy(async () => ({
  default: (await import('../features/participants/people-section.tsx')).PeopleSection,
}));

/**
 * Shares the branch of a chat that is looked at, up to the newest answer that is not being written, and the chat itself
 * with people; nothing for those with whom it is shared.
 */
export function ShareChat({ conversationId }: { readonly conversationId: ConversationId }) {
  const { row } = useOrderTexts();
  const end = useShownEnd(conversationId);
  const conversation = useQuery(conversationQuery(conversationId)).data;
  const { sharedChats = true } = useQuery(configQuery).data ?? {};
  if (conversation?.sharedBy !== undefined) return null;
  return (
    <ShareButton
      conversationId={conversationId}
      end={end}
      people={
        conversation && sharedChats ? (
          <Suspense fallback={<div className="min-h-24" />}>
            <PeopleSection conversation={conversation} />
          </Suspense>
        ) : undefined
      }
      otherWays={
        <Link to="/c/$conversationId/print" params={{ conversationId }} className={buttonClass()}>
          <Printer aria-hidden className="size-4" />
          {row.print}
        </Link>
      }
    />
  );
}

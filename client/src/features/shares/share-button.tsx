import type { ConversationId, MessageId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { Share2 } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useShareTexts } from '../../lib/i18n/use-share-texts.ts';
import { configQuery } from '../../lib/query/queries.ts';
import { IconButton } from '../../ui/icon-button.tsx';

const ShareDialog = lazy(async () => ({ default: (await import('./share-dialog.tsx')).ShareDialog }));

export interface ShareButtonProps {
  readonly conversationId: ConversationId;
  /** Where what is shown ends; `undefined` while there is nothing to share. */
  readonly end: MessageId | undefined;
  /** Invites people into the chat itself; absent where that is not possible. */
  readonly people: ReactNode;
  /** Other ways to hand a chat on, below those of the dialog. */
  readonly otherWays: ReactNode;
}

/** Opens the dialog in which a chat is shared; nothing where the operator allows neither links nor invitations. */
export function ShareButton({ conversationId, end, people, otherWays }: ShareButtonProps) {
  const { button } = useShareTexts();
  const [isOpen, setOpen] = useState(false);
  const { public: forAll = true, signedIn = true } = useQuery(configQuery).data?.sharedLinks ?? {};
  const isLinkAllowed = forAll || signedIn;
  if (!isLinkAllowed && people === undefined) return null;
  return (
    <>
      <IconButton
        label={button}
        aria-haspopup="dialog"
        icon={<Share2 aria-hidden className="size-4.5" />}
        onClick={() => setOpen(true)}
      />
      {isOpen ? (
        <Suspense fallback={null}>
          <ShareDialog
            conversationId={conversationId}
            end={end}
            isLinkAllowed={isLinkAllowed}
            isPublicAllowed={forAll}
            people={people}
            otherWays={otherWays}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}

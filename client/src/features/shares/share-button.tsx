import type { ConversationId, MessageId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { Share2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useShareTexts } from '../../lib/i18n/use-share-texts.ts';
import { configQuery } from '../../lib/query/queries.ts';
import { IconButton } from '../../ui/icon-button.tsx';

const ShareDialog = lazy(async () => ({ default: (await import('./share-dialog.tsx')).ShareDialog }));

export interface ShareButtonProps {
  readonly conversationId: ConversationId;
  /** Where what is shown ends; `undefined` while there is nothing to share. */
  readonly end: MessageId | undefined;
}

/** Opens the dialog in which a chat is shared; nothing where the operator does not allow links. */
export function ShareButton({ conversationId, end }: ShareButtonProps) {
  const { button } = useShareTexts();
  const [isOpen, setOpen] = useState(false);
  const { public: forAll = true, signedIn = true } = useQuery(configQuery).data?.sharedLinks ?? {};
  if (!forAll && !signedIn) return null;
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
            isPublicAllowed={forAll}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}

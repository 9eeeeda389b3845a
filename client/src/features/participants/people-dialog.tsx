import { useState } from 'react';
import { useParticipantTexts } from '../../lib/i18n/use-participant-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { PeopleHereProps } from './people-here.tsx';
import { PeopleSection } from './people-section.tsx';
import { useParticipantActions } from './use-participant-actions.ts';

export interface PeopleDialogProps extends PeopleHereProps {
  readonly onClose: () => void;
}

/** Who takes part in a shared chat, and for those who do not own it the ways out: a copy of their own, or leaving. */
export function PeopleDialog({ conversation, onContinue, onLeaving, onClose }: PeopleDialogProps) {
  const { common } = useTexts();
  const texts = useParticipantTexts();
  const { busy, leave } = useParticipantActions(conversation.id);
  const [isLeaving, setLeaving] = useState(false);
  const leaveNow = () => {
    // First, so that the page is not told that the chat it shows is gone.
    onLeaving();
    void leave();
  };
  if (isLeaving) {
    return (
      <Dialog
        open
        title={texts.leaveTitle}
        onClose={onClose}
        actions={
          <>
            <Button onClick={onClose}>{common.cancel}</Button>
            <Button variant="danger" busy={busy} onClick={leaveNow}>
              {texts.leaveShort}
            </Button>
          </>
        }
      >
        <p>{texts.leaveText}</p>
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      title={texts.title}
      onClose={onClose}
      actions={
        conversation.sharedBy === undefined ? undefined : (
          <>
            <Button onClick={() => setLeaving(true)}>{texts.leave}</Button>
            <Button
              variant="primary"
              disabled={onContinue === undefined}
              onClick={() => {
                onClose();
                onContinue?.();
              }}
            >
              {texts.continuePrivately}
            </Button>
          </>
        )
      }
    >
      <PeopleSection conversation={conversation} />
      {conversation.sharedBy === undefined ? null : (
        <p className="mt-3 text-xs text-text-muted">
          {onContinue === undefined ? texts.nothingYet : texts.continueText}
        </p>
      )}
    </Dialog>
  );
}

import type { Conversation } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { explainError } from '../../lib/explain-error.ts';
import { useParticipantTexts } from '../../lib/i18n/use-participant-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { leaveConversation } from '../../lib/query/leave-conversation.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { showToast } from '../../ui/toast-store.ts';

export interface LeaveDialogProps {
  readonly conversation: Conversation;
  /** It is about to leave the list. */
  readonly onLeave: (conversation: Conversation) => void;
  readonly onClose: () => void;
}

/** Asks before somebody leaves a chat that another person shares, because they cannot come back by themselves. */
export function LeaveDialog({ conversation, onLeave, onClose }: LeaveDialogProps) {
  const texts = useTexts();
  const words = useParticipantTexts();
  const client = useQueryClient();
  const leave = async () => {
    onClose();
    onLeave(conversation);
    try {
      await leaveConversation(client, conversation.id);
      showToast({ text: words.left, tone: 'success' });
    } catch (error) {
      showToast({ text: explainError(error, texts), tone: 'danger' });
    }
  };
  return (
    <ConfirmDialog
      open
      title={words.leaveTitle}
      text={words.leaveText}
      action={words.leaveShort}
      busy={false}
      onConfirm={() => void leave()}
      onClose={onClose}
    />
  );
}

import type { ActionSet } from '@parley/contracts';
import { useActionsTexts } from '../../lib/i18n/use-actions-texts.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useRemoveActions } from './use-action-changes.ts';

export interface RemoveActionDialogProps {
  readonly set: ActionSet;
  readonly onClose: () => void;
}

/** Asks before an action set goes, because others may depend on it. */
export function RemoveActionDialog({ set, onClose }: RemoveActionDialogProps) {
  const texts = useActionsTexts();
  const remove = useRemoveActions(set, onClose);
  return (
    <ConfirmDialog
      open
      title={texts.removeTitle(set.title)}
      text={texts.removeText}
      action={texts.remove}
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}

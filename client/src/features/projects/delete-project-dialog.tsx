import type { Project } from '@parley/contracts';
import { useState } from 'react';
import { useOrderTexts } from '../../lib/i18n/use-order-texts.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useProjectActions } from './use-project-actions.ts';

export interface DeleteProjectDialogProps {
  readonly project: Project;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

/** Asks before a project goes, and says what becomes of its chats. */
export function DeleteProjectDialog({ project, open, onClose, onDeleted }: DeleteProjectDialogProps) {
  const { projects } = useOrderTexts();
  const { remove } = useProjectActions();
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    const worked = await remove(project.id);
    setBusy(false);
    if (worked) onDeleted();
  };
  return (
    <ConfirmDialog
      open={open}
      title={projects.deleteTitle(project.name)}
      text={projects.deleteText}
      action={projects.delete}
      busy={busy}
      onConfirm={() => void confirm()}
      onClose={onClose}
    />
  );
}

import type { Agent } from '@parley/contracts';
import { useState } from 'react';
import { useAgentTexts } from '../../lib/i18n/use-agent-texts.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

export interface DeleteAgentDialogProps {
  /** The agent that may go; absent while nothing is asked. */
  readonly agent: Agent | undefined;
  readonly onClose: () => void;
  /** Resolves with whether it is gone. */
  readonly onDelete: (agent: Agent) => Promise<boolean>;
}

/** Asks before an agent is deleted: others may depend on it, and nothing brings it back. */
export function DeleteAgentDialog({ agent, onClose, onDelete }: DeleteAgentDialogProps) {
  const { actions } = useAgentTexts();
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    if (!agent) return;
    setBusy(true);
    if (await onDelete(agent)) onClose();
    setBusy(false);
  };
  return (
    <ConfirmDialog
      open={agent !== undefined}
      title={actions.deleteTitle(agent?.name ?? '')}
      text={actions.deleteText}
      action={actions.delete}
      busy={busy}
      onConfirm={() => void confirm()}
      onClose={onClose}
    />
  );
}

import type { McpServerView } from '@parley/contracts';
import { useMcpTexts } from '../../lib/i18n/use-mcp-texts.ts';
import { useFocusPageOnLeave } from '../../lib/use-focus-page-on-leave.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useServerActions } from './use-server-actions.ts';

export interface RemoveServerDialogProps {
  readonly server: McpServerView;
  readonly onClose: () => void;
}

/** Asks before a server goes, because others may depend on it. */
export function RemoveServerDialog({ server, onClose }: RemoveServerDialogProps) {
  const texts = useMcpTexts();
  const { remove } = useServerActions(server);
  const focusPage = useFocusPageOnLeave();
  return (
    <ConfirmDialog
      open
      title={texts.removeTitle(server.title)}
      text={texts.removeText}
      action={texts.remove}
      busy={remove.isPending}
      onConfirm={() => remove.mutate(undefined, { onSuccess: focusPage, onSettled: onClose })}
      onClose={onClose}
    />
  );
}

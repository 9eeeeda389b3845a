import type { Conversation } from '@parley/contracts';
import { LeaveDialog } from './leave-dialog.tsx';
import { MoveDialog } from './move-dialog.tsx';
import { TagDialog } from './tag-dialog.tsx';
import { useListView } from './list-view.ts';
import type { ListDialog } from './list-view.ts';

export interface ListDialogsProps {
  readonly dialog: ListDialog;
  /** A conversation is about to leave the list. */
  readonly onLeave: (conversation: Conversation) => void;
}

/** The dialogs about listed conversations. */
export function ListDialogs({ dialog, onLeave }: ListDialogsProps) {
  const [first] = dialog.conversations;
  if (dialog.kind === 'leave') {
    return first ? <LeaveDialog conversation={first} onLeave={onLeave} onClose={close} /> : null;
  }
  return dialog.kind === 'tags' ? (
    <TagDialog conversations={dialog.conversations} onClose={close} />
  ) : (
    <MoveDialog conversations={dialog.conversations} onClose={close} />
  );
}

function close(): void {
  useListView.setState({ dialog: undefined });
}

import { MoveDialog } from './move-dialog.tsx';
import { TagDialog } from './tag-dialog.tsx';
import { useListView } from './list-view.ts';
import type { ListDialog } from './list-view.ts';

/** The dialogs about listed conversations. */
export function ListDialogs({ dialog }: { readonly dialog: ListDialog }) {
  return dialog.kind === 'tags' ? (
    <TagDialog conversations={dialog.conversations} onClose={close} />
  ) : (
    <MoveDialog conversations={dialog.conversations} onClose={close} />
  );
}

function close(): void {
  useListView.setState({ dialog: undefined });
}

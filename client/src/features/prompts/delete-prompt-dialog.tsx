import { promptRoutes } from '@parley/contracts';
import type { PromptGroup } from '@parley/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useReuseTexts } from '../../lib/i18n/use-reuse-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { refreshPrompts } from './refresh-prompts.ts';

export interface DeletePromptDialogProps {
  /** Absent while none is to be deleted. */
  readonly prompt: PromptGroup | undefined;
  readonly onClose: () => void;
}

/** Asks before a prompt goes with all its versions. */
export function DeletePromptDialog({ prompt, onClose }: DeletePromptDialogProps) {
  const texts = useTexts();
  const { library } = useReuseTexts();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: (id: PromptGroup['id']) => call(promptRoutes.remove, { params: { id } }),
    onSuccess: () => showToast({ text: library.removed }),
    onError: (error) => showToast({ text: explainError(error, texts), tone: 'danger' }),
    onSettled() {
      refreshPrompts(client);
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open={prompt !== undefined}
      title={library.removeTitle(prompt?.name ?? '')}
      text={library.removeText}
      action={library.remove}
      busy={remove.isPending}
      onConfirm={() => prompt && remove.mutate(prompt.id)}
      onClose={onClose}
    />
  );
}

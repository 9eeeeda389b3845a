import { actionRoutes } from '@parley/contracts';
import type { ActionSet, ActionSetSettings } from '@parley/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useActionsTexts } from '../../lib/i18n/use-actions-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { actionSetsQuery, toolsQuery } from '../../lib/query/tool-queries.ts';
import { useFocusPageOnLeave } from '../../lib/use-focus-page-on-leave.ts';
import { showToast } from '../../ui/toast-store.ts';

/** Adds an action set, or changes the one of that id. */
export function useSaveActions(id: string | undefined, onSaved: () => void) {
  const { form } = useActionsTexts();
  const renew = useRenewActions();
  return useMutation({
    mutationFn: (settings: ActionSetSettings) =>
      id === undefined
        ? call(actionRoutes.create, { body: settings })
        : call(actionRoutes.update, { params: { id }, body: settings }),
    onSuccess: async ({ title }) => {
      await renew();
      showToast({ tone: 'success', text: id === undefined ? form.added(title) : form.saved(title) });
      onSaved();
    },
  });
}

/** Removes an action set, and tells how it went. For the dialog that asks. */
export function useRemoveActions({ id, title }: ActionSet, onSettled: () => void) {
  const texts = useActionsTexts();
  const all = useTexts();
  const focusPage = useFocusPageOnLeave();
  const renew = useRenewActions();
  return useMutation({
    mutationFn: () => call(actionRoutes.remove, { params: { id } }),
    onError: (error) => showToast({ tone: 'danger', text: `${texts.actionFailed} ${explainError(error, all)}` }),
    onSuccess: () => {
      focusPage();
      showToast({ text: texts.removed(title) });
    },
    onSettled: async () => {
      await renew();
      onSettled();
    },
  });
}

/** Fetches again what changes with the action sets. */
function useRenewActions(): () => Promise<void> {
  const queryClient = useQueryClient();
  return async () => {
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: actionSetsQuery.queryKey }),
      queryClient.invalidateQueries({ queryKey: toolsQuery.queryKey }),
    ]);
  };
}

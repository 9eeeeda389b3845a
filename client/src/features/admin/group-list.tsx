import { accessRoutes } from '@parley/contracts';
import type { Group } from '@parley/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Pencil, Plus, Trash2, Users } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useAdminTexts } from '../../lib/i18n/use-admin-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { groupsQuery } from '../../lib/query/admin-queries.ts';
import { useFocusPageOnLeave } from '../../lib/use-focus-page-on-leave.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { GroupDialog } from './group-dialog.tsx';

type Shown = { readonly kind: 'add' } | { readonly kind: 'edit' | 'remove'; readonly group: Group };

/** All groups, and the ways to make, change and remove one. */
export function GroupList() {
  const { groups: texts } = useAdminTexts();
  const { data, isError, refetch } = useQuery(groupsQuery);
  const [shown, setShown] = useState<Shown>();
  const close = () => setShown(undefined);
  const addButton = (
    <Button variant="primary" icon={<Plus aria-hidden className="size-4" />} onClick={() => setShown({ kind: 'add' })}>
      {texts.add}
    </Button>
  );
  if (data === undefined) {
    return (
      <QueryState isError={isError} failed={texts.failed} loading={texts.loading} onRetry={() => void refetch()} />
    );
  }
  return (
    <>
      {data.length === 0 ? (
        <EmptyState icon={<Users className="size-6" />} title={texts.empty} text={texts.emptyText} action={addButton} />
      ) : (
        <>
          <div className="mb-4 flex justify-end">{addButton}</div>
          <ul className="divide-y divide-border rounded-card border border-border bg-raised">
            {data.map((group) => (
              <li key={group.id} className="flex items-center gap-2 py-2.5 ps-4 pe-2">
                <div className="min-w-0 flex-1">
                  <p className="font-medium wrap-anywhere">{group.name}</p>
                  <p className="text-xs text-text-muted">{texts.members(group.members.length)}</p>
                </div>
                <IconButton
                  label={texts.edit(group.name)}
                  icon={<Pencil aria-hidden className="size-4" />}
                  onClick={() => setShown({ kind: 'edit', group })}
                />
                <IconButton
                  label={texts.remove(group.name)}
                  icon={<Trash2 aria-hidden className="size-4" />}
                  onClick={() => setShown({ kind: 'remove', group })}
                />
              </li>
            ))}
          </ul>
        </>
      )}
      {shown?.kind === 'add' ? <GroupDialog group={undefined} onClose={close} /> : null}
      {shown?.kind === 'edit' ? <GroupDialog group={shown.group} onClose={close} /> : null}
      {shown?.kind === 'remove' ? <RemoveGroupDialog group={shown.group} onClose={close} /> : null}
    </>
  );
}

function RemoveGroupDialog({ group, onClose }: { readonly group: Group; readonly onClose: () => void }) {
  const { groups: texts } = useAdminTexts();
  const all = useTexts();
  const queryClient = useQueryClient();
  const focusPage = useFocusPageOnLeave();
  const removing = useMutation({
    mutationFn: () => call(accessRoutes.removeGroup, { params: { id: group.id } }),
    onSuccess: () => {
      focusPage();
      showToast({ text: texts.removed(group.name) });
    },
    onError: (error) => showToast({ tone: 'danger', text: `${texts.removeFailed} ${explainError(error, all)}` }),
    onSettled: async () => {
      await queryClient.invalidateQueries({ queryKey: groupsQuery.queryKey });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      title={texts.removeTitle(group.name)}
      text={texts.removeText}
      action={texts.remove(group.name)}
      busy={removing.isPending}
      onConfirm={() => removing.mutate()}
      onClose={onClose}
    />
  );
}

import { accessRoutes } from '@parley/contracts';
import type { Group, UserId } from '@parley/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useId, useState } from 'react';
import type { FormEvent } from 'react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { fieldErrorsOf } from '../../lib/field-errors.ts';
import { useAdminTexts } from '../../lib/i18n/use-admin-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { groupsQuery } from '../../lib/query/admin-queries.ts';
import { useFoundPrincipals } from '../../lib/query/use-found-principals.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast-store.ts';

export interface GroupDialogProps {
  /** Absent: a new one. */
  readonly group: Group | undefined;
  readonly onClose: () => void;
}

type Member = Group['members'][number];

/** Makes a group or changes one: its name and who is in it. */
export function GroupDialog({ group, onClose }: GroupDialogProps) {
  const { groups: texts } = useAdminTexts();
  const all = useTexts();
  const queryClient = useQueryClient();
  const formId = useId();
  const [name, setName] = useState(group?.name ?? '');
  const [members, setMembers] = useState<readonly Member[]>(group?.members ?? []);
  const saving = useMutation({
    mutationFn: () => {
      const body = { name, memberIds: members.map(({ id }) => id) };
      return group === undefined
        ? call(accessRoutes.createGroup, { body })
        : call(accessRoutes.updateGroup, { params: { id: group.id }, body });
    },
    onSuccess: async (saved) => {
      await queryClient.invalidateQueries({ queryKey: groupsQuery.queryKey });
      showToast({ tone: 'success', text: texts.saved(saved.name) });
      onClose();
    },
  });
  const errors = fieldErrorsOf(saving.error);
  return (
    <Dialog
      open
      onClose={onClose}
      title={group === undefined ? texts.addTitle : texts.editTitle(group.name)}
      actions={
        <>
          <Button onClick={onClose}>{all.common.cancel}</Button>
          <Button variant="primary" type="submit" form={formId} busy={saving.isPending}>
            {texts.save}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          saving.mutate();
        }}
        className="flex flex-col gap-4"
      >
        {saving.error !== null && errors['name'] === undefined ? (
          <Banner tone="danger">{`${texts.saveFailed} ${explainError(saving.error, all)}`}</Banner>
        ) : null}
        <TextField
          label={texts.name}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          error={errors['name']}
          maxLength={100}
          autoComplete="off"
        />
        <MemberPicker
          members={members}
          onAdd={(member) => setMembers([...members, member])}
          onRemove={(id) => setMembers(members.filter((member) => member.id !== id))}
        />
      </form>
    </Dialog>
  );
}

interface MemberPickerProps {
  readonly members: readonly Member[];
  readonly onAdd: (member: Member) => void;
  readonly onRemove: (id: UserId) => void;
}

function MemberPicker({ members, onAdd, onRemove }: MemberPickerProps) {
  const { groups: texts } = useAdminTexts();
  const [query, setQuery] = useState('');
  const { found, isBusy } = useFoundPrincipals(query);
  const known = new Set(members.map(({ id }) => id));
  const people = found.flatMap(({ principal, name, detail }): Member[] =>
    principal.type === 'user' && !known.has(principal.id) ? [{ id: principal.id, name, email: detail ?? '' }] : [],
  );
  return (
    <div className="flex flex-col gap-2">
      <Combobox
        label={texts.find}
        placeholder={texts.findPlaceholder}
        query={query}
        onQueryChange={setQuery}
        options={people.map(({ id, name, email }) => ({ value: id, label: name, detail: email }))}
        busy={isBusy}
        emptyText={texts.nobodyFits}
        onChoose={(id) => {
          const person = people.find((one) => one.id === id);
          if (person === undefined) return;
          onAdd(person);
          setQuery('');
        }}
      />
      {members.length === 0 ? (
        <p className="text-xs text-text-muted">{texts.nobody}</p>
      ) : (
        <ul aria-label={texts.people} className="divide-y divide-border rounded-card border border-border">
          {members.map(({ id, name, email }) => (
            <li key={id} className="flex items-center gap-2 py-1.5 ps-3 pe-1">
              <div className="min-w-0 flex-1">
                <p className="truncate text-sm">{name}</p>
                <p className="truncate text-xs text-text-muted">{email}</p>
              </div>
              <IconButton
                label={texts.removeMember(name)}
                icon={<X aria-hidden className="size-4" />}
                onClick={() => onRemove(id)}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

import { accessRoutes, ProblemError } from '@parley/contracts';
import type { AccessGrant } from '@parley/contracts';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useSharingTexts } from '../../lib/i18n/use-sharing-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Banner } from '../../ui/banner.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { namedGrants, principalKey, publicRole, withRole } from './grant-list.ts';
import { GrantRow } from './grant-row.tsx';
import { PeoplePicker } from './people-picker.tsx';
import type { SharedThing } from './share-dialog.tsx';

export interface GrantFormProps {
  readonly thing: SharedThing;
  /** As they were saved last. */
  readonly grants: readonly AccessGrant[];
  readonly formId: string;
  readonly onBusy: (busy: boolean) => void;
  readonly onSaved: () => void;
}

const everyone = { principal: { type: 'public' }, name: '' } as const;

/** The list of who has access, as it will be once it is saved. */
export function GrantForm({ thing, grants: saved, formId, onBusy, onSaved }: GrantFormProps) {
  const all = useTexts();
  const texts = useSharingTexts();
  const [grants, setGrants] = useState(saved);
  const [announced, setAnnounced] = useState('');
  const { type, id } = thing;
  const saving = useMutation({
    mutationFn: () => {
      const body = { grants: grants.map(({ principal, role }) => ({ principal, role })) };
      return call(accessRoutes.share, { params: { type, id }, body });
    },
    onMutate: () => onBusy(true),
    onSettled: () => onBusy(false),
    onSuccess() {
      showToast({ text: texts.saved, tone: 'success' });
      onSaved();
    },
  });
  return (
    <form
      id={formId}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!saving.isPending) saving.mutate();
      }}
      className="flex flex-col gap-5"
    >
      {saving.error ? <Banner tone="danger">{explainFailure(saving.error, all, texts)}</Banner> : null}
      <PeoplePicker
        listed={grants}
        onAdd={(who) => {
          setGrants(withRole(grants, who, 'viewer'));
          setAnnounced(texts.added(who.name));
        }}
      />
      <section aria-label={texts.list}>
        <ul className="divide-y divide-border">
          <GrantRow
            who={everyone}
            name={texts.everyone}
            detail={type === 'agent' ? texts.everyoneHint.agent : texts.everyoneHint.other}
            role={publicRole(grants)}
            onRole={(role) => setGrants(withRole(grants, everyone, role))}
          />
          {namedGrants(grants).map((grant) => (
            <GrantRow
              key={principalKey(grant.principal)}
              who={grant}
              name={grant.name}
              detail={grant.detail ?? texts.kinds[grant.principal.type]}
              role={grant.role}
              onRole={(role) => setGrants(withRole(grants, grant, role))}
              onRemove={() => {
                setGrants(withRole(grants, grant, undefined));
                setAnnounced(texts.removed(grant.name));
              }}
            />
          ))}
        </ul>
        <p className="pt-3 text-xs text-text-muted">{texts.roleHints}</p>
      </section>
      <output className="sr-only">{announced}</output>
    </form>
  );
}

function explainFailure(
  error: Error,
  all: ReturnType<typeof useTexts>,
  texts: ReturnType<typeof useSharingTexts>,
): string {
  if (error instanceof ProblemError && error.code === 'last-owner') return texts.lastOwner;
  return `${texts.failed} ${explainError(error, all)}`;
}

import type { ActionSet } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { Plus, Webhook } from 'lucide-react';
import { useState } from 'react';
import { explainError } from '../../lib/explain-error.ts';
import { useActionsTexts } from '../../lib/i18n/use-actions-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { actionSetsQuery } from '../../lib/query/tool-queries.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { ActionCard } from './action-card.tsx';
import { ActionDialog } from './action-dialog.tsx';
import { RemoveActionDialog } from './remove-action-dialog.tsx';

export interface ActionListProps {
  /** Opens the sharing of an action set. */
  readonly onShare: (set: ActionSet) => void;
}

type Shown = { readonly kind: 'add' } | { readonly kind: 'edit' | 'remove'; readonly set: ActionSet };

/** All action sets somebody may use, and the way to add one. */
export function ActionList({ onShare }: ActionListProps) {
  const texts = useActionsTexts();
  const all = useTexts();
  const { data, error, refetch } = useQuery(actionSetsQuery);
  const [shown, setShown] = useState<Shown>();
  const close = () => setShown(undefined);
  const addButton = (
    <Button variant="primary" icon={<Plus aria-hidden className="size-4" />} onClick={() => setShown({ kind: 'add' })}>
      {texts.add}
    </Button>
  );
  return (
    <>
      <div className="mb-5 flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 flex-1 basis-64 text-text-muted">{texts.intro}</p>
        {data !== undefined && data.length > 0 ? addButton : null}
      </div>
      {data === undefined ? (
        <QueryState
          isError={error !== null}
          failed={`${texts.failed} ${explainError(error, all)}`}
          loading={texts.loading}
          onRetry={() => void refetch()}
        />
      ) : data.length === 0 ? (
        <EmptyState
          icon={<Webhook className="size-6" />}
          title={texts.emptyTitle}
          text={texts.emptyText}
          action={addButton}
        />
      ) : (
        <ul className="flex flex-col gap-3" aria-label={texts.title}>
          {data.map((set) => (
            <ActionCard
              key={set.id}
              set={set}
              onEdit={() => setShown({ kind: 'edit', set })}
              onShare={() => onShare(set)}
              onRemove={() => setShown({ kind: 'remove', set })}
            />
          ))}
        </ul>
      )}
      {shown?.kind === 'add' ? <ActionDialog set={undefined} onClose={close} /> : null}
      {shown?.kind === 'edit' ? <ActionDialog set={shown.set} onClose={close} /> : null}
      {shown?.kind === 'remove' ? <RemoveActionDialog set={shown.set} onClose={close} /> : null}
    </>
  );
}

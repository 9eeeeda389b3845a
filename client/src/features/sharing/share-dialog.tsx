import { accessRoutes } from '@parley/contracts';
import type { AccessGrant, SharedType } from '@parley/contracts';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useSharingTexts } from '../../lib/i18n/use-sharing-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { GrantForm } from './grant-form.tsx';

/** Something that can be shared. */
export interface SharedThing {
  readonly type: SharedType;
  /** Of an MCP server its name. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
}

export interface ShareDialogProps {
  /** Absent while nothing is shared. */
  readonly thing: SharedThing | undefined;
  readonly onClose: () => void;
  /** The new sharing was saved. */
  readonly onShared?: () => void;
}

/** Who may use, change or own something: people, groups, roles, and everyone. For its owners. */
export function ShareDialog({ thing, onClose, onShared }: ShareDialogProps) {
  const { common } = useTexts();
  const texts = useSharingTexts();
  const formId = useId();
  const [busy, setBusy] = useState(false);
  return (
    <Dialog
      open={thing !== undefined}
      onClose={onClose}
      title={texts.title(thing?.name ?? '')}
      actions={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" form={formId} variant="primary" busy={busy}>
            {texts.save}
          </Button>
        </>
      }
    >
      {thing ? (
        <LoadedGrants
          thing={thing}
          formId={formId}
          onBusy={setBusy}
          onSaved={() => {
            onShared?.();
            onClose();
          }}
        />
      ) : null}
    </Dialog>
  );
}

interface LoadedGrantsProps {
  readonly thing: SharedThing;
  readonly formId: string;
  readonly onBusy: (busy: boolean) => void;
  readonly onSaved: () => void;
}

function LoadedGrants({ thing, ...rest }: LoadedGrantsProps) {
  const all = useTexts();
  const texts = useSharingTexts();
  const { data, error, refetch, isFetchedAfterMount } = useQuery(grantsQuery(thing));
  if (data && isFetchedAfterMount) return <GrantForm thing={thing} grants={data} {...rest} />;
  if (!error) return <Spinner label={texts.loading} className="p-6" />;
  return (
    <EmptyState
      title={texts.loadFailed}
      text={explainError(error, all)}
      action={<Button onClick={() => void refetch()}>{all.common.retry}</Button>}
    />
  );
}

function grantsQuery({ type, id }: SharedThing) {
  return queryOptions({
    queryKey: ['grants', type, id],
    queryFn: async ({ signal }): Promise<readonly AccessGrant[]> =>
      (await call(accessRoutes.grants, { params: { type, id } }, { signal })).grants,
    // What others changed meanwhile must not be overwritten.
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

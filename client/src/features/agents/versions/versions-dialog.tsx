import { agentRoutes } from '@parley/contracts';
import type { AgentId } from '@parley/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../../lib/api/call.ts';
import { explainError } from '../../../lib/explain-error.ts';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { agentVersionsQuery } from '../../../lib/query/agent-queries.ts';
import { Banner } from '../../../ui/banner.tsx';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Spinner } from '../../../ui/spinner.tsx';
import { showToast } from '../../../ui/toast-store.ts';
import { rememberAgent } from '../agent-lists.ts';
import type { SavedAgent } from '../agent-lists.ts';
import { VersionRow } from './version-row.tsx';

export interface VersionsDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly id: AgentId;
  /** The form has changes; bringing a version back would mix with them. */
  readonly isDirty: boolean;
  readonly onRestored: (saved: SavedAgent) => void;
}

/** All versions of an agent: who saved them, what each changed, and the way back to one. */
export function VersionsDialog({ open, onClose, ...rest }: VersionsDialogProps) {
  const { versions } = useAgentTexts();
  return (
    <Dialog open={open} onClose={onClose} title={versions.title} size="large">
      <VersionList {...rest} />
    </Dialog>
  );
}

function VersionList({ id, isDirty, onRestored }: Omit<VersionsDialogProps, 'open' | 'onClose'>) {
  const texts = useTexts();
  const { versions } = useAgentTexts();
  const client = useQueryClient();
  const list = useQuery({ ...agentVersionsQuery(id), staleTime: 0 });
  const [opened, setOpened] = useState<number>();
  const restoring = useMutation({
    mutationFn: (version: number) => call(agentRoutes.restore, { params: { id, version } }),
    onSuccess(saved, version) {
      rememberAgent(client, saved);
      showToast({ text: versions.restored(version, saved.agent.version), tone: 'success' });
      onRestored(saved);
      setOpened(undefined);
    },
  });
  const items = list.data;
  if (!items && list.error) {
    return (
      <EmptyState
        title={versions.failed}
        text={explainError(list.error, texts)}
        action={<Button onClick={() => void list.refetch()}>{texts.common.retry}</Button>}
      />
    );
  }
  if (!items) return <Spinner label={versions.loading} className="p-8" />;
  return (
    <div className="flex flex-col gap-3">
      {restoring.error ? (
        <Banner tone="danger">{`${versions.restoreFailed} ${explainError(restoring.error, texts)}`}</Banner>
      ) : null}
      <ol className="divide-y divide-border">
        {items.map((item, index) => (
          <VersionRow
            key={item.version}
            item={item}
            previous={items[index + 1]}
            newest={items[0] ?? item}
            now={new Date(list.dataUpdatedAt)}
            isOpen={opened === item.version}
            isDirty={isDirty}
            busy={restoring.isPending}
            onToggle={() => setOpened(opened === item.version ? undefined : item.version)}
            onRestore={() => restoring.mutate(item.version)}
          />
        ))}
      </ol>
    </div>
  );
}

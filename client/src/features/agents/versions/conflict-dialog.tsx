import type { AgentId, AgentVersion } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { agentVersionsQuery } from '../../../lib/query/agent-queries.ts';
import { timeAgo } from '../../../lib/time-ago.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { Spinner } from '../../../ui/spinner.tsx';
import { ChangeList } from './change-list.tsx';

export interface ConflictDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly id: AgentId;
  /** The version that was changed here. */
  readonly baseVersion: number | null;
  readonly busy: boolean;
  readonly onLoadTheirs: (theirs: AgentVersion) => void;
  /** Save what is here on top of theirs. */
  readonly onKeepMine: (theirs: AgentVersion) => void;
}

/** Somebody else was faster: who, when, what they changed, and whose version goes on. */
export function ConflictDialog(props: ConflictDialogProps) {
  const { conflict } = useAgentTexts();
  const { common } = useTexts();
  const { data: versions, dataUpdatedAt } = useQuery({
    ...agentVersionsQuery(props.id),
    staleTime: 0,
    enabled: props.open,
  });
  const newest = versions?.[0];
  const base = versions?.find(({ version }) => version === props.baseVersion);
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      title={conflict.title}
      size="large"
      actions={
        <>
          <Button onClick={props.onClose}>{common.cancel}</Button>
          <Button variant="danger" disabled={newest === undefined} onClick={() => newest && props.onLoadTheirs(newest)}>
            {conflict.loadTheirs}
          </Button>
          <Button
            variant="primary"
            busy={props.busy}
            disabled={newest === undefined}
            onClick={() => newest && props.onKeepMine(newest)}
          >
            {conflict.keepMine}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {newest ? (
          <p>{conflict.text(newest.authorName, timeAgo(newest.createdAt, new Date(dataUpdatedAt)), newest.version)}</p>
        ) : (
          <p>{conflict.textUnknown}</p>
        )}
        {versions === undefined ? <Spinner label={common.loading} /> : null}
        {newest && base ? <ChangeList before={base.settings} after={newest.settings} /> : null}
        <p className="text-text-muted">{conflict.keepHint}</p>
      </div>
    </Dialog>
  );
}

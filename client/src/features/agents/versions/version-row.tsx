import type { AgentVersion } from '@parley/contracts';
import { ChevronRight, RotateCcw } from 'lucide-react';
import { useId, useState } from 'react';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { timeAgo } from '../../../lib/time-ago.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { classNames } from '../../../ui/class-names.ts';
import { SegmentedChoice } from '../../../ui/segmented-choice.tsx';
import { ChangeList } from './change-list.tsx';
import { currentLocale } from '../../../lib/i18n/language-store.ts';

export interface VersionRowProps {
  readonly item: AgentVersion;
  readonly previous: AgentVersion | undefined;
  readonly newest: AgentVersion;
  readonly now: Date;
  readonly isOpen: boolean;
  readonly isDirty: boolean;
  readonly busy: boolean;
  readonly onToggle: () => void;
  readonly onRestore: () => void;
}

/** One version: a line that opens to what is different in it. */
export function VersionRow(props: VersionRowProps) {
  const { item, newest, now, isOpen, onToggle } = props;
  const { versions } = useAgentTexts();
  const id = useId();
  const isNewest = item.version === newest.version;
  return (
    <li className="py-1">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={onToggle}
        className="flex min-h-11 w-full items-center gap-2 rounded-control px-1 py-1.5 text-start hover:bg-hover"
      >
        <ChevronRight
          aria-hidden
          className={classNames('size-4 shrink-0 text-text-muted transition-transform', isOpen && 'rotate-90')}
        />
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-center gap-2 font-medium">
            {versions.version(item.version)}
            {isNewest ? <Badge tone="success">{versions.newest}</Badge> : null}
          </span>
          <span className="block text-xs text-text-muted">
            {versions.savedBy(item.authorName, timeAgo(item.createdAt, now))}
            {item.restoredFrom === undefined ? null : ` · ${versions.restoredFrom(item.restoredFrom)}`}
          </span>
        </span>
        <time dateTime={item.createdAt} className="hidden shrink-0 text-xs text-text-muted sm:block">
          {new Date(item.createdAt).toLocaleString(currentLocale(), { dateStyle: 'medium', timeStyle: 'short' })}
        </time>
      </button>
      <div id={id} hidden={!isOpen} className="ps-7 pe-1 pt-1 pb-3">
        {isOpen ? <VersionChanges {...props} isNewest={isNewest} /> : null}
      </div>
    </li>
  );
}

function VersionChanges(props: VersionRowProps & { readonly isNewest: boolean }) {
  const { item, previous, newest, isNewest, isDirty, busy, onRestore } = props;
  const { versions } = useAgentTexts();
  const [comparison, setComparison] = useState<'previous' | 'newest'>(previous ? 'previous' : 'newest');
  return (
    <div className="flex flex-col gap-3">
      {previous && !isNewest ? (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span aria-hidden className="text-text-muted">
            {versions.compareWith}
          </span>
          <SegmentedChoice
            legend={versions.compareWith}
            value={comparison}
            options={[
              { value: 'previous', label: versions.withPrevious },
              { value: 'newest', label: versions.withNewest },
            ]}
            onChoose={setComparison}
          />
        </div>
      ) : null}
      {comparison === 'previous' && previous ? (
        <ChangeList before={previous.settings} after={item.settings} />
      ) : isNewest ? (
        <p className="text-text-muted">{versions.first}</p>
      ) : (
        <ChangeList before={item.settings} after={newest.settings} />
      )}
      {isNewest ? null : (
        <div className="flex flex-wrap items-center gap-3">
          <Button
            busy={busy}
            disabled={isDirty}
            icon={<RotateCcw aria-hidden className="size-4" />}
            onClick={onRestore}
          >
            {versions.restore}
          </Button>
          {isDirty ? <p className="text-xs text-text-muted">{versions.restoreDirty}</p> : null}
        </div>
      )}
    </div>
  );
}

import type { ActionSet } from '@parley/contracts';
import { ChevronDown, Ellipsis, Pencil, Share2, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import { useActionsTexts } from '../../lib/i18n/use-actions-texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import type { MenuEntry } from '../../ui/menu-entry.ts';
import { Menu } from '../../ui/menu.tsx';
import { MethodBadge } from './method-badge.tsx';

export interface ActionCardProps {
  readonly set: ActionSet;
  readonly onEdit: () => void;
  readonly onShare: () => void;
  readonly onRemove: () => void;
}

/** One action set: where it calls, how it proves itself, what you are to it, and on demand its operations. */
export function ActionCard({ set, onEdit, onShare, onRemove }: ActionCardProps) {
  const texts = useActionsTexts();
  const [showsOperations, setShowsOperations] = useState(false);
  const operationsId = useId();
  const { title, serverUrl, operations, auth, myRole } = set;
  const enabled = operations.filter((operation) => operation.enabled);
  const count = texts.enabledOf(enabled.length, operations.length);
  const forOwners: readonly MenuEntry[] = [
    { kind: 'action', label: texts.share, icon: <Share2 aria-hidden className="size-4" />, onSelect: onShare },
    { kind: 'separator' },
    {
      kind: 'action',
      label: texts.remove,
      icon: <Trash2 aria-hidden className="size-4" />,
      onSelect: onRemove,
      tone: 'danger',
    },
  ];
  return (
    <li className="rounded-card border border-border bg-raised p-4">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <h2 className="font-medium wrap-anywhere">{title}</h2>
            <Badge>{texts.auths[auth]}</Badge>
            <Badge>{texts.roles[myRole]}</Badge>
          </div>
          <p className="mt-1 text-xs wrap-anywhere text-text-muted">{serverUrl}</p>
        </div>
        {myRole === 'owner' ? (
          <Menu
            entries={forOwners}
            renderTrigger={(trigger) => (
              <IconButton
                {...trigger}
                label={texts.moreOf(title)}
                icon={<Ellipsis aria-hidden className="size-4.5" />}
              />
            )}
          />
        ) : null}
      </div>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        {myRole === 'viewer' ? null : (
          <Button icon={<Pencil aria-hidden className="size-4" />} aria-label={texts.editOf(title)} onClick={onEdit}>
            {texts.edit}
          </Button>
        )}
        <Button
          variant="ghost"
          className={myRole === 'viewer' ? '-ms-2 px-2' : undefined}
          aria-label={texts.enabledIn(count, title)}
          aria-expanded={showsOperations}
          aria-controls={showsOperations ? operationsId : undefined}
          onClick={() => setShowsOperations(!showsOperations)}
        >
          {count}
          <ChevronDown
            aria-hidden
            className={classNames('size-4 transition-transform', showsOperations && 'rotate-180')}
          />
        </Button>
      </div>
      {showsOperations ? (
        <div id={operationsId} className="mt-3 border-t border-border pt-3">
          {enabled.length === 0 ? (
            <p className="text-text-muted">{texts.noneEnabled}</p>
          ) : (
            <ul className="flex flex-col gap-3" aria-label={texts.operationsOf(title)}>
              {enabled.map(({ operationId, method, path, summary }) => (
                <li key={operationId} className="min-w-0">
                  <MethodBadge method={method} /> <code className="text-xs wrap-anywhere">{path}</code>
                  <p className="text-xs wrap-anywhere text-text-muted">{summary === '' ? operationId : summary}</p>
                </li>
              ))}
            </ul>
          )}
        </div>
      ) : null}
    </li>
  );
}

import type { Conversation } from '@parley/contracts';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { classNames } from '../../ui/class-names.ts';
import { ConversationDot } from './conversation-dot.tsx';
import { RenameField } from './rename-field.tsx';

const RowMenu = lazy(async () => ({ default: (await import('./row-menu.tsx')).RowMenu }));

const SharedRowMenu = lazy(async () => ({ default: (await import('./shared-row-menu.tsx')).SharedRowMenu }));

/** Where a row stands: pixels from the start of its group, and its number of how many; -1 when nobody knows. */
export interface RowPlace {
  readonly top: number;
  readonly position: number;
  readonly size: number;
}

export interface ConversationRowProps {
  readonly conversation: Conversation;
  readonly place: RowPlace;
  readonly isCurrent: boolean;
  /** Whether it is among the selected ones; absent while none are being selected. */
  readonly isSelected: boolean | undefined;
  readonly onOpen: () => void;
  /** With whether everything between it and the one before is meant. */
  readonly onSelect: (isRange: boolean) => void;
  readonly onRename: (title: string) => void;
  readonly onRemove: () => void;
  /** It is about to leave the list by its menu. */
  readonly onLeaving: () => void;
}

const line = 'flex h-9 items-center gap-2 rounded-control ps-2.5 focus-visible:-outline-offset-2 touch:h-11';

/** One line of the sidebar: the title, a sign of what happens in it, and a menu. Its height never changes. */
export function ConversationRow(props: ConversationRowProps) {
  const { conversation, place, isCurrent, isSelected, onOpen, onRename, onRemove } = props;
  const { sidebar } = useTexts();
  const [isRenaming, setRenaming] = useState(false);
  const item = useRef<HTMLLIElement>(null);
  const title = conversation.title || sidebar.untitled;
  const isOwn = conversation.sharedBy === undefined;
  const attributes = {
    ref: item,
    'data-conversation': conversation.id,
    'aria-posinset': place.position,
    'aria-setsize': place.size,
    style: { top: place.top },
  };

  if (isSelected !== undefined) {
    return (
      <li {...attributes} className="absolute inset-x-0 rounded-control hover:bg-hover has-checked:bg-selected">
        <label className={classNames(line, 'cursor-pointer pe-2.5')}>
          <input
            type="checkbox"
            checked={isSelected}
            onChange={(event) => props.onSelect(event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)}
            className="size-4 shrink-0 accent-accent"
          />
          <span dir="auto" className="min-w-0 flex-1 truncate">
            {title}
          </span>
        </label>
      </li>
    );
  }
  if (isRenaming) {
    const finish = (next: string | undefined) => {
      setRenaming(false);
      if (next !== undefined) onRename(next);
      requestAnimationFrame(() => item.current?.querySelector('a')?.focus());
    };
    return (
      <li {...attributes} className="absolute inset-x-0">
        <RenameField title={conversation.title} onDone={finish} />
      </li>
    );
  }
  return (
    <li
      {...attributes}
      className={classNames(
        'group absolute inset-x-0 rounded-control',
        isCurrent ? 'bg-selected' : 'hover:bg-hover',
        'data-drop:before:absolute data-drop:before:inset-x-1 data-drop:before:z-10 data-drop:before:h-0.5 data-drop:before:bg-accent',
        'data-[drop=below]:before:-bottom-px data-[drop=above]:before:-top-px',
      )}
    >
      <Link
        to="/c/$conversationId"
        params={{ conversationId: conversation.id }}
        aria-current={isCurrent ? 'page' : undefined}
        data-region-focus={isCurrent ? '' : undefined}
        onClick={onOpen}
        onKeyDown={(event: KeyboardEvent) => {
          // Of a chat that somebody else owns, only its menu is there.
          if (event.key === 'F2' && isOwn) setRenaming(true);
          if (event.key === 'Delete' && isOwn) onRemove();
          if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
            event.preventDefault();
            item.current?.querySelector('button')?.click();
          }
        }}
        className={classNames(
          line,
          'group-focus-within:pe-9 group-hover:pe-9 touch:pe-12',
          isCurrent ? 'pe-9' : 'pe-2.5',
        )}
      >
        <span dir="auto" className="min-w-0 flex-1 truncate" title={title}>
          {title}
        </span>
        <ConversationDot conversation={conversation} isCurrent={isCurrent} />
      </Link>
      <Suspense fallback={null}>
        {isOwn ? (
          <RowMenu
            conversation={conversation}
            isCurrent={isCurrent}
            onRename={() => setRenaming(true)}
            onRemove={onRemove}
            onLeaving={props.onLeaving}
          />
        ) : (
          <SharedRowMenu conversation={conversation} isCurrent={isCurrent} />
        )}
      </Suspense>
    </li>
  );
}

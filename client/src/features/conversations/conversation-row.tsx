import type { Conversation } from '@parley/contracts';
import { Link } from '@tanstack/react-router';
import { Archive, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { ConversationDot } from './conversation-dot.tsx';
import { RenameField } from './rename-field.tsx';

export interface ConversationRowProps {
  readonly conversation: Conversation;
  readonly isCurrent: boolean;
  readonly onOpen: () => void;
  readonly onRename: (title: string) => void;
  readonly onArchive: () => void;
  readonly onRemove: () => void;
}

/** One line of the sidebar: the title, a sign of what happens in it, and a menu. Its height never changes. */
export function ConversationRow(props: ConversationRowProps) {
  const { conversation, isCurrent, onOpen, onRename } = props;
  const { sidebar } = useTexts();
  const [isRenaming, setRenaming] = useState(false);
  const isMenuRenaming = useRef(false);
  const link = useRef<HTMLAnchorElement>(null);
  const title = conversation.title || sidebar.untitled;

  if (isRenaming) {
    const finish = (next: string | undefined) => {
      setRenaming(false);
      isMenuRenaming.current = false;
      if (next !== undefined) onRename(next);
      requestAnimationFrame(() => link.current?.focus());
    };
    return (
      <li>
        <RenameField title={conversation.title} onDone={finish} />
      </li>
    );
  }
  return (
    <li className={classNames('group relative rounded-control', isCurrent ? 'bg-selected' : 'hover:bg-hover')}>
      <Link
        ref={link}
        to="/c/$conversationId"
        params={{ conversationId: conversation.id }}
        aria-current={isCurrent ? 'page' : undefined}
        data-region-focus={isCurrent ? '' : undefined}
        onClick={onOpen}
        onKeyDown={(event: KeyboardEvent) => {
          if (event.key === 'F2') setRenaming(true);
          if (event.key === 'Delete') props.onRemove();
        }}
        className={classNames(
          'flex h-9 items-center gap-2 rounded-control ps-2.5 focus-visible:-outline-offset-2 group-focus-within:pe-9 group-hover:pe-9 touch:h-11 touch:pe-12',
          isCurrent ? 'pe-9' : 'pe-2.5',
        )}
      >
        <span className="min-w-0 flex-1 truncate" title={title}>
          {title}
        </span>
        <ConversationDot conversation={conversation} isCurrent={isCurrent} />
      </Link>
      <Menu
        className={classNames(
          'absolute inset-y-0 end-1 inline-flex items-center touch:end-0 touch:opacity-100',
          'group-focus-within:opacity-100 group-hover:opacity-100 has-aria-expanded:opacity-100',
          isCurrent ? 'opacity-100' : 'opacity-0',
        )}
        entries={[
          {
            kind: 'action',
            label: sidebar.rename,
            icon: <Pencil className="size-4" />,
            onSelect: () => {
              isMenuRenaming.current = true;
            },
          },
          {
            kind: 'action',
            label: sidebar.archive,
            icon: <Archive className="size-4" />,
            onSelect: props.onArchive,
          },
          { kind: 'separator' },
          {
            kind: 'action',
            label: sidebar.delete,
            icon: <Trash2 className="size-4" />,
            tone: 'danger',
            onSelect: props.onRemove,
          },
        ]}
        // The rename field is shown only once the menu has let go of the focus, or the menu would take it back.
        onCloseFocus={() => {
          if (!isMenuRenaming.current) return true;
          setRenaming(true);
          return false;
        }}
        renderTrigger={(trigger) => (
          <IconButton
            {...trigger}
            size="small"
            label={sidebar.actionsFor(title)}
            tooltip={sidebar.actions}
            icon={<Ellipsis aria-hidden className="size-4" />}
          />
        )}
      />
    </li>
  );
}

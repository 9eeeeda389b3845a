import type { Conversation } from '@parley/contracts';
import {
  Archive,
  ArrowDown,
  ArrowUp,
  Download,
  Ellipsis,
  Folder,
  ListChecks,
  Mail,
  MailOpen,
  Pencil,
  Pin,
  PinOff,
  Printer,
  Tag,
  Trash2,
} from 'lucide-react';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { useOrderTexts } from '../../lib/i18n/use-order-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { rankBetween } from '../../lib/rank-between.ts';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import type { MenuEntry } from '../../ui/menu-entry.ts';
import { Menu } from '../../ui/menu.tsx';
import { useListView } from './list-view.ts';
import { useConversationActions } from './use-conversation-actions.ts';
import { useConversationList } from './use-conversation-list.ts';
import { useSaveConversation } from './use-save-conversation.ts';

export interface RowMenuProps {
  readonly conversation: Conversation;
  readonly isCurrent: boolean;
  readonly onRename: () => void;
  readonly onRemove: () => void;
  /** It is about to leave the list. */
  readonly onLeaving: () => void;
}

/** Everything that can be done to a conversation of the sidebar, behind a button that shows with the pointer or the focus. */
export function RowMenu({ conversation, isCurrent, onRename, onRemove, onLeaving }: RowMenuProps) {
  const { sidebar } = useTexts();
  const { row } = useOrderTexts();
  const actions = useConversationActions();
  const save = useSaveConversation();
  const navigate = useNavigate();
  const pins = usePinEntries(conversation);
  const button = useRef<HTMLElement>(null);
  // What takes the focus itself begins only once the menu has let go of it, or the menu would take it back.
  const afterwards = useRef<() => void>(undefined);
  const later = (run: () => void) => {
    afterwards.current = run;
  };
  const openDialog = (kind: 'tags' | 'project') =>
    later(() => {
      button.current?.querySelector('button')?.focus();
      useListView.setState({ dialog: { kind, conversations: [conversation] } });
    });
  const { unread } = conversation;
  const entries: MenuEntry[] = [
    { kind: 'action', label: sidebar.rename, icon: <Pencil className="size-4" />, onSelect: () => later(onRename) },
    ...pins,
    { kind: 'action', label: row.tags, icon: <Tag className="size-4" />, onSelect: () => openDialog('tags') },
    { kind: 'action', label: row.project, icon: <Folder className="size-4" />, onSelect: () => openDialog('project') },
    {
      kind: 'action',
      label: unread ? row.markRead : row.markUnread,
      icon: unread ? <MailOpen className="size-4" /> : <Mail className="size-4" />,
      onSelect: () => void actions.setUnread(conversation, !unread),
    },
    {
      kind: 'action',
      label: row.save,
      icon: <Download className="size-4" />,
      onSelect: () => void save(conversation),
    },
    {
      kind: 'action',
      label: row.print,
      icon: <Printer className="size-4" />,
      onSelect: () =>
        later(() => void navigate({ to: '/c/$conversationId/print', params: { conversationId: conversation.id } })),
    },
    {
      kind: 'action',
      label: row.select,
      icon: <ListChecks className="size-4" />,
      onSelect: () =>
        later(() => {
          const item = button.current?.closest('li');
          useListView.setState({ selected: new Map([[conversation.id, conversation]]) });
          requestAnimationFrame(() => item?.querySelector('input')?.focus());
        }),
    },
    {
      kind: 'action',
      label: sidebar.archive,
      icon: <Archive className="size-4" />,
      onSelect: () => {
        onLeaving();
        void actions.archive(conversation);
      },
    },
    { kind: 'separator' },
    {
      kind: 'action',
      label: sidebar.delete,
      icon: <Trash2 className="size-4" />,
      tone: 'danger',
      onSelect: onRemove,
    },
  ];
  return (
    <span ref={button}>
      <Menu
        className={classNames(
          'absolute inset-y-0 end-1 inline-flex items-center touch:end-0 touch:opacity-100',
          'group-focus-within:opacity-100 group-hover:opacity-100 has-aria-expanded:opacity-100',
          isCurrent ? 'opacity-100' : 'opacity-0',
        )}
        entries={entries}
        onCloseFocus={() => {
          const run = afterwards.current;
          afterwards.current = undefined;
          run?.();
          return run === undefined;
        }}
        renderTrigger={(trigger) => (
          <IconButton
            {...trigger}
            size="small"
            label={sidebar.actionsFor(conversation.title || sidebar.untitled)}
            tooltip={sidebar.actions}
            icon={<Ellipsis aria-hidden className="size-4" />}
          />
        )}
      />
    </span>
  );
}

/** Pin and unpin, and the ways of a pinned conversation among the others. */
function usePinEntries(conversation: Conversation): MenuEntry[] {
  const { row } = useOrderTexts();
  const actions = useConversationActions();
  const pinned = useConversationList('pinned').conversations ?? [];
  const at = pinned.findIndex(({ id }) => id === conversation.id);
  const rankAt = (index: number) => pinned[index]?.pin;
  if (conversation.pin === undefined) {
    return [
      {
        kind: 'action',
        label: row.pin,
        icon: <Pin className="size-4" />,
        onSelect: () => void actions.pin(conversation, rankBetween(undefined, rankAt(0))),
      },
    ];
  }
  return [
    {
      kind: 'action',
      label: row.unpin,
      icon: <PinOff className="size-4" />,
      onSelect: () => void actions.pin(conversation, null),
    },
    {
      kind: 'action',
      label: row.moveUp,
      icon: <ArrowUp className="size-4" />,
      disabled: at <= 0,
      onSelect: () => void actions.pin(conversation, rankBetween(rankAt(at - 2), rankAt(at - 1))),
    },
    {
      kind: 'action',
      label: row.moveDown,
      icon: <ArrowDown className="size-4" />,
      disabled: at === pinned.length - 1,
      onSelect: () => void actions.pin(conversation, rankBetween(rankAt(at + 1), rankAt(at + 2))),
    },
  ];
}

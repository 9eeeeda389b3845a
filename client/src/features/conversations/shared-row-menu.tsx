import { conversationRoutes } from '@parley/contracts';
import type { Conversation } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { Ellipsis, LogOut, MailOpen } from 'lucide-react';
import { useRef } from 'react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useParticipantTexts } from '../../lib/i18n/use-participant-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { patchConversation } from '../../lib/query/conversation-cache.ts';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import type { MenuEntry } from '../../ui/menu-entry.ts';
import { Menu } from '../../ui/menu.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { useListView } from './list-view.ts';

export interface SharedRowMenuProps {
  /** One that somebody else owns. */
  readonly conversation: Conversation;
  readonly isCurrent: boolean;
}

/** What can be done to a chat that somebody else shares: nearly nothing, but to leave it. */
export function SharedRowMenu({ conversation, isCurrent }: SharedRowMenuProps) {
  const texts = useTexts();
  const words = useParticipantTexts();
  const client = useQueryClient();
  const button = useRef<HTMLElement>(null);
  // The dialog takes the focus only once the menu has let go of it.
  const isLeaving = useRef(false);
  const { id, sharedBy, title, unread } = conversation;
  const markRead = async () => {
    patchConversation(client, id, { unread: false });
    try {
      await call(conversationRoutes.markRead, { params: { id } });
    } catch (error) {
      patchConversation(client, id, { unread: true });
      showToast({ text: explainError(error, texts), tone: 'danger' });
    }
  };
  const entries: MenuEntry[] = [
    { kind: 'heading', label: words.sharedBy(sharedBy?.name ?? '') },
    ...(unread
      ? [
          {
            kind: 'action' as const,
            label: words.markRead,
            icon: <MailOpen className="size-4" />,
            onSelect: () => void markRead(),
          },
        ]
      : []),
    {
      kind: 'action',
      label: words.leave,
      icon: <LogOut className="size-4" />,
      onSelect: () => {
        isLeaving.current = true;
      },
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
          if (!isLeaving.current) return true;
          isLeaving.current = false;
          button.current?.querySelector('button')?.focus();
          useListView.setState({ dialog: { kind: 'leave', conversations: [conversation] } });
          return false;
        }}
        renderTrigger={(trigger) => (
          <IconButton
            {...trigger}
            size="small"
            label={words.actionsFor(title || texts.sidebar.untitled)}
            tooltip={words.actions}
            icon={<Ellipsis aria-hidden className="size-4" />}
          />
        )}
      />
    </span>
  );
}

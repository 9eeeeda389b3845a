import { Link } from '@tanstack/react-router';
import { Archive, Bot, Folder, PanelLeftClose, SquarePen } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { ConversationList } from './conversation-list.tsx';
import type { ConversationListProps } from './conversation-list.tsx';
import { SearchButton } from './search-button.tsx';

export interface SidebarProps extends ConversationListProps {
  readonly appTitle: string;
  readonly onClose: () => void;
  /** At the bottom: whose chats these are. */
  readonly footer: ReactNode;
}

const line = 'flex h-9 items-center gap-2.5 rounded-control px-2.5 hover:bg-hover touch:h-11';

/** The list of conversations with New chat above and the account below. */
export function Sidebar({ appTitle, onClose, footer, ...list }: SidebarProps) {
  const { sidebar } = useTexts();
  return (
    <nav
      aria-label={sidebar.label}
      data-region="sidebar"
      tabIndex={-1}
      className="flex h-full w-full flex-col bg-surface pt-[env(safe-area-inset-top)] pb-[env(safe-area-inset-bottom)]"
    >
      <div className="flex h-11 shrink-0 items-center justify-between ps-4.5 pe-2 pt-1 touch:h-13">
        <span className="flex min-w-0 items-center gap-2 font-semibold">
          <img src="/favicon.svg" alt="" className="size-5" />
          <span className="truncate">{appTitle}</span>
        </span>
        <IconButton
          label={sidebar.close}
          icon={<PanelLeftClose aria-hidden className="size-4.5" />}
          onClick={onClose}
        />
      </div>
      <div className="px-2 pt-1 pb-1">
        <Link
          to="/c/$conversationId"
          params={{ conversationId: 'new' }}
          onClick={list.onOpen}
          activeProps={{ className: 'bg-selected' }}
          className={`${line} font-medium`}
        >
          <SquarePen aria-hidden className="size-4" />
          {sidebar.newChat}
        </Link>
        <SearchButton className={line} onOpen={list.onOpen} />
        <Link
          to="/agents"
          onClick={list.onOpen}
          activeProps={{ className: 'bg-selected' }}
          className={`${line} text-text-muted hover:text-text`}
        >
          <Bot aria-hidden className="size-4" />
          {sidebar.agents}
        </Link>
        <Link
          to="/projects"
          onClick={list.onOpen}
          activeProps={{ className: 'bg-selected' }}
          className={`${line} text-text-muted hover:text-text`}
        >
          <Folder aria-hidden className="size-4" />
          {sidebar.projects}
        </Link>
        <Link
          to="/archive"
          onClick={list.onOpen}
          activeProps={{ className: 'bg-selected' }}
          className={`${line} text-text-muted hover:text-text`}
        >
          <Archive aria-hidden className="size-4" />
          {sidebar.archivePage}
        </Link>
      </div>
      <ConversationList {...list} />
      <div className="shrink-0 border-t border-border p-2">{footer}</div>
    </nav>
  );
}

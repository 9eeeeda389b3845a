import type { Conversation } from '@parley/contracts';
import { Link } from '@tanstack/react-router';
import { Archive, ArchiveRestore, Trash2 } from 'lucide-react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { ListSkeleton } from './list-skeleton.tsx';
import { LoadMore } from './load-more.tsx';
import { useConversationActions } from './use-conversation-actions.ts';
import { useConversationList } from './use-conversation-list.ts';
import { currentLocale } from '../../lib/i18n/language-store.ts';

/** The archived conversations: read, restore, delete. */
export function ArchiveList() {
  const { sidebar, common } = useTexts();
  const list = useConversationList('archived');
  const actions = useConversationActions();
  if (!list.conversations) {
    if (!list.error) return <ListSkeleton label={sidebar.loadingList} />;
    return <EmptyState title={sidebar.failed} action={<Button onClick={list.retry}>{common.retry}</Button>} />;
  }
  if (list.conversations.length === 0 && !list.hasMore) {
    return (
      <EmptyState
        icon={<Archive className="size-5" />}
        title={sidebar.archiveEmptyTitle}
        text={sidebar.archiveEmptyText}
      />
    );
  }
  return (
    <>
      <ul className="divide-y divide-border">
        {list.conversations.map((conversation) => (
          <ArchivedRow
            key={conversation.id}
            conversation={conversation}
            onRestore={() => void actions.restore(conversation)}
            onRemove={() => actions.remove(conversation)}
          />
        ))}
      </ul>
      {list.hasMore ? <LoadMore busy={list.isLoadingMore} onLoadMore={list.loadMore} /> : null}
    </>
  );
}

interface ArchivedRowProps {
  readonly conversation: Conversation;
  readonly onRestore: () => void;
  readonly onRemove: () => void;
}

function ArchivedRow({ conversation, onRestore, onRemove }: ArchivedRowProps) {
  const { sidebar } = useTexts();
  const title = conversation.title || sidebar.untitled;
  const date = new Date(conversation.updatedAt).toLocaleDateString(currentLocale(), { dateStyle: 'long' });
  return (
    <li className="flex items-center gap-1 py-1.5">
      <Link
        to="/c/$conversationId"
        params={{ conversationId: conversation.id }}
        className="min-w-0 flex-1 rounded-control px-2 py-1.5 hover:bg-hover"
      >
        <span dir="auto" className="block truncate font-medium">
          {title}
        </span>
        <span className="block text-xs text-text-muted">{sidebar.lastUsed(date)}</span>
      </Link>
      <IconButton
        label={`${sidebar.restore}: ${title}`}
        tooltip={sidebar.restore}
        icon={<ArchiveRestore aria-hidden className="size-4" />}
        onClick={onRestore}
      />
      <IconButton
        label={`${sidebar.delete}: ${title}`}
        tooltip={sidebar.delete}
        icon={<Trash2 aria-hidden className="size-4" />}
        onClick={onRemove}
      />
    </li>
  );
}

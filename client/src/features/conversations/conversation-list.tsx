import type { Conversation, ConversationId } from '@parley/contracts';
import { MessagesSquare } from 'lucide-react';
import { useRef } from 'react';
import type { KeyboardEvent } from 'react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ConversationRow } from './conversation-row.tsx';
import { groupByDate } from './group-by-date.ts';
import { ListSkeleton } from './list-skeleton.tsx';
import { LoadMore } from './load-more.tsx';
import { useConversationActions } from './use-conversation-actions.ts';
import { useConversationList } from './use-conversation-list.ts';
import { useToday } from './use-today.ts';

export interface ConversationListProps {
  readonly currentId: ConversationId | undefined;
  /** A conversation was opened. */
  readonly onOpen: () => void;
  /** A conversation left the list: archived, or about to be deleted. */
  readonly onLeave: (conversation: Conversation) => void;
}

/** Your conversations by date, with everything that can be done to them. */
export function ConversationList({ currentId, onOpen, onLeave }: ConversationListProps) {
  const texts = useTexts();
  const { sidebar, common } = texts;
  const list = useConversationList('active');
  const actions = useConversationActions();
  const today = useToday();
  const container = useRef<HTMLDivElement>(null);
  if (!list.conversations) {
    if (!list.error) return <ListSkeleton label={sidebar.loadingList} />;
    return <EmptyState title={sidebar.failed} action={<Button onClick={list.retry}>{common.retry}</Button>} />;
  }
  if (list.conversations.length === 0 && !list.hasMore) {
    return (
      <EmptyState icon={<MessagesSquare className="size-5" />} title={sidebar.emptyTitle} text={sidebar.emptyText} />
    );
  }
  return (
    <div ref={container} onKeyDown={moveWithArrows} role="presentation">
      {groupByDate(list.conversations, today, texts).map((group) => (
        <section key={group.label} aria-label={group.label} className="mb-3">
          <h2 className="px-2.5 pt-2 pb-1 text-xs font-medium text-text-muted">{group.label}</h2>
          <ul>
            {group.conversations.map((conversation) => (
              <ConversationRow
                key={conversation.id}
                conversation={conversation}
                isCurrent={conversation.id === currentId}
                onOpen={onOpen}
                onRename={(title) => void actions.rename(conversation, title)}
                onArchive={() => {
                  focusNeighbour(container.current, conversation.id);
                  onLeave(conversation);
                  void actions.archive(conversation);
                }}
                onRemove={() => {
                  focusNeighbour(container.current, conversation.id);
                  onLeave(conversation);
                  actions.remove(conversation);
                }}
              />
            ))}
          </ul>
        </section>
      ))}
      {list.hasMore ? <LoadMore busy={list.isLoadingMore} onLoadMore={list.loadMore} /> : null}
    </div>
  );
}

/** Keeps the focus in the list when the row that has it goes away. */
function focusNeighbour(container: HTMLElement | null, id: ConversationId): void {
  if (!container?.contains(document.activeElement) && document.activeElement?.role !== 'menuitem') return;
  const links = [...(container?.querySelectorAll('a') ?? [])];
  const index = links.findIndex((link) => link.pathname.endsWith(id));
  const neighbour = links[index + 1] ?? links[index - 1];
  // The menu gives up the focus first.
  setTimeout(() => neighbour?.focus(), 50);
}

/** Arrow keys go from title to title, so that a long list is not a long way of Tabs. */
function moveWithArrows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  if (!(event.target instanceof HTMLAnchorElement)) return;
  const links = [...event.currentTarget.querySelectorAll('a')];
  const next = links[links.indexOf(event.target) + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

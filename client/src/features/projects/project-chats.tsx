import type { ProjectId } from '@parley/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FolderMinus } from 'lucide-react';
import { useOrderTexts } from '../../lib/i18n/use-order-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { conversationListQuery } from '../../lib/query/queries.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { useConversationDrop } from './use-conversation-drop.ts';
import { useProjectActions } from './use-project-actions.ts';
import { currentLocale } from '../../lib/i18n/language-store.ts';

/** The chats of a project; others can be dropped here, and each can be taken out. */
export function ProjectChats({ projectId }: { readonly projectId: ProjectId }) {
  const { projects } = useOrderTexts();
  const { sidebar } = useTexts();
  const list = useInfiniteQuery(conversationListQuery('project', projectId));
  const { file } = useProjectActions();
  const { isOver, handlers } = useConversationDrop((id) => void file(id, projectId));
  const items = list.data?.pages.flatMap((page) => page.items);
  return (
    <section
      aria-labelledby="project-chats"
      {...handlers}
      className={classNames('rounded-card', isOver && 'outline-2 outline-offset-4 outline-accent')}
    >
      <h2 id="project-chats" className="mb-2 text-lg font-semibold">
        {projects.chats}
      </h2>
      {items ? null : (
        <QueryState
          isError={list.isError}
          failed={sidebar.failed}
          loading={sidebar.loadingList}
          onRetry={() => void list.refetch()}
        />
      )}
      {items?.length === 0 ? (
        <p className="rounded-card border border-dashed border-outline px-4 py-6 text-center text-text-muted">
          {isOver ? projects.dropHere : projects.noChats}
        </p>
      ) : (
        <ul className="divide-y divide-border">
          {items?.map(({ id, title, updatedAt }) => (
            <li key={id} className="flex items-center gap-1 py-1.5">
              <Link
                to="/c/$conversationId"
                params={{ conversationId: id }}
                className="min-w-0 flex-1 rounded-control px-2 py-1.5 hover:bg-hover"
              >
                <span dir="auto" className="block truncate font-medium">
                  {title || sidebar.untitled}
                </span>
                <span className="block text-xs text-text-muted">
                  {sidebar.lastUsed(new Date(updatedAt).toLocaleDateString(currentLocale(), { dateStyle: 'long' }))}
                </span>
              </Link>
              <IconButton
                label={projects.remove(title || sidebar.untitled)}
                tooltip={projects.removeShort}
                icon={<FolderMinus aria-hidden className="size-4" />}
                onClick={() => void file(id, null)}
              />
            </li>
          ))}
        </ul>
      )}
      {list.hasNextPage ? (
        <Button
          variant="ghost"
          size="small"
          className="mt-2"
          busy={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {sidebar.loadMore}
        </Button>
      ) : null}
    </section>
  );
}

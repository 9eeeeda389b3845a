import type { Conversation, News } from '@parley/contracts';
import type { QueryClient } from '@tanstack/react-query';
import { changeListed, listsKey } from './conversation-lists.ts';
import { projectsQuery, tagsQuery } from './order-queries.ts';

export type OrderNews = Extract<News, { type: 'project-changed' | 'project-removed' | 'tag-changed' }>;

/** Keeps what is cached in step with projects and tags that change, without fetching any conversation again. */
export function followOrder(client: QueryClient, news: OrderNews): void {
  switch (news.type) {
    case 'project-changed':
      client.setQueryData(projectsQuery.queryKey, (held) =>
        held
          ?.filter(({ id }) => id !== news.project.id)
          .concat(news.project)
          .toSorted((one, other) => one.position - other.position),
      );
      break;
    case 'project-removed':
      client.setQueryData(projectsQuery.queryKey, (held) => held?.filter(({ id }) => id !== news.projectId));
      changeEverywhere(client, ({ projectId, ...rest }) =>
        projectId === undefined || projectId === news.projectId ? rest : { ...rest, projectId },
      );
      client.removeQueries({ queryKey: [listsKey, 'project', news.projectId] });
      break;
    case 'tag-changed':
      changeEverywhere(client, (item) => (item.tags?.includes(news.tag) ? withTag(item, news) : item));
      void client.invalidateQueries({ queryKey: tagsQuery.queryKey });
      void client.invalidateQueries({ queryKey: [listsKey, 'tag'] });
      break;
  }
}

function changeEverywhere(client: QueryClient, change: (item: Conversation) => Conversation): void {
  changeListed(client, change);
  client.setQueriesData<Conversation>({ queryKey: ['conversation'] }, (held) => held && change(held));
}

function withTag(
  { tags = [], ...item }: Conversation,
  { tag, name }: Extract<OrderNews, { type: 'tag-changed' }>,
): Conversation {
  const next = new Set(tags.flatMap((held) => (held === tag ? (name ?? []) : held)));
  return next.size === 0 ? item : { ...item, tags: [...next] };
}

import type { Agent } from '@parley/contracts';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bot, SearchX } from 'lucide-react';
import { explainError } from '../../../lib/explain-error.ts';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { buttonClass } from '../../../ui/button-class.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { useAgentMenu } from '../use-agent-menu.tsx';
import type { AgentMenuHandlers } from '../use-agent-menu.tsx';
import { AgentCard } from './agent-card.tsx';
import { GridSkeleton } from './grid-skeleton.tsx';
import type { MarketFilter } from './market-filter.ts';

interface AgentPage {
  readonly items: readonly Agent[];
  readonly nextCursor: string | null;
}

export interface AgentGridProps {
  readonly list: UseInfiniteQueryResult<InfiniteData<AgentPage>>;
  readonly filter: MarketFilter;
  readonly onClearFilter: () => void;
  readonly onShowMine: () => void;
  readonly menu: AgentMenuHandlers;
}

/** The cards of a shelf page by page, or why there are none and what to do next. */
export function AgentGrid({ list, filter, onClearFilter, onShowMine, menu }: AgentGridProps) {
  const texts = useTexts();
  const { market } = useAgentTexts();
  const entriesFor = useAgentMenu(menu);
  const agents = list.data && uniqueById(list.data.pages.flatMap((page) => page.items));
  if (!agents) {
    if (!list.error) return <GridSkeleton label={market.loading} />;
    return (
      <EmptyState
        title={market.failed}
        text={explainError(list.error, texts)}
        action={<Button onClick={() => void list.refetch()}>{texts.common.retry}</Button>}
      />
    );
  }
  return (
    <>
      <output className="block text-xs text-text-muted">
        {list.isPlaceholderData ? null : market.found(agents.length, list.hasNextPage)}
      </output>
      {agents.length === 0 ? (
        <NoAgents filter={filter} onClearFilter={onClearFilter} onShowMine={onShowMine} />
      ) : (
        <ul aria-label={market.list} className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,17rem),1fr))] gap-3">
          {agents.map((agent) => (
            <AgentCard key={agent.id} agent={agent} entries={entriesFor(agent)} />
          ))}
        </ul>
      )}
      {list.hasNextPage ? (
        <Button className="self-center" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {market.showMore}
        </Button>
      ) : null}
    </>
  );
}

function NoAgents({
  filter,
  onClearFilter,
  onShowMine,
}: Pick<AgentGridProps, 'filter' | 'onClearFilter' | 'onShowMine'>) {
  const { market } = useAgentTexts();
  const { shelf, query, category } = filter;
  if (query !== '' || category !== undefined) {
    return (
      <EmptyState
        icon={<SearchX className="size-6" />}
        title={market.noMatch.title}
        text={market.noMatch.text}
        action={<Button onClick={onClearFilter}>{market.clearFilters}</Button>}
      />
    );
  }
  const isOthers = shelf === 'shared' || shelf === 'marketplace';
  return (
    <EmptyState
      icon={<Bot className="size-6" />}
      title={market.empty[shelf].title}
      text={market.empty[shelf].text}
      action={
        isOthers ? (
          <Button onClick={onShowMine}>{market.seeMine}</Button>
        ) : (
          <Link to="/agents/$agentId" params={{ agentId: 'new' }} className={buttonClass('primary')}>
            {market.createFirst}
          </Link>
        )
      }
    />
  );
}

/** An agent that changed its place between two pages would otherwise be listed twice. */
function uniqueById(agents: readonly Agent[]): Agent[] {
  return [...new Map(agents.map((agent) => [agent.id, agent])).values()];
}

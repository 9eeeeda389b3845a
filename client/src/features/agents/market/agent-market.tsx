import { agentCategories } from '@parley/contracts';
import type { Agent } from '@parley/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { ChoiceChips } from '../../../ui/choice-chips.tsx';
import { SearchField } from '../../../ui/search-field.tsx';
import { SegmentedChoice } from '../../../ui/segmented-choice.tsx';
import { agentPagesQuery } from '../agent-lists.ts';
import { DeleteAgentDialog } from '../delete-agent-dialog.tsx';
import { useAgentActions } from '../use-agent-actions.ts';
import { AgentGrid } from './agent-grid.tsx';
import type { MarketFilter } from './market-filter.ts';
import { shelves } from './market-filter.ts';

/** How long the typing pauses before what was typed is searched for. */
const settleMs = 250;

export interface AgentMarketProps {
  readonly filter: MarketFilter;
  readonly onFilter: (filter: MarketFilter) => void;
  readonly onShare: (agent: Agent) => void;
  /** An agent to go on with in the builder. */
  readonly onOpen: (agent: Agent) => void;
}

/** All agents somebody may use: shelves, categories, a search, and a card for each agent. */
export function AgentMarket({ filter, onFilter, onShare, onOpen }: AgentMarketProps) {
  const { market, categories } = useAgentTexts();
  const actions = useAgentActions();
  const [query, setQuery] = useTypedQuery(filter, onFilter);
  const [leaving, setLeaving] = useState<Agent>();
  const { shelf, category } = filter;
  const list = useInfiniteQuery({
    ...agentPagesQuery({ shelf, query: filter.query, ...(category === undefined ? {} : { category }) }),
    placeholderData: (held) => held,
  });
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <SegmentedChoice
          legend={market.shelf}
          value={shelf}
          options={shelves.map((value) => ({ value, label: market.shelves[value] }))}
          onChoose={(value) => onFilter({ ...filter, query, shelf: value })}
        />
        <SearchField label={market.search} value={query} onChange={setQuery} className="w-full sm:w-72" />
      </div>
      <ChoiceChips
        legend={market.category}
        value={category ?? ''}
        options={[
          { value: '', label: market.anyCategory },
          ...agentCategories.map((value) => ({ value, label: categories[value] })),
        ]}
        onChoose={(value) => {
          const { category: _, ...rest } = { ...filter, query };
          onFilter(value === '' ? rest : { ...rest, category: value });
        }}
      />
      <AgentGrid
        list={list}
        filter={filter}
        onClearFilter={() => onFilter({ shelf: 'all', query: '' })}
        onShowMine={() => onFilter({ shelf: 'mine', query: '' })}
        menu={{ onShare, onDelete: setLeaving, onDuplicated: onOpen }}
      />
      <DeleteAgentDialog
        agent={leaving}
        onClose={() => setLeaving(undefined)}
        onDelete={(agent) => actions.remove(agent)}
      />
    </div>
  );
}

/** What is typed shows at once and becomes part of the filter when the typing pauses. */
function useTypedQuery(
  filter: MarketFilter,
  onFilter: (filter: MarketFilter) => void,
): [string, (query: string) => void] {
  const [typed, setTyped] = useState(filter.query);
  const [seen, setSeen] = useState(filter.query);
  const [sent, setSent] = useState(filter.query);
  if (seen !== filter.query) {
    setSeen(filter.query);
    // The address changed by itself, as on the browser's Back.
    if (filter.query !== sent) setTyped(filter.query);
    setSent(filter.query);
  }
  useEffect(() => {
    if (typed === sent) return undefined;
    const timer = setTimeout(() => {
      setSent(typed);
      onFilter({ ...filter, query: typed });
    }, settleMs);
    return () => clearTimeout(timer);
  }, [typed, sent, filter, onFilter]);
  return [typed, setTyped];
}

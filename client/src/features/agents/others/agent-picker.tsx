import type { Agent, AgentId } from '@parley/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { explainError } from '../../../lib/explain-error.ts';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { useSettled } from '../../../lib/use-settled.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Button } from '../../../ui/button.tsx';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { SearchField } from '../../../ui/search-field.tsx';
import { Spinner } from '../../../ui/spinner.tsx';
import { agentPagesQuery } from '../agent-lists.ts';

/** Most agents in one such list. */
const most = 10;

export interface AgentPickerProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly chosen: readonly AgentId[];
  /** The agent these are chosen for; it is not offered. */
  readonly self: AgentId | undefined;
  readonly onChange: (chosen: readonly AgentId[]) => void;
}

/** Chooses other agents among those this person may use. */
export function AgentPicker({ open, onClose, title, chosen, self, onChange }: AgentPickerProps) {
  const { picking } = useAgentTexts();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      actions={
        <>
          <output className="me-auto self-center text-text-muted">
            {chosen.length >= most ? picking.limit(most) : picking.chosen(chosen.length)}
          </output>
          <Button variant="primary" onClick={onClose}>
            {picking.done}
          </Button>
        </>
      }
    >
      <AgentChoices chosen={chosen} self={self} onChange={onChange} />
    </Dialog>
  );
}

function AgentChoices({ chosen, self, onChange }: Pick<AgentPickerProps, 'chosen' | 'self' | 'onChange'>) {
  const texts = useTexts();
  const { picking, market } = useAgentTexts();
  const [query, setQuery] = useState('');
  const settled = useSettled(query);
  const list = useInfiniteQuery(agentPagesQuery({ shelf: 'all', query: settled }));
  const items = list.data?.pages.flatMap((page) => page.items).filter(({ id }) => id !== self);
  return (
    <div className="flex min-h-[min(20rem,55dvh)] flex-col gap-3 pt-0.5">
      <SearchField label={picking.searchAgents} value={query} onChange={setQuery} />
      {!items && list.error ? (
        <EmptyState
          title={market.failed}
          text={explainError(list.error, texts)}
          action={<Button onClick={() => void list.refetch()}>{texts.common.retry}</Button>}
        />
      ) : null}
      {!items && !list.error ? <Spinner label={market.loading} className="self-center p-6" /> : null}
      {items?.length === 0 ? (
        <EmptyState title={settled.trim() === '' ? picking.noOtherAgents : picking.noAgent} />
      ) : null}
      <ul>
        {items?.map((agent) => (
          <li key={agent.id}>
            <AgentChoice
              agent={agent}
              checked={chosen.includes(agent.id)}
              isFull={chosen.length >= most}
              onChange={(on) =>
                onChange(on ? [...chosen, agent.id] : chosen.filter((candidate) => candidate !== agent.id))
              }
            />
          </li>
        ))}
      </ul>
      {list.hasNextPage ? (
        <Button
          variant="ghost"
          className="self-center"
          busy={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {market.showMore}
        </Button>
      ) : null}
    </div>
  );
}

interface AgentChoiceProps {
  readonly agent: Agent;
  readonly checked: boolean;
  readonly isFull: boolean;
  readonly onChange: (on: boolean) => void;
}

function AgentChoice({ agent, checked, isFull, onChange }: AgentChoiceProps) {
  const { market } = useAgentTexts();
  return (
    <Checkbox
      label={
        <span className="flex min-w-0 items-center gap-2">
          <Avatar name={agent.name} picture={agent.avatar} size="small" />
          <span className="min-w-0 truncate">{agent.name}</span>
          <span className="shrink-0 text-xs font-normal text-text-muted">{market.by(agent.authorName)}</span>
        </span>
      }
      {...(agent.description === ''
        ? {}
        : { description: <span className="line-clamp-2 pt-0.5">{agent.description}</span> })}
      checked={checked}
      disabled={isFull && !checked}
      onChange={onChange}
    />
  );
}

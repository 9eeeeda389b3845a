import type { Agent, ModelSpec } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { configQuery, meQuery } from '../../lib/query/queries.ts';
import { Avatar } from '../../ui/avatar.tsx';

/** The words above the composer of a chat that has not begun. */
export function Greeting({ text }: { readonly text: string | undefined }) {
  const { chat } = useTexts();
  const me = useQuery(meQuery).data;
  const welcome = useQuery(configQuery).data?.customWelcome;
  const [time] = useState(() => partOfDay(new Date().getHours()));
  const greeting = me?.name ? chat.greetings[time](me.name) : chat.greetingsUnnamed[time];
  return (
    <h1 className="px-4 pb-6 text-center text-2xl font-semibold tracking-tight text-balance whitespace-pre-line">
      {text?.trim() || welcome || greeting}
    </h1>
  );
}

function partOfDay(hour: number): 'morning' | 'afternoon' | 'evening' {
  if (hour < 5 || hour >= 18) return 'evening';
  return hour < 12 ? 'morning' : 'afternoon';
}

export interface SuggestionsProps {
  /** The operator's model spec that answers; it may bring its own. */
  readonly spec: ModelSpec | undefined;
  readonly onChoose: (text: string) => void;
}

/** Things to ask that this install can really answer. */
export function Suggestions({ spec, onChoose }: SuggestionsProps) {
  const { chat } = useTexts();
  const config = useQuery(configQuery).data;
  if (!config) return null;
  const suggestions = spec?.starters ?? (config.guideOnly ? chat.suggestions.guide : chat.suggestions.models);
  return <StarterList label={chat.suggestionsLabel} texts={suggestions} onChoose={onChoose} />;
}

/** Who will answer in a chat that has not begun: an agent, and what it says of itself. */
export function AgentGreeting({ agent }: { readonly agent: Agent | undefined }) {
  if (!agent) return null;
  const { name, avatar, description } = agent;
  return (
    <div className="mx-auto flex max-w-xl animate-fade flex-col items-center gap-3 px-4 pb-6 text-center">
      <Avatar name={name} picture={avatar} size="large" />
      <h1 className="text-2xl font-semibold tracking-tight text-balance">{name}</h1>
      {description === '' ? null : <p className="text-base text-balance text-text-muted">{description}</p>}
    </div>
  );
}

export interface StartersProps {
  readonly agent: Agent | undefined;
  readonly onChoose: (text: string) => void;
}

/** What an agent's author suggests to ask it. */
export function Starters({ agent, onChoose }: StartersProps) {
  const { starters } = useTexts().tools;
  if (!agent || agent.conversationStarters.length === 0) return null;
  return <StarterList label={starters(agent.name)} texts={agent.conversationStarters} onChoose={onChoose} />;
}

interface StarterListProps {
  readonly label: string;
  readonly texts: readonly string[];
  readonly onChoose: (text: string) => void;
}

function StarterList({ label, texts, onChoose }: StarterListProps) {
  return (
    <ul aria-label={label} className="flex animate-fade flex-wrap justify-center gap-2 pt-4">
      {texts.map((text) => (
        <li key={text}>
          <button
            type="button"
            onClick={() => onChoose(text)}
            className="min-h-9 rounded-[18px] border border-border px-3.5 py-1 text-sm wrap-anywhere text-text-muted transition-colors hover:bg-hover hover:text-text touch:min-h-11"
          >
            {text}
          </button>
        </li>
      ))}
    </ul>
  );
}

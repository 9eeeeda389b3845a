import { agentIdSchema, agentsEndpoint } from '@parley/contracts';
import type { Agent, Message } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import type { CompareTexts } from '../../../lib/i18n/use-compare-texts.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { usableAgentsQuery } from '../../../lib/query/agent-queries.ts';
import { inLocale } from '../../../lib/i18n/in-locale.ts';

const places = ['first', 'second', 'third'] as const;

/** What the words of a column are found under. */
export function placeOf(index: number): (typeof places)[number] {
  return places[index] ?? 'third';
}

/** How the answer in a column is called: by its model, or by a letter while nobody may know that. */
export function columnName(answer: Message, index: number, { turn }: CompareTexts): string {
  const letter = turn.letters[placeOf(index)];
  return answer.agent?.name ?? answer.model ?? letter;
}

/** Names whoever may answer: a model by its id, an agent by its name. */
export function useAnswererNames(): (answerer: { readonly endpoint: string; readonly model: string }) => string {
  const { tools } = useTexts();
  const { data = [] } = useQuery({ ...usableAgentsQuery, staleTime: 60_000 });
  return ({ endpoint, model }) => {
    if (endpoint !== agentsEndpoint) return model;
    return nameOf(data, model) ?? tools.agent.unknown;
  };
}

function nameOf(agents: readonly Agent[], model: string): string | undefined {
  const id = agentIdSchema.safeParse(model).data;
  return agents.find((agent) => agent.id === id)?.name;
}

const lists = inLocale((locale) => new Intl.ListFormat(locale, { type: 'conjunction' }));

/** Names in a row, as the language of the interface writes them. */
export function inARow(names: readonly string[]): string {
  return lists().format(names);
}

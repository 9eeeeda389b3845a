import { agentIdSchema, agentsEndpoint } from '@parley/contracts';
import type { Agent, AgentId, Message } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { agentQuery } from '../../../lib/query/agent-queries.ts';

/** Stands for an agent that does not exist; it is never asked for. */
const nilId = agentIdSchema.parse('00000000-0000-0000-0000-000000000000');

/** Who answers a turn: a model, or an agent by its name. */
export interface Answerer {
  readonly name: string;
  readonly isAgent: boolean;
  /** A data URL, or `null`; `undefined` for a model. */
  readonly picture: string | null | undefined;
}

/** Who answers a turn, by what was asked for and what the message says of it. */
export function useAnswerer(
  asked: { readonly endpoint: string | undefined; readonly model: string | undefined },
  message?: Pick<Message, 'agent'>,
): Answerer {
  const { chat, tools } = useTexts();
  const id = asked.endpoint === agentsEndpoint ? agentIdOf(asked.model) : undefined;
  const { data } = useAgent(id);
  if (id === undefined) return { name: asked.model ?? chat.turn.assistantUnknown, isAgent: false, picture: undefined };
  const name = message?.agent?.name ?? data?.name ?? tools.agent.unknown;
  return { name, isAgent: true, picture: data?.avatar ?? null };
}

/** An agent as it is now, while `id` names one. */
function useAgent(id: AgentId | undefined) {
  return useQuery({ ...agentQuery(id ?? nilId), enabled: id !== undefined, staleTime: 60_000 });
}

/** The agent that a turn with the endpoint `agents` names as its model. */
function agentIdOf(model: string | undefined): Agent['id'] | undefined {
  return agentIdSchema.safeParse(model).data;
}

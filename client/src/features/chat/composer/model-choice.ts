import { agentIdSchema, agentsEndpoint, ProblemError } from '@parley/contracts';
import type { Agent, AgentId, AgentRef, Endpoint, Model } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { chooseForNewChats, useLastChoice } from '../../../lib/last-choice.ts';
import { agentQuery } from '../../../lib/query/agent-queries.ts';
import { endpointsQuery, modelsQuery } from '../../../lib/query/queries.ts';

/** A model of an endpoint; an agent is a model of the endpoint `agents`. */
export interface ModelChoice {
  readonly endpoint: string;
  readonly model: string;
}

export interface EndpointModels extends Endpoint {
  readonly models: readonly Model[];
}

/** What a chat used for its newest turn. */
export interface UsedChoice extends ModelChoice {
  readonly agent?: AgentRef | undefined;
}

/** An agent that the chat used and that cannot answer any more. */
export interface LostAgent {
  /** Absent where nobody can say it any more. */
  readonly name: string | undefined;
  readonly isDisabled: boolean;
}

/** Stands for an agent that does not exist; it is never asked for. */
const nilId = agentIdSchema.parse('00000000-0000-0000-0000-000000000000');

/**
 * Who answers in a chat: who was chosen in it, otherwise who answered before, who was chosen last, or the first
 * endpoint's default. A model that is no longer offered is passed over, and so is an agent that is gone.
 */
export function useModelChoice(used: UsedChoice | undefined) {
  const endpoints = useQuery(endpointsQuery);
  const models = useQuery(modelsQuery);
  const last = useLastChoice((state) => state.last);
  const [chosen, setChosen] = useState<ModelChoice>();
  const offered = endpointModels(endpoints.data, models.data);
  const candidates = [useCandidate(chosen, offered), useCandidate(used, offered), useCandidate(last, offered)];
  const found = candidates.find(({ isUsable }) => isUsable);
  const ofChat = candidates[1];
  const lost: LostAgent | undefined =
    chosen === undefined && ofChat?.isLost
      ? { name: used?.agent?.name ?? ofChat.agent?.name, isDisabled: ofChat.agent?.disabled === true }
      : undefined;
  return {
    offered,
    failed: endpoints.isError || models.isError,
    isLoading: endpoints.isLoading || models.isLoading,
    choice: found?.choice ?? defaultChoice(offered),
    /** The agent that is chosen, once it is known. */
    agent: found?.agent,
    lost,
    choose: (next: ModelChoice) => {
      setChosen(next);
      chooseForNewChats(next, next.endpoint === agentsEndpoint);
    },
  };
}

interface Candidate {
  readonly choice: ModelChoice | undefined;
  readonly isUsable: boolean;
  readonly isLost: boolean;
  readonly agent: Agent | undefined;
}

/** Whether a choice still stands. An agent counts until the server has said otherwise. */
function useCandidate(choice: ModelChoice | null | undefined, offered: readonly EndpointModels[]): Candidate {
  const id: AgentId | undefined =
    choice?.endpoint === agentsEndpoint ? agentIdSchema.safeParse(choice.model).data : undefined;
  const { data, error } = useQuery({ ...agentQuery(id ?? nilId), enabled: id !== undefined, staleTime: 60_000 });
  if (!choice) return { choice: undefined, isUsable: false, isLost: false, agent: undefined };
  // What it was taken from, such as a conversation, knows more than belongs into a prompt.
  const { endpoint, model } = choice;
  const plain = { endpoint, model };
  if (id === undefined) {
    return { choice: plain, isUsable: isOffered(choice, offered), isLost: false, agent: undefined };
  }
  const isLost = (error instanceof ProblemError && error.status < 500) || data?.disabled === true;
  return { choice: plain, isUsable: !isLost, isLost, agent: data };
}

function endpointModels(
  endpoints: readonly Endpoint[] = [],
  models: Readonly<Record<string, readonly Model[]>> = {},
): EndpointModels[] {
  return endpoints
    .map((endpoint) => ({ ...endpoint, models: models[endpoint.name] ?? [] }))
    .filter((endpoint) => endpoint.models.length > 0);
}

function isOffered({ endpoint, model }: ModelChoice, offered: readonly EndpointModels[]): boolean {
  return offered.some(({ name, models }) => name === endpoint && models.some(({ id }) => id === model));
}

function defaultChoice([first]: readonly EndpointModels[]): ModelChoice | undefined {
  if (!first) return undefined;
  const model = first.models.find(({ id }) => id === first.defaultModel) ?? first.models[0];
  return model && { endpoint: first.name, model: model.id };
}

import { agentIdSchema, agentsEndpoint, ProblemError } from '@parley/contracts';
import type { Agent, AgentId, AgentRef, Endpoint, Model, ModelSpec, ToolRef, TurnSettings } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { usePreferences } from '../../../lib/preferences.ts';
import { chooseForNewChats, useLastChoice } from '../../../lib/last-choice.ts';
import { agentQuery } from '../../../lib/query/agent-queries.ts';
import { answerersQuery, modelsQuery } from '../../../lib/query/queries.ts';

/** A model of an endpoint; an agent is a model of the endpoint `agents`. */
export interface ModelChoice {
  readonly endpoint: string;
  readonly model: string;
  /** The operator's model spec it was taken from, by its name. */
  readonly spec?: string | undefined;
}

/** Somebody to answer, as chosen in a list: a preset and a model spec bring along what they are told. */
export interface ChosenAnswerer extends ModelChoice {
  readonly settings?: TurnSettings | undefined;
  readonly tools?: readonly ToolRef[] | undefined;
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
 * Who answers in a chat: who was chosen in it, otherwise who answered before, what new chats are to begin with by the
 * account and then by this browser, who was chosen last, or the default. A model that is no longer offered is passed over, and so is an agent that is gone.
 */
export function useModelChoice(used: UsedChoice | undefined) {
  const answerers = useQuery(answerersQuery);
  const models = useQuery(modelsQuery);
  const last = useLastChoice((state) => state.last);
  const beginWith = usePreferences((preferences) => preferences.beginWith);
  const [chosen, setChosen] = useState<ModelChoice>();
  const { items, specs = [], only, listed, begin, fallback, without = [] } = answerers.data ?? {};
  const all = endpointModels(items, models.data);
  const offered = listed ? all.filter(({ name }) => listed.includes(name)) : all;
  const listsAgents = !only && (listed?.includes(agentsEndpoint) ?? true);
  const shelf = { specs, only, models: offered, listsAgents };
  const candidates = [
    useCandidate(chosen, { ...shelf, models: all }),
    useCandidate(used, { ...shelf, models: all, listsAgents: true }),
    useCandidate(begin, { ...shelf, models: all, listsAgents: true }),
    useCandidate(beginWith, shelf),
    useCandidate(last, shelf),
    useCandidate(fallback, shelf),
  ];
  const found = candidates.find(({ isUsable }) => isUsable);
  const ofChat = candidates[1];
  const lost: LostAgent | undefined =
    chosen === undefined && ofChat?.isLost
      ? { name: used?.agent?.name ?? ofChat.agent?.name, isDisabled: ofChat.agent?.disabled === true }
      : undefined;
  const choice = found?.choice ?? (only ? undefined : defaultChoice(offered));
  return {
    offered,
    specs,
    listsAgents,
    /** What the operator has switched off. */
    without,
    failed: answerers.isError || models.isError,
    isLoading: answerers.isLoading || models.isLoading,
    choice,
    /** The model spec that is chosen. */
    spec: specs.find(({ name }) => name === choice?.spec),
    /** Whether settings cannot be changed. */
    isFixed: only !== undefined,
    /** What a new chat begins with beside its model, as long as nothing else was chosen in it. */
    begin: found !== undefined && found === candidates[2] ? begin : undefined,
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

/** What there is to choose from. */
interface Shelf {
  readonly specs: readonly ModelSpec[];
  /** A model spec has to be chosen. */
  readonly only: 'specs' | undefined;
  readonly models: readonly EndpointModels[];
  readonly listsAgents: boolean;
}

/** Whether a choice still stands. An agent counts until the server has said otherwise. */
function useCandidate(choice: ModelChoice | null | undefined, shelf: Shelf): Candidate {
  const id: AgentId | undefined =
    choice?.endpoint === agentsEndpoint ? agentIdSchema.safeParse(choice.model).data : undefined;
  const { data, error } = useQuery({ ...agentQuery(id ?? nilId), enabled: id !== undefined, staleTime: 60_000 });
  if (!choice) return { choice: undefined, isUsable: false, isLost: false, agent: undefined };
  // What it was taken from, such as a conversation, knows more than belongs into a prompt.
  const { endpoint, model, spec } = choice;
  const plain = { endpoint, model, ...(spec === undefined ? {} : { spec }) };
  const isThere = isOffered(choice, shelf);
  if (id === undefined) return { choice: plain, isUsable: isThere, isLost: false, agent: undefined };
  const isLost = (error instanceof ProblemError && error.status < 500) || data?.disabled === true;
  return { choice: plain, isUsable: isThere && !isLost, isLost, agent: data };
}

function endpointModels(
  endpoints: readonly Endpoint[] = [],
  models: Readonly<Record<string, readonly Model[]>> = {},
): EndpointModels[] {
  return endpoints
    .map((endpoint) => ({ ...endpoint, models: models[endpoint.name] ?? [] }))
    .filter((endpoint) => endpoint.models.length > 0);
}

function isOffered({ endpoint, model, spec }: ModelChoice, shelf: Shelf): boolean {
  if (spec !== undefined) {
    return shelf.specs.some((one) => one.name === spec && one.endpoint === endpoint && one.model === model);
  }
  if (shelf.only) return false;
  if (endpoint === agentsEndpoint) return shelf.listsAgents;
  return shelf.models.some(({ name, models }) => name === endpoint && models.some(({ id }) => id === model));
}

function defaultChoice([first]: readonly EndpointModels[]): ModelChoice | undefined {
  if (!first) return undefined;
  const model = first.models.find(({ id }) => id === first.defaultModel) ?? first.models[0];
  return model && { endpoint: first.name, model: model.id };
}

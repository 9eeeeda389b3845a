import { agentsEndpoint, problem } from '@parley/contracts';
import type { AgentLimits, AgentRef, ToolRef } from '@parley/contracts';
import type { UserRepository } from '../database/repositories/user-repository.ts';
import type { TurnChoice, TurnSetup, TurnSetups } from '../generations/turn-setup.ts';
import type { ModelService } from '../models/model-service.ts';
import type { ToolCaller, Toolboxes } from '../tools/tool.ts';
import type { AgentSetups, StepLimits } from './agent-setups.ts';

/** Model calls of a turn that no agent answers, unless the operator says otherwise. */
const plainSteps = 25;

interface TurnSetupsOptions {
  readonly models: Pick<ModelService, 'resolve'>;
  readonly users: Pick<UserRepository, 'find'>;
  readonly toolboxes: Toolboxes;
  readonly agents: AgentSetups;
  readonly steps: StepLimits;
}

/** Setups of turns: of plain chat by endpoint and model, of an agent by its version. */
export function createTurnSetups({ models, users, toolboxes, agents, steps }: TurnSetupsOptions): TurnSetups {
  const { defaultSteps = plainSteps, mostSteps = defaultSteps } = steps;
  // Nothing bounds its cost, so nobody asks for it.
  const plainLimits: AgentLimits = { steps: Math.min(defaultSteps, mostSteps), seconds: null, costMicroUsd: null };

  async function toolboxFor(caller: Omit<ToolCaller, 'role'>, tools: readonly ToolRef[], signal: AbortSignal) {
    const user = await users.find(caller.userId);
    if (user === undefined) throw problem('not-authenticated');
    const { role } = user;
    return { role, toolbox: await toolboxes.of({ ...caller, role }, tools, signal) };
  }

  async function plain(
    caller: Omit<ToolCaller, 'role'>,
    { endpoint, model: modelName, tools }: TurnChoice,
    signal: AbortSignal,
  ): Promise<TurnSetup> {
    const [model, { role, toolbox }] = await Promise.all([
      models.resolve(endpoint, modelName, signal),
      toolboxFor(caller, tools, signal),
    ]);
    return {
      role,
      agent: undefined,
      model,
      modelName,
      instructions: [...(toolbox.instructions ?? [])],
      parameters: {},
      toolbox,
      subAgents: [],
      handOffs: [],
      limits: plainLimits,
      costOf: () => undefined,
    };
  }

  async function agentOf({ userId }: Omit<ToolCaller, 'role'>, { model, agent }: TurnChoice): Promise<AgentRef> {
    return agent ?? (await agents.pin(userId, { id: model, version: undefined }, undefined));
  }

  return {
    async pin(userId, { endpoint, model, agentVersion }, usedBefore, signal) {
      if (endpoint === agentsEndpoint)
        return await agents.pin(userId, { id: model, version: agentVersion }, usedBefore);
      await models.resolve(endpoint, model, signal);
      return undefined;
    },

    async of(caller, choice, signal) {
      if (choice.endpoint !== agentsEndpoint) return await plain(caller, choice, signal);
      return await agents.of(caller, await agentOf(caller, choice), signal);
    },

    ofAgent: (caller, agent, signal) => agents.of(caller, agent, signal),
  };
}

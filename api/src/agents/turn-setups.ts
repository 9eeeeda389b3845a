import { agentsEndpoint, problem } from '@parley/contracts';
import type { AgentLimits, AgentRef } from '@parley/contracts';
import type { UserRepository } from '../database/repositories/user-repository.ts';
import type { TurnChoice, TurnSetup, TurnSetups } from '../generations/turn-setup.ts';
import type { ModelPrices } from '../models/model-prices.ts';
import type { ModelService } from '../models/model-service.ts';
import type { ToolCaller, Toolboxes } from '../tools/tool.ts';
import type { AgentSetups, StepLimits } from './agent-setups.ts';
import type { FillInstructions } from './instruction-filler.ts';

/** Model calls of a turn that no agent answers, unless the operator says otherwise. */
const plainSteps = 25;

interface TurnSetupsOptions {
  readonly models: Pick<ModelService, 'resolve'>;
  readonly users: Pick<UserRepository, 'find'>;
  readonly toolboxes: Toolboxes;
  readonly agents: AgentSetups;
  readonly steps: StepLimits;
  readonly fillInstructions: FillInstructions;
  readonly prices: ModelPrices;
}

/** Setups of turns: of plain chat by endpoint and model, of an agent by its version. */
export function createTurnSetups(options: TurnSetupsOptions): TurnSetups {
  const { models, users, toolboxes, agents, steps, fillInstructions, prices } = options;
  const { defaultSteps = plainSteps, mostSteps = defaultSteps } = steps;
  // Nothing bounds its cost, so nobody asks for it.
  const plainLimits: AgentLimits = { steps: Math.min(defaultSteps, mostSteps), seconds: null, costMicroUsd: null };

  async function personalPart(
    caller: Omit<ToolCaller, 'role'>,
    { tools, settings }: Pick<TurnChoice, 'tools' | 'settings'>,
    signal: AbortSignal,
  ) {
    const user = await users.find(caller.userId);
    if (user === undefined) throw problem('not-authenticated');
    const { role } = user;
    const [toolbox, told] = await Promise.all([
      toolboxes.of({ ...caller, role }, tools, signal),
      fillInstructions(user, caller, settings?.instructions ?? ''),
    ]);
    return { role, toolbox, instructions: [...told, ...(toolbox.instructions ?? [])] };
  }

  async function plain(
    caller: Omit<ToolCaller, 'role'>,
    { endpoint, model: modelName, tools, settings }: TurnChoice,
    signal: AbortSignal,
  ): Promise<TurnSetup> {
    const [model, { role, toolbox, instructions }] = await Promise.all([
      models.resolve(endpoint, modelName, signal),
      personalPart(caller, { tools, settings }, signal),
    ]);
    return {
      role,
      agent: undefined,
      model,
      modelName,
      instructions,
      parameters: settings?.parameters ?? {},
      toolbox,
      subAgents: [],
      handOffs: [],
      limits: plainLimits,
      costOf: await prices.of(model),
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

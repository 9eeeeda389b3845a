import { agentIdSchema, problem } from '@parley/contracts';
import type { AgentId, AgentRef, AgentSettings, User, UserId } from '@parley/contracts';
import type { Access, AccessSubject } from '../access/access-service.ts';
import type { AgentRecord, AgentRepository } from '../database/repositories/agent-repository.ts';
import type { AgentVersionRepository } from '../database/repositories/agent-version-repository.ts';
import type { UserRepository } from '../database/repositories/user-repository.ts';
import type { OtherAgent, TurnSetup } from '../generations/turn-setup.ts';
import type { ModelPrices } from '../models/model-prices.ts';
import type { ModelService } from '../models/model-service.ts';
import type { Toolbox, ToolCaller, Toolboxes } from '../tools/tool.ts';
import type { FillInstructions } from './instruction-filler.ts';

type Caller = Omit<ToolCaller, 'role'>;

/** Setups of turns that an agent answers, with what the person may use who asks: never by the right of its author. */
export interface AgentSetups {
  /** The version that is to answer; see `TurnSetups.pin`. */
  pin(
    userId: UserId,
    agent: { readonly id: string; readonly version: number | undefined },
    usedBefore: AgentRef | undefined,
  ): Promise<AgentRef>;
  /** See `TurnSetups.ofAgent`. */
  of(caller: Caller, agent: AgentRef, signal: AbortSignal): Promise<TurnSetup>;
}

/** The operator's bounds of all turns, in model calls. */
export interface StepLimits {
  /** Of a turn that no agent answers. */
  readonly defaultSteps?: number;
  /** Of any turn, whatever its agent says. */
  readonly mostSteps?: number;
}

interface AgentSetupsOptions {
  readonly agents: Pick<AgentRepository, 'find' | 'summaries'>;
  readonly versions: Pick<AgentVersionRepository, 'find'>;
  readonly access: Pick<Access, 'roleOf' | 'rolesFor'>;
  readonly users: Pick<UserRepository, 'find'>;
  readonly fillInstructions: FillInstructions;
  readonly models: Pick<ModelService, 'resolve'>;
  readonly prices: ModelPrices;
  readonly steps: StepLimits;
  /** Hold the tools that the person may use who asks. */
  readonly toolboxes: Toolboxes;
}

export function createAgentSetups(options: AgentSetupsOptions): AgentSetups {
  const { agents, versions, access, users, fillInstructions, models, prices, steps, toolboxes } = options;

  async function personOf(userId: UserId): Promise<User> {
    const user = await users.find(userId);
    if (user === undefined) throw problem('not-authenticated');
    return user;
  }

  /** The agent if this person may have it answer now. */
  async function usable(person: User, id: AgentId): Promise<AgentRecord> {
    const [record, role] = await Promise.all([agents.find(id), access.roleOf(subjectOf(person), 'agent', id)]);
    if (record === undefined || role === undefined) throw problem('agent-not-found');
    if (record.disabled) throw problem('agent-disabled');
    return record;
  }

  async function settingsOf(record: AgentRecord, version: number): Promise<AgentSettings> {
    const found = version > record.version ? undefined : await versions.find(record.id, version);
    if (found === undefined) throw problem('agent-not-found', { detail: `This agent has no version ${version}.` });
    return found.settings;
  }

  /** Those of these agents that this person may use, in order, and sentences about the others. */
  async function othersOf(person: User, self: AgentId, settings: AgentSettings) {
    const ids = [...new Set([...settings.subAgents, ...settings.handOffs])].filter((id) => id !== self);
    const [found, roles] = await Promise.all([agents.summaries(ids), access.rolesFor(subjectOf(person), 'agent', ids)]);
    const usableOthers = new Map(
      found
        .filter(({ id, disabled }) => roles.has(id) && !disabled)
        .map(({ id, version, name, description }): [AgentId, OtherAgent] => [
          id,
          { agent: { id, version, name }, description },
        ]),
    );
    const known = (list: readonly AgentId[]): OtherAgent[] =>
      [...new Set(list)].flatMap((id) => usableOthers.get(id) ?? []);
    // No names: whom an agent is not shared with learns nothing of it.
    const missing = ids.length - usableOthers.size;
    const notices = missing === 0 ? [] : [`${missing} of the agents this one works with cannot be used by you.`];
    return { subAgents: known(settings.subAgents), handOffs: known(settings.handOffs), notices };
  }

  return {
    async pin(userId, { id, version }, usedBefore) {
      const parsed = agentIdSchema.safeParse(id);
      if (!parsed.success) throw problem('agent-not-found');
      const record = await usable(await personOf(userId), parsed.data);
      const wanted = version ?? (usedBefore?.id === record.id ? usedBefore.version : record.version);
      if (wanted === record.version) return { id: record.id, version: wanted, name: record.name };
      const { name } = await settingsOf(record, wanted);
      return { id: record.id, version: wanted, name };
    },

    async of(caller, agent, signal) {
      const person = await personOf(caller.userId);
      const record = await usable(person, agent.id);
      const settings = await settingsOf(record, agent.version);
      const { endpoint, model: modelName, tools, parameters, limits } = settings;
      const [model, toolbox, others, instructions] = await Promise.all([
        models.resolve(endpoint, modelName, signal),
        toolboxes.of({ ...caller, role: person.role }, tools, signal),
        othersOf(person, record.id, settings),
        fillInstructions(person, caller, settings.instructions),
      ]);
      const costOf = await prices.of(model);
      const isUnpriced = limits.costMicroUsd !== null && costOf({ input: 1, output: 1 }) === undefined;
      return {
        role: person.role,
        agent: { id: record.id, version: agent.version, name: settings.name },
        model,
        modelName,
        instructions: [...instructions, ...(toolbox.instructions ?? [])],
        parameters,
        toolbox: withNotices(toolbox, isUnpriced ? [...others.notices, unpriced] : others.notices),
        subAgents: others.subAgents,
        handOffs: others.handOffs,
        limits: { ...limits, steps: Math.min(limits.steps, steps.mostSteps ?? limits.steps) },
        costOf,
      };
    },
  };
}

const unpriced = 'What the model of this agent costs is not known here, so its limit of cost is not kept.';

function subjectOf({ id, role }: User): AccessSubject {
  return { userId: id, role };
}

function withNotices(toolbox: Toolbox, more: readonly string[]): Toolbox {
  if (more.length === 0) return toolbox;
  return {
    offered: (parts) => toolbox.offered(parts),
    find: (name) => toolbox.find(name),
    notices: [...toolbox.notices, ...more],
  };
}

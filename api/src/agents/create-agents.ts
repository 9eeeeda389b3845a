import type { Access, AccessSubject } from '../access/access-service.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { AgentRepository } from '../database/repositories/agent-repository.ts';
import type { AgentUsageRepository } from '../database/repositories/agent-usage-repository.ts';
import type { AgentVersionRepository } from '../database/repositories/agent-version-repository.ts';
import type { GenerationRepository } from '../database/repositories/generation-repository.ts';
import type { UserRepository } from '../database/repositories/user-repository.ts';
import type { TurnSetups } from '../generations/turn-setup.ts';
import type { ModelPrices } from '../models/model-prices.ts';
import type { ModelService } from '../models/model-service.ts';
import type { Toolboxes, ToolSpec } from '../tools/tool.ts';
import { createAgentGate } from './agent-gate.ts';
import { createAgentOversight } from './agent-oversight.ts';
import type { AgentOversight } from './agent-oversight.ts';
import { createAgentService } from './agent-service.ts';
import type { AgentService } from './agent-service.ts';
import { createAgentSetups } from './agent-setups.ts';
import type { StepLimits } from './agent-setups.ts';
import { createAgentShelves } from './agent-shelves.ts';
import type { AgentShelves } from './agent-shelves.ts';
import { createAgentTransfer } from './agent-transfer.ts';
import type { AgentTransfer } from './agent-transfer.ts';
import { createAgentVersions } from './agent-versions.ts';
import { createAgentViews } from './agent-views.ts';
import { createSettingsCheck } from './check-settings.ts';
import { createInstructionFiller } from './instruction-filler.ts';
import { createTurnSetups } from './turn-setups.ts';

/** Everything about agents: what the routes serve, and what turns need. */
export interface Agents {
  readonly agents: AgentService;
  readonly shelves: AgentShelves;
  readonly transfer: AgentTransfer;
  readonly oversight: AgentOversight;
  readonly setups: TurnSetups;
}

interface AgentsOptions {
  readonly agents: AgentRepository;
  readonly agentVersions: AgentVersionRepository;
  readonly agentUsage: AgentUsageRepository;
  readonly generations: Pick<GenerationRepository, 'find'>;
  readonly users: UserRepository;
  readonly access: Access;
  readonly audit: Pick<AuditLog, 'note'>;
  readonly models: ModelService;
  readonly prices: ModelPrices;
  readonly steps: StepLimits;
  /** Who makes and changes agents. */
  readonly builder: 'everybody' | 'admins';
  readonly tools: Toolboxes & {
    /** All that somebody may choose, as far as it is known without waiting. */
    known(user: AccessSubject): Promise<readonly Pick<ToolSpec, 'ref'>[]>;
  };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createAgents(options: AgentsOptions): Agents {
  const { agents, agentVersions, agentUsage, users, access, models, steps, tools } = options;
  const shared = {
    ...options,
    versions: createAgentVersions({ agents, versions: agentVersions, access, now: options.now }),
    gate: createAgentGate({ agents, access, builder: options.builder }),
    views: createAgentViews({ users }),
  };
  const fillInstructions = createInstructionFiller(options);
  const setups = createAgentSetups({
    ...options,
    versions: agentVersions,
    toolboxes: tools,
    fillInstructions,
  });
  return {
    agents: createAgentService({
      ...shared,
      stored: agentVersions,
      checkSettings: createSettingsCheck({ models, access, agents }),
    }),
    shelves: createAgentShelves(shared),
    transfer: createAgentTransfer({
      ...shared,
      knownTools: async (asker) => (await tools.known(asker)).map(({ ref }) => ref),
    }),
    oversight: createAgentOversight({ ...shared, usage: agentUsage }),
    setups: createTurnSetups({
      models,
      users,
      toolboxes: tools,
      agents: setups,
      steps,
      fillInstructions,
      prices: options.prices,
    }),
  };
}

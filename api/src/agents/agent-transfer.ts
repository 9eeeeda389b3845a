import type { AgentFile, AgentId, AgentSettings, ToolRef } from '@parley/contracts';
import type { Access, AccessSubject } from '../access/access-service.ts';
import type { AgentRepository } from '../database/repositories/agent-repository.ts';
import type { ModelService } from '../models/model-service.ts';
import type { AgentGate } from './agent-gate.ts';
import type { AgentWithSettings } from './agent-service.ts';
import type { AgentVersions } from './agent-versions.ts';
import type { AgentViews } from './agent-views.ts';
import { missingModel } from './missing-model.ts';
import { usableTools } from './usable-tools.ts';

/** Takes agents from one install to another. */
export interface AgentTransfer {
  /** For editors. Other agents that the asker may not see are not named. Throws `agent-not-found`, `forbidden`. */
  export(asker: AccessSubject, id: AgentId): Promise<AgentFile>;
  /** Makes an agent of the asker's own; `leftOut` says in words what of the file could not be kept. Throws `forbidden`. */
  import(
    asker: AccessSubject,
    file: AgentFile,
    signal: AbortSignal,
  ): Promise<AgentWithSettings & { leftOut: string[] }>;
}

interface AgentTransferOptions {
  readonly agents: Pick<AgentRepository, 'named' | 'summaries'>;
  readonly versions: AgentVersions;
  readonly access: Pick<Access, 'rolesFor'>;
  readonly models: Pick<ModelService, 'resolve' | 'endpoints'>;
  readonly gate: AgentGate;
  readonly views: AgentViews;
  /** The tools that somebody may choose here. */
  readonly knownTools: (asker: AccessSubject) => Promise<readonly ToolRef[]>;
}

export function createAgentTransfer(options: AgentTransferOptions): AgentTransfer {
  const { agents, versions, access, models, gate, views, knownTools } = options;

  async function namesOf(asker: AccessSubject, ids: readonly AgentId[]): Promise<(id: AgentId) => string[]> {
    const [found, roles] = await Promise.all([agents.summaries(ids), access.rolesFor(asker, 'agent', ids)]);
    const names = new Map(found.map(({ id, name }) => [id, name]));
    return (id) => {
      const name = roles.has(id) ? names.get(id) : undefined;
      return name === undefined ? [] : [name];
    };
  }

  /** Agents by name among those the asker may use: the asker's own before others, newer before older ones. */
  async function idsOf(asker: AccessSubject, names: readonly string[]): Promise<(name: string) => AgentId | undefined> {
    const found = await agents.named(names);
    const ids = found.map(({ id }) => id);
    const roles = await access.rolesFor(asker, 'agent', ids);
    const usable = found.filter(({ id }) => roles.has(id));
    return (name) => {
      const called = usable.filter((agent) => agent.name === name);
      return (called.find(({ id }) => roles.get(id) === 'owner') ?? called[0])?.id;
    };
  }

  async function fitting(asker: AccessSubject, file: AgentFile, signal: AbortSignal) {
    const { settings } = file;
    const leftOut: string[] = [];
    const others = [...new Set([...settings.subAgents, ...settings.handOffs])];
    const [idOf, known, missing] = await Promise.all([
      idsOf(asker, others),
      knownTools(asker),
      missingModel(models, settings, signal),
    ]);
    const tools = usableTools(settings.tools, known);
    const [fallback] = models.endpoints();
    if (missing !== undefined) leftOut.push(`The model “${settings.model}” of “${settings.endpoint}”`);
    for (const ref of settings.tools) if (!tools.has(ref)) leftOut.push(`The tool “${ref}”`);
    for (const name of others) if (idOf(name) === undefined) leftOut.push(`The agent “${name}”`);

    const ids = (names: readonly string[]): AgentId[] => [...new Set(names.flatMap((name) => idOf(name) ?? []))];
    const fitted: AgentSettings = {
      ...settings,
      ...(missing === undefined || fallback === undefined
        ? {}
        : { endpoint: fallback.name, model: fallback.defaultModel }),
      tools: settings.tools.filter((ref) => tools.has(ref)),
      subAgents: ids(settings.subAgents),
      handOffs: ids(settings.handOffs),
    };
    return { settings: fitted, leftOut };
  }

  return {
    async export(asker, id) {
      const { record } = await gate.open(asker, id, 'editor');
      const settings = await versions.settingsOf(record);
      const nameOf = await namesOf(asker, [...settings.subAgents, ...settings.handOffs]);
      return {
        format: 'parley-agent',
        formatVersion: 1,
        settings: {
          ...settings,
          subAgents: settings.subAgents.flatMap(nameOf),
          handOffs: settings.handOffs.flatMap(nameOf),
        },
      };
    },

    async import(asker, file, signal) {
      gate.checkBuilder(asker);
      const { settings, leftOut } = await fitting(asker, file, signal);
      const record = await versions.begin(settings, asker.userId);
      return { agent: await views.one({ record, role: 'owner' }), settings, leftOut };
    },
  };
}

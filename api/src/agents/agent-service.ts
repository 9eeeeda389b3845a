import { isDeepStrictEqual } from 'node:util';
import { problem } from '@parley/contracts';
import type { AccessRole, Agent, AgentId, AgentSettings, AgentVersion } from '@parley/contracts';
import type { Access, AccessSubject } from '../access/access-service.ts';
import type { AgentRecord, AgentRepository } from '../database/repositories/agent-repository.ts';
import type { AgentVersionRepository } from '../database/repositories/agent-version-repository.ts';
import type { AgentGate } from './agent-gate.ts';
import type { AgentVersions } from './agent-versions.ts';
import type { AgentViews } from './agent-views.ts';
import type { SettingsCheck } from './check-settings.ts';

/** How often a restore that lost a race is tried again. */
const maxAttempts = 5;

/** An agent with everything its editors see. */
export interface AgentWithSettings {
  agent: Agent;
  settings: AgentSettings;
}

/**
 * Agents as those see and change them whom they are shared with. What names an agent throws `agent-not-found` also for
 * one that is not shared with the asker, and `forbidden` where the asker's role is too small; what makes or changes one
 * throws that, too, where only admins do.
 */
export interface AgentService {
  get(asker: AccessSubject, id: AgentId): Promise<Agent>;
  /** For editors. */
  settings(asker: AccessSubject, id: AgentId): Promise<AgentWithSettings>;
  /** Throws `invalid-request` for a model or other agents that the asker does not have. */
  create(asker: AccessSubject, settings: AgentSettings, signal: AbortSignal): Promise<AgentWithSettings>;
  /**
   * Saves the version after `baseVersion`, or nothing when the settings are what they were. Throws what `create` throws,
   * and `agent-changed` when `baseVersion` is not the newest. For editors.
   */
  update(
    asker: AccessSubject,
    id: AgentId,
    change: { readonly baseVersion: number; readonly settings: AgentSettings },
    signal: AbortSignal,
  ): Promise<AgentWithSettings>;
  /** For owners. Completes what an earlier removal has left. */
  remove(asker: AccessSubject, id: AgentId): Promise<void>;
  /** For editors. */
  duplicate(asker: AccessSubject, id: AgentId): Promise<AgentWithSettings>;
  /** Newest first. For editors. */
  versions(asker: AccessSubject, id: AgentId): Promise<AgentVersion[]>;
  /** Makes a new version of the settings of an old one. For editors. */
  restore(asker: AccessSubject, id: AgentId, version: number): Promise<AgentWithSettings>;
}

interface AgentServiceOptions {
  readonly agents: Pick<AgentRepository, 'remove'>;
  readonly stored: Pick<AgentVersionRepository, 'find' | 'list' | 'removeAll'>;
  readonly versions: AgentVersions;
  readonly access: Pick<Access, 'removeAll'>;
  readonly gate: AgentGate;
  readonly views: AgentViews;
  readonly checkSettings: SettingsCheck;
}

export function createAgentService(options: AgentServiceOptions): AgentService {
  const { agents, stored, versions, access, gate, views, checkSettings } = options;

  async function shown(record: AgentRecord, role: AccessRole): Promise<AgentWithSettings> {
    const [agent, settings] = await Promise.all([views.one({ record, role }), versions.settingsOf(record)]);
    return { agent, settings };
  }

  return {
    async get(asker, id) {
      return await views.one(await gate.open(asker, id, 'viewer'));
    },

    async settings(asker, id) {
      const { record, role } = await gate.open(asker, id, 'editor');
      return await shown(record, role);
    },

    async create(asker, settings, signal) {
      gate.checkBuilder(asker);
      await checkSettings(asker, { settings, path: 'body' }, signal);
      return await shown(await versions.begin(settings, asker.userId), 'owner');
    },

    async update(asker, id, { baseVersion, settings }, signal) {
      const { record, role } = await gate.open(asker, id, 'editor');
      gate.checkBuilder(asker);
      const current = await versions.settingsOf(record);
      if (isDeepStrictEqual(current, settings)) return await shown(record, role);
      if (baseVersion !== record.version) throw changed(record.version);
      const agent = { id, settings: current };
      await checkSettings(asker, { settings, path: 'body.settings', agent }, signal);
      const saved = await versions.moveOn(record, { settings, authorId: asker.userId });
      if (saved === undefined) throw changed(record.version + 1);
      return await shown(saved, role);
    },

    async remove(asker, id) {
      await gate.check(asker, id, 'owner');
      // The grants go last: with them its owner can ask again for what a crash has left undone.
      await agents.remove(id);
      await stored.removeAll(id);
      await access.removeAll('agent', id);
    },

    async duplicate(asker, id) {
      const { record } = await gate.open(asker, id, 'editor');
      gate.checkBuilder(asker);
      const settings = await versions.settingsOf(record);
      const name = `${settings.name.slice(0, 93).trimEnd()} (copy)`;
      return await shown(await versions.begin({ ...settings, name }, asker.userId), 'owner');
    },

    async versions(asker, id) {
      const { record } = await gate.open(asker, id, 'editor');
      // One above the agent's own was begun and never finished: nobody has been told of it.
      const all = (await stored.list(id)).filter(({ version }) => version <= record.version);
      const nameOf = await views.authorNames(all.map(({ authorId }) => authorId));
      return all.map(({ version, settings, authorId, createdAt, restoredFrom }) => ({
        version,
        settings,
        authorName: nameOf(authorId),
        createdAt: createdAt.toISOString(),
        ...(restoredFrom === undefined ? {} : { restoredFrom }),
      }));
    },

    async restore(asker, id, version) {
      gate.checkBuilder(asker);
      for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
        const { record, role } = await gate.open(asker, id, 'editor');
        const old = version > record.version ? undefined : await stored.find(id, version);
        if (old === undefined) throw problem('agent-not-found', { detail: `This agent has no version ${version}.` });
        if (isDeepStrictEqual(await versions.settingsOf(record), old.settings)) return await shown(record, role);
        const next = { settings: old.settings, authorId: asker.userId, restoredFrom: version };
        const saved = await versions.moveOn(record, next);
        if (saved !== undefined) return await shown(saved, role);
      }
      throw problem('agent-changed');
    },
  };
}

function changed(newest: number): Error {
  return problem('agent-changed', { detail: `Its newest version is ${newest}. Load it before you change it.` });
}

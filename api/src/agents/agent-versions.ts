import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { agentIdSchema, problem } from '@parley/contracts';
import type { AgentSettings, UserId } from '@parley/contracts';
import type { Access } from '../access/access-service.ts';
import type { AgentRecord, AgentRepository } from '../database/repositories/agent-repository.ts';
import type { AgentVersionRepository } from '../database/repositories/agent-version-repository.ts';
import type { AgentVersionDocument } from '../database/schemas/agent-version-document.ts';

/** What somebody wants the next version to be. */
interface NextVersion {
  readonly settings: AgentSettings;
  readonly authorId: UserId;
  readonly restoredFrom?: number;
}

/**
 * Writes versions of agents: first the version, then the agent that points at it. A process that dies in between leaves
 * the agent as it was; whoever saves next completes what it began.
 */
export interface AgentVersions {
  /** Makes an agent of its author. */
  begin(settings: AgentSettings, authorId: UserId): Promise<AgentRecord>;
  /** Saves the version after `agent`'s; `undefined` when somebody else has saved one. Throws `agent-not-found`. */
  moveOn(agent: AgentRecord, next: NextVersion): Promise<AgentRecord | undefined>;
  /** Throws `agent-not-found`. */
  settingsOf(agent: Pick<AgentRecord, 'id' | 'version'>): Promise<AgentSettings>;
}

interface AgentVersionsOptions {
  readonly agents: Pick<AgentRepository, 'add' | 'find' | 'moveOn'>;
  readonly versions: AgentVersionRepository;
  readonly access: Pick<Access, 'own'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createAgentVersions({ agents, versions, access, now }: AgentVersionsOptions): AgentVersions {
  /** Moves the agent to a version that is stored. It may be there already, or be removed at this moment. */
  async function point(agent: AgentRecord, { settings, createdAt }: AgentVersionDocument): Promise<AgentRecord> {
    const moved = await agents.moveOn(agent.id, agent.version, settings, createdAt);
    const found = moved ?? (await agents.find(agent.id));
    if (found !== undefined) return found;
    await versions.removeAll(agent.id);
    throw problem('agent-not-found');
  }

  return {
    async begin(settings, authorId) {
      const id = agentIdSchema.parse(randomUUID());
      const createdAt = new Date(now());
      const { name, description, avatar, category, conversationStarters } = settings;
      const listed = { name, description, avatar, category, conversationStarters };
      const standing = { promoted: false, disabled: false };
      const agent = { id, version: 1, ...listed, authorId, ...standing, createdAt, updatedAt: createdAt };
      await versions.add({ agentId: id, version: 1, settings, authorId, createdAt });
      await access.own(authorId, 'agent', id);
      await agents.add(agent);
      return agent;
    },

    async moveOn(agent, next) {
      const version = { agentId: agent.id, version: agent.version + 1, createdAt: new Date(now()), ...next };
      if (await versions.add(version)) return await point(agent, version);

      const other = await versions.find(agent.id, version.version);
      if (other === undefined) throw problem('agent-not-found');
      const current = await point(agent, other);
      const isRepetition = other.authorId === next.authorId && isDeepStrictEqual(other.settings, next.settings);
      return isRepetition ? current : undefined;
    },

    async settingsOf({ id, version }) {
      const found = await versions.find(id, version);
      if (found === undefined) throw problem('agent-not-found');
      return found.settings;
    },
  };
}

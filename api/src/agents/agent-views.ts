import type { AccessRole, Agent, UserId } from '@parley/contracts';
import type { AgentRecord } from '../database/repositories/agent-repository.ts';
import type { UserRepository } from '../database/repositories/user-repository.ts';

/** An agent and what the asker may do with it. */
export interface ViewedAgent {
  readonly record: AgentRecord;
  readonly role: AccessRole;
}

/** Agents as people may see them who use them. */
export interface AgentViews {
  one(agent: ViewedAgent): Promise<Agent>;
  /** In the same order. */
  many(agents: readonly ViewedAgent[]): Promise<Agent[]>;
  /** What people are called, by id; empty for accounts that are gone. */
  authorNames(ids: readonly UserId[]): Promise<(id: UserId) => string>;
}

export function createAgentViews({ users }: { readonly users: Pick<UserRepository, 'findMany'> }): AgentViews {
  async function authorNames(ids: readonly UserId[]): Promise<(id: UserId) => string> {
    const people = await users.findMany(ids);
    return (id) => people.get(id)?.name ?? '';
  }

  async function many(agents: readonly ViewedAgent[]): Promise<Agent[]> {
    const nameOf = await authorNames(agents.map(({ record }) => record.authorId));
    return agents.map(({ record, role }) => toAgent(record, role, nameOf(record.authorId)));
  }

  return {
    many,
    authorNames,
    async one({ record, role }) {
      const nameOf = await authorNames([record.authorId]);
      return toAgent(record, role, nameOf(record.authorId));
    },
  };
}

function toAgent(record: AgentRecord, myRole: AccessRole, authorName: string): Agent {
  const { authorId: _authorId, conversationStarters, createdAt, updatedAt, ...shown } = record;
  return {
    ...shown,
    conversationStarters: [...conversationStarters],
    myRole,
    authorName,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

import { problem } from '@parley/contracts';
import type { AccessRole, AgentId } from '@parley/contracts';
import { isAtLeast } from '../access/access-service.ts';
import type { Access, AccessSubject } from '../access/access-service.ts';
import type { AgentRecord, AgentRepository } from '../database/repositories/agent-repository.ts';

/** An agent that somebody may do something with. */
export interface OpenedAgent {
  readonly record: AgentRecord;
  readonly role: AccessRole;
}

/** Lets people to agents. */
export interface AgentGate {
  /** Throws `agent-not-found` for one that does not exist or is not shared, and `forbidden` for a lesser role. */
  open(asker: AccessSubject, id: AgentId, needed: AccessRole): Promise<OpenedAgent>;
  /** The same without the agent, which may be gone already. */
  check(asker: AccessSubject, id: AgentId, needed: AccessRole): Promise<AccessRole>;
  /** Throws `forbidden` for who may not make or change agents at all. */
  checkBuilder(asker: AccessSubject): void;
}

interface AgentGateOptions {
  readonly agents: Pick<AgentRepository, 'find'>;
  readonly access: Pick<Access, 'roleOf'>;
  /** Who makes and changes agents. */
  readonly builder: 'everybody' | 'admins';
}

export function createAgentGate({ agents, access, builder }: AgentGateOptions): AgentGate {
  async function check(asker: AccessSubject, id: AgentId, needed: AccessRole): Promise<AccessRole> {
    const role = await access.roleOf(asker, 'agent', id);
    if (role === undefined) throw problem('agent-not-found');
    if (isAtLeast(role, needed)) return role;
    throw problem('forbidden', { detail: `Only ${needed}s of this agent may do this.` });
  }

  return {
    check,

    checkBuilder({ role }) {
      if (builder === 'everybody' || role === 'ADMIN') return;
      throw problem('forbidden', { detail: 'Only admins make and change agents here.' });
    },

    async open(asker, id, needed) {
      const [role, record] = await Promise.all([check(asker, id, needed), agents.find(id)]);
      if (record === undefined) throw problem('agent-not-found');
      return { record, role };
    },
  };
}

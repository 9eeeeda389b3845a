import { randomUUID } from 'node:crypto';
import { problem } from '@parley/contracts';
import type { Agent, AgentId, Usage } from '@parley/contracts';
import type { Access, AccessSubject } from '../access/access-service.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { AgentRepository } from '../database/repositories/agent-repository.ts';
import type { AgentUsageRepository } from '../database/repositories/agent-usage-repository.ts';
import type { AgentViews } from './agent-views.ts';

/** Milliseconds: 30 days. */
const usagePeriod = 30 * 86_400_000;

interface AgentStanding {
  readonly promoted?: boolean | undefined;
  readonly disabled?: boolean | undefined;
}

interface OverviewItem {
  agent: Agent;
  turns: number;
  users: number;
  usage: Usage;
}

/** What admins do with the agents of others. Both throw `forbidden` for everybody else. */
export interface AgentOversight {
  /** Throws `agent-not-found`. */
  setStanding(asker: AccessSubject, id: AgentId, standing: AgentStanding): Promise<Agent>;
  /** All agents by name, with how much they were used in the last 30 days. */
  overview(asker: AccessSubject): Promise<OverviewItem[]>;
}

interface AgentOversightOptions {
  readonly agents: Pick<AgentRepository, 'find' | 'listAll' | 'setStanding'>;
  readonly usage: AgentUsageRepository;
  readonly access: Pick<Access, 'idsFor' | 'roleOf'>;
  readonly views: AgentViews;
  readonly audit: Pick<AuditLog, 'note'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createAgentOversight({
  agents,
  usage,
  access,
  views,
  audit,
  now,
}: AgentOversightOptions): AgentOversight {
  return {
    async setStanding(asker, id, standing) {
      checkAdmin(asker);
      const before = await agents.find(id);
      if (before === undefined) throw problem('agent-not-found');
      const actions = [
        { action: 'agent-promoted', key: 'promoted' },
        { action: 'agent-disabled', key: 'disabled' },
      ] as const;
      for (const { action, key } of actions) {
        const value = standing[key];
        if (value === undefined || value === before[key]) continue;
        const details = { agent: id, [key]: String(value) };
        await audit.note({ id: randomUUID(), actor: asker.userId, action, subject: before.name, details });
      }
      const record = await agents.setStanding(id, standing);
      if (record === undefined) throw problem('agent-not-found');
      return await views.one({ record, role: (await access.roleOf(asker, 'agent', id)) ?? 'viewer' });
    },

    async overview(asker) {
      checkAdmin(asker);
      const [records, used, roles] = await Promise.all([
        agents.listAll(),
        usage.since(new Date(now() - usagePeriod)),
        access.idsFor(asker, 'agent'),
      ]);
      const shown = await views.many(records.map((record) => ({ record, role: roles.get(record.id) ?? 'viewer' })));
      return shown.map((agent) => {
        const unused = { turns: 0, users: 0, usage: { input: 0, output: 0 } };
        return { agent, ...(used.get(agent.id) ?? unused) };
      });
    },
  };
}

function checkAdmin({ role }: AccessSubject): void {
  if (role !== 'ADMIN') throw problem('forbidden', { detail: 'This is for admins.' });
}

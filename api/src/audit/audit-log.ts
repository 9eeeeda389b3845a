import { problem } from '@parley/contracts';
import type { AuditEntry, UserId } from '@parley/contracts';
import type { Actor } from '../access/actor.ts';
import type { AuditRepository } from '../database/repositories/audit-repository.ts';
import type { UserRepository } from '../database/repositories/user-repository.ts';
import { auditCursor } from './audit-cursor.ts';

/** A decision to be noted. Details carry no arguments, prompts or answers. */
export interface AuditNote extends Omit<AuditEntry, 'at' | 'actor'> {
  /** The same decision has the same id: it is noted once. */
  readonly id: string;
  /** `null` for the policy itself. */
  readonly actor: UserId | null;
}

interface AuditQuery {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly action?: AuditEntry['action'] | undefined;
}

/** Who decided what. */
export interface AuditLog {
  /** Resolves when it is stored. */
  note(entry: AuditNote): Promise<void>;
  /** Newest first. Throws `forbidden` for all but admins, `invalid-request` for a cursor that no page has given out. */
  list(actor: Actor, query: AuditQuery): Promise<{ items: AuditEntry[]; nextCursor: string | null }>;
}

interface AuditLogOptions {
  readonly entries: AuditRepository;
  readonly users: Pick<UserRepository, 'find'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Longest detail, in UTF-16 units: facts, not texts. */
const longestDetail = 500;

export function createAuditLog({ entries, users, now }: AuditLogOptions): AuditLog {
  async function actorOf(id: UserId | null): Promise<AuditEntry['actor']> {
    if (id === null) return null;
    const user = await users.find(id);
    return { id, name: user?.name ?? '' };
  }

  return {
    async note({ actor, subject, details, ...entry }) {
      await entries.addOnce({
        ...entry,
        at: new Date(now()).toISOString(),
        actor: await actorOf(actor),
        subject: subject.slice(0, longestDetail),
        details: Object.fromEntries(
          Object.entries(details).map(([name, value]) => [name, value.slice(0, longestDetail)]),
        ),
      });
    },

    async list({ role }, { cursor, limit, action }) {
      if (role !== 'ADMIN') throw problem('forbidden');
      const after = cursor === undefined ? undefined : auditCursor.parse(cursor);
      const found = await entries.list({ action, after, limit: limit + 1 });
      const items = found.slice(0, limit);
      const last = found.length > limit ? items.at(-1) : undefined;
      return {
        items,
        nextCursor: last === undefined ? null : auditCursor.format({ at: new Date(last.at), id: last.id }),
      };
    },
  };
}

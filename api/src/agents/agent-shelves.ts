import type { Agent } from '@parley/contracts';
import { isAtLeast } from '../access/access-service.ts';
import type { Access, AccessSubject, Reach } from '../access/access-service.ts';
import type { AgentRepository } from '../database/repositories/agent-repository.ts';
import { agentCursor } from './agent-cursor.ts';
import type { AgentViews } from './agent-views.ts';

type Shelf = 'all' | 'mine' | 'shared' | 'marketplace';

interface ShelfQuery {
  readonly shelf: Shelf;
  /** Part of a name or a description. */
  readonly query: string;
  readonly category?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

interface AgentPage {
  items: Agent[];
  /** `null` on the last page. */
  nextCursor: string | null;
}

/** Agents in lists. Disabled ones are shown only to who may edit them. */
export interface AgentShelves {
  /** Newest first; the marketplace with the promoted ones before them. Throws `invalid-request` for a foreign cursor. */
  list(asker: AccessSubject, query: ShelfQuery): Promise<AgentPage>;
}

interface AgentShelvesOptions {
  readonly agents: Pick<AgentRepository, 'list'>;
  readonly access: Pick<Access, 'reachOf'>;
  readonly views: AgentViews;
}

/** What lies on each shelf. */
const isOn: Readonly<Record<Shelf, (reach: Reach) => boolean>> = {
  all: () => true,
  mine: ({ isOwn }) => isOwn,
  shared: ({ isShared }) => isShared,
  marketplace: ({ isPublic }) => isPublic,
};

export function createAgentShelves({ agents, access, views }: AgentShelvesOptions): AgentShelves {
  return {
    async list(asker, { shelf, query, category, cursor, limit }) {
      const after = cursor === undefined ? undefined : agentCursor.parse(cursor);
      const reaches = await access.reachOf(asker, 'agent');
      const reached = [...reaches].filter(([, reach]) => isOn[shelf](reach));
      const found = await agents.list({
        ids: reached.map(([id]) => id),
        idsIfDisabled: reached.flatMap(([id, { role }]) => (isAtLeast(role, 'editor') ? [id] : [])),
        text: query.trim(),
        category,
        promotedFirst: shelf === 'marketplace',
        after,
        limit: limit + 1,
      });
      const items = found.slice(0, limit);
      const last = found.length > limit ? items.at(-1) : undefined;
      return {
        items: await views.many(items.map((record) => ({ record, role: reaches.get(record.id)?.role ?? 'viewer' }))),
        nextCursor: last === undefined ? null : agentCursor.format(last),
      };
    },
  };
}

import type { ToolInfo, ToolSource, UserId } from '@parley/contracts';
import type { Actor } from '../access/actor.ts';
import type { ToolGrantRepository } from '../database/repositories/tool-grant-repository.ts';
import type { ToolEffects } from './tool-approvals.ts';
import type { KnownTools } from './toolboxes.ts';

/** A grant as its owner sees it. */
interface GrantInfo {
  id: string;
  title: string;
  source: ToolSource;
  scope: 'conversation' | 'always';
  conversationId?: string;
  createdAt: string;
}

export interface ToolService {
  /** The tools that somebody may choose, as far as they are known without waiting. */
  list(actor: Actor): Promise<ToolInfo[]>;
  /** What somebody has allowed, newest first. */
  grants(userId: UserId): Promise<GrantInfo[]>;
  /** Harmless when there is no such grant. */
  revokeGrant(userId: UserId, id: string): Promise<void>;
}

interface ToolServiceOptions {
  readonly toolboxes: KnownTools;
  readonly approvals: ToolEffects;
  readonly grants: Pick<ToolGrantRepository, 'list' | 'remove'>;
}

export function createToolService({ toolboxes, approvals, grants }: ToolServiceOptions): ToolService {
  return {
    async list({ userId, role }) {
      const specs = await toolboxes.known({ userId, role });
      const effects = await approvals.effects({ userId, role }, specs);
      return specs.map(({ ref, title, description, summary = description, source, hints }, index) => ({
        ref,
        title,
        description: summary,
        source,
        hints,
        effect: effects[index] ?? 'ask',
      }));
    },

    async grants(userId) {
      const found = await grants.list(userId);
      return found.map(({ id, title, source, scope, conversationId, createdAt }) => ({
        id,
        title,
        source,
        scope,
        ...(conversationId === undefined ? {} : { conversationId }),
        createdAt: createdAt.toISOString(),
      }));
    },

    revokeGrant: (userId, id) => grants.remove(userId, id),
  };
}

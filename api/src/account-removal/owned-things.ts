import { agentIdSchema, ProblemError, promptGroupIdSchema } from '@parley/contracts';
import type { AgentId, ProblemCode, PromptGroupId, SharedType, UserId } from '@parley/contracts';
import type { Access, AccessSubject } from '../access/access-service.ts';
import { keyOfPrincipal } from '../access/principal-key.ts';
import type { AccessGrantRepository } from '../database/repositories/access-grant-repository.ts';
import type { LeavingPerson } from './personal-holdings.ts';

/** What can be shared and has owners. */
export interface OwnedThings {
  /** How many things nobody else owns. */
  countOwnedAlone(userId: UserId): Promise<number>;
  /** Removes what nobody else owns, for everybody it is shared with, and takes the person out of the rest. */
  letGo(person: LeavingPerson): Promise<void>;
}

interface OwnedThingsOptions {
  readonly access: Pick<Access, 'removeAll' | 'groupsChanged'>;
  readonly grants: Pick<AccessGrantRepository, 'findFor' | 'removePrincipal'>;
  readonly agents: { remove(asker: AccessSubject, id: AgentId): Promise<void> };
  readonly prompts: { remove(asker: AccessSubject, id: PromptGroupId): Promise<void> };
  readonly actions: { remove(asker: AccessSubject, id: string): Promise<void> };
  readonly servers: { remove(asker: AccessSubject, name: string): Promise<void> };
}

const types = ['agent', 'prompt-group', 'action-set', 'mcp-server'] as const satisfies readonly SharedType[];

/** What an earlier process has removed already. */
const goneCodes: ReadonlySet<ProblemCode> = new Set([
  'agent-not-found',
  'prompt-not-found',
  'action-set-not-found',
  'mcp-server-not-found',
]);

export function createOwnedThings(options: OwnedThingsOptions): OwnedThings {
  const { access, grants } = options;

  async function ownedAlone(userId: UserId, type: SharedType): Promise<string[]> {
    const found = await grants.findFor(type, [keyOfPrincipal({ type: 'user', id: userId })]);
    return [...found].flatMap(([id, all]) => {
      const owners = all.filter(({ principal, role }) => principal.type === 'user' && role === 'owner');
      return owners.length === 1 && owners[0]?.principal.type === 'user' && owners[0].principal.id === userId
        ? [id]
        : [];
    });
  }

  async function remove(person: LeavingPerson, type: SharedType, id: string): Promise<void> {
    try {
      if (type === 'agent') await options.agents.remove(person, agentIdSchema.parse(id));
      else if (type === 'prompt-group') await options.prompts.remove(person, promptGroupIdSchema.parse(id));
      else if (type === 'action-set') await options.actions.remove(person, id);
      else await options.servers.remove(person, id);
    } catch (error) {
      if (!(error instanceof ProblemError) || !goneCodes.has(error.code)) throw error;
      await access.removeAll(type, id);
    }
  }

  return {
    async countOwnedAlone(userId) {
      const owned = await Promise.all(types.map((type) => ownedAlone(userId, type)));
      return owned.flat().length;
    },

    async letGo(person) {
      for (const type of types) for (const id of await ownedAlone(person.userId, type)) await remove(person, type, id);
      await grants.removePrincipal(keyOfPrincipal({ type: 'user', id: person.userId }));
      access.groupsChanged();
    },
  };
}

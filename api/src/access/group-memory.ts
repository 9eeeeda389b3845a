import type { GroupId, UserId } from '@parley/contracts';
import type { GroupRepository } from '../database/repositories/group-repository.ts';

/** Milliseconds that a membership may be out of date in another process. */
const remembered = 5_000;
const mostPeople = 10_000;

/** Which groups people are in, asked once in five seconds for each of them. */
export interface GroupMemory {
  of(userId: UserId): Promise<readonly GroupId[]>;
  /** Forgets everything, so that a change of groups counts at once. */
  clear(): void;
}

interface GroupMemoryOptions {
  readonly groups: Pick<GroupRepository, 'idsOf'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createGroupMemory({ groups, now }: GroupMemoryOptions): GroupMemory {
  const known = new Map<UserId, { readonly ids: Promise<readonly GroupId[]>; readonly until: number }>();

  return {
    async of(userId) {
      const held = known.get(userId);
      if (held !== undefined && held.until > now()) return await held.ids;
      if (known.size >= mostPeople) known.clear();
      const asked = { ids: groups.idsOf(userId), until: now() + remembered };
      known.set(userId, asked);
      try {
        return await asked.ids;
      } catch (error) {
        if (known.get(userId) === asked) known.delete(userId);
        throw error;
      }
    },

    clear: () => known.clear(),
  };
}

import type { UserId } from '@parley/contracts';
import type { GenerationRecord } from '../database/repositories/generation-repository.ts';

interface Asked {
  readonly userId: UserId;
  readonly askedBy?: GenerationRecord['askedBy'] | undefined;
}

/** Whose models, agents, tools, files and grants a turn runs with: the asker's, who may be a guest of the owner's. */
export function askerOf({ userId, askedBy }: Asked): UserId {
  return askedBy?.id ?? userId;
}

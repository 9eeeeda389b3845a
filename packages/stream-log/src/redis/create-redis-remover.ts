import * as z from 'zod/mini';
import type { RedisForks } from './create-redis-forks.ts';
import type { RedisCaller } from './redis-commands.ts';
import type { RedisKeys } from './redis-keys.ts';
import { removeReplySchema } from './redis-replies.ts';
import { indexScript, removeScript } from './redis-scripts.ts';

interface RemoverOptions {
  readonly caller: RedisCaller;
  readonly keys: RedisKeys;
  readonly forks: RedisForks;
  readonly origin: string;
  /** In ms, or '' for endless. */
  readonly closedLife: string;
  readonly onRemoved: (id: string) => void;
}

const removedAtOnce = 100;
const idsSchema = z.array(z.string());

/** Removes streams: by name, by the time of their seal, and those only kept for forks that have expired. */
export function createRedisRemover({ caller, keys, forks, origin, closedLife, onRemoved }: RemoverOptions) {
  /** Removes a stream, if it was closed before a time in ms or none is given. */
  async function remove(id: string, closedBefore = ''): Promise<'missing' | 'gone' | 'kept' | 'hidden' | 'removed'> {
    const reply = z.parse(removeReplySchema, await caller.run(removeScript, keys.of(id), [closedBefore, origin]));
    if (reply[0] === 'removed' && reply[2] !== '') await forks.release(reply[2], reply[1], id);
    if (reply[0] === 'hidden') {
      await caller.send('SADD', keys.hidden, id);
      await forks.prune(id);
    }
    onRemoved(id);
    return reply[0];
  }

  return {
    remove,

    /**
     * Notes a seal for `removeClosedBefore`; '' for one whose time is not known. The note is in another slot: a crash
     * before it leaves it out, until the writer repeats its seal.
     */
    noteSeal: async (id: string, closedAt: string): Promise<void> => {
      await caller.run(indexScript, [keys.closed], [closedAt, id, closedLife]);
    },

    async removeClosedBefore(moment: Date): Promise<number> {
      const before = String(moment.getTime());
      const range = [keys.closed, '-inf', `(${before}`, 'LIMIT', '0', String(removedAtOnce)];
      for (let removed = 0; ;) {
        const ids = z.parse(idsSchema, await caller.send('ZRANGEBYSCORE', ...range));
        if (ids.length === 0) return removed;
        const outcomes = await Promise.all(ids.map((id) => remove(id, before)));
        removed += outcomes.filter((outcome) => outcome === 'removed' || outcome === 'hidden').length;
        await caller.send('ZREM', keys.closed, ...ids);
      }
    },

    /** What has expired itself, Redis removes. */
    async removeForsaken(): Promise<number> {
      const hidden = z.parse(idsSchema, await caller.send('SMEMBERS', keys.hidden));
      let removed = 0;
      for (const id of hidden) {
        await forks.prune(id);
        if ((await caller.send('EXISTS', keys.meta(id))) !== 0) continue;
        await caller.send('SREM', keys.hidden, id);
        removed += 1;
      }
      return removed;
    },
  };
}

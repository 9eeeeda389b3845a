import * as z from 'zod/mini';
import { type ForkPlan, planFork, prefixOf } from '../admit-create.ts';
import { formatOffset } from '../offset.ts';
import { refusals } from '../refusals.ts';
import { startOffset } from '../stream-log.ts';
import type { StreamRequest } from '../stream-store.ts';
import { newIncarnation } from './new-incarnation.ts';
import { readRedisStream } from './read-redis-stream.ts';
import type { RedisCaller } from './redis-commands.ts';
import type { RedisKeys } from './redis-keys.ts';
import { attachReplySchema, removeReplySchema } from './redis-replies.ts';
import { attachScript, releaseScript } from './redis-scripts.ts';
import type { RedisStreamInfo } from './redis-stream-info.ts';

interface ForksOptions {
  readonly caller: RedisCaller;
  readonly keys: RedisKeys;
  readonly describe: (id: string) => Promise<RedisStreamInfo | 'missing' | 'gone'>;
}

/** A fork whose source knows of it and whose inherited entries are in its own slot. */
export interface PreparedFork extends Pick<ForkPlan, 'config' | 'ancestors'> {
  readonly incarnation: string;
  /** How many entries wait under `keys.inheritance`. */
  readonly inherited: number;
  /** The beginning of its first own entry, if it has one of its source's. */
  readonly prefix: readonly string[];
}

/** Long enough to copy the longest stream, in ms. */
const inheritanceLife = '300000';

/**
 * Forks across slots: a fork is a copy of what it inherits, which never changes, and its source only remembers which
 * forks there are, to stay `gone` instead of `missing` until the last of them is removed.
 */
export function createRedisForks(options: ForksOptions) {
  const { caller, keys, describe } = options;

  async function describeSource(id: string): Promise<RedisStreamInfo> {
    const source = await describe(id);
    if (source === 'gone') throw refusals.sourceGone(id);
    if (source === 'missing') throw refusals.missing(id);
    return source;
  }

  async function copy(from: RedisStreamInfo, count: number, to: string): Promise<void> {
    for (let at = 0; at < count;) {
      const after = at === 0 ? startOffset : formatOffset(from.incarnation, at);
      const { entries } = await readRedisStream(options, from.id, after, { limit: count - at, slides: false });
      if (entries.length === 0) throw refusals.missing(from.id);
      await caller.send('RPUSH', to, ...entries);
      if (at === 0) await caller.send('PEXPIRE', to, inheritanceLife);
      at += entries.length;
    }
  }

  async function prefixAfter(source: RedisStreamInfo, { shared, prefixBytes }: ForkPlan): Promise<string[]> {
    if (prefixBytes === 0) return [];
    const after = formatOffset(source.incarnation, shared);
    const { entries } = await readRedisStream(options, source.id, after, { limit: 1, slides: false });
    return entries.map((entry) => prefixOf(entry, prefixBytes, source.id));
  }

  /** Makes a source forget a fork, and lets go of sources that were only kept for it, all the way up. */
  async function release(from: string, incarnation: string, id: string): Promise<void> {
    const reply = z.parse(removeReplySchema, await caller.run(releaseScript, keys.of(from), [`${incarnation} ${id}`]));
    if (reply[0] !== 'removed') return;
    const [, removed, above] = reply;
    await caller.send('SREM', keys.hidden, from);
    if (above !== '') await release(above, removed, from);
  }

  return {
    release,

    /** Throws what `StreamStore.create` says of forks; then the source does not remember it. */
    async prepare(id: string, request: StreamRequest, from: string): Promise<PreparedFork> {
      const source = await describeSource(from);
      const plan = planFork(source, source.config, request);
      const incarnation = newIncarnation();
      const prefix = await prefixAfter(source, plan);
      const attached = await caller.run(attachScript, keys.of(source.id), [source.incarnation, `${incarnation} ${id}`]);
      const [outcome] = z.parse(attachReplySchema, attached);
      if (outcome === 'gone') throw refusals.sourceGone(source.id);
      if (outcome === 'missing') throw refusals.missing(source.id);
      try {
        await copy(source, plan.shared, keys.inheritance(id, incarnation));
      } catch (error) {
        await release(source.id, incarnation, id);
        throw error;
      }
      return { config: plan.config, ancestors: plan.ancestors, incarnation, inherited: plan.shared, prefix };
    },

    /** Takes back what was prepared. */
    async abandon(id: string, { incarnation }: PreparedFork, from: string): Promise<void> {
      await release(from, incarnation, id);
      await caller.send('DEL', keys.inheritance(id, incarnation));
    },

    /** Makes a stream forget the forks that Redis has removed because their time had come. */
    async prune(id: string): Promise<void> {
      const fields = z.parse(z.array(z.string()), await caller.send('HKEYS', keys.meta(id)));
      for (const field of fields.filter((name) => name.startsWith('f:'))) {
        const [incarnation, fork] = [field.slice(2, 10), field.slice(11)];
        if ((await caller.send('HGET', keys.meta(fork), 'incarnation')) !== incarnation) {
          await release(id, incarnation, fork);
        }
      }
    },
  };
}

export type RedisForks = ReturnType<typeof createRedisForks>;

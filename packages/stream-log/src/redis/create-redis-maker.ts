import * as z from 'zod/mini';
import { configOf, matchesRequest } from '../admit-create.ts';
import { formatOffset } from '../offset.ts';
import { refusals } from '../refusals.ts';
import { StreamLogError } from '../stream-log-error.ts';
import type { Append, Created, StreamRequest } from '../stream-store.ts';
import type { PreparedFork, RedisForks } from './create-redis-forks.ts';
import { newIncarnation } from './new-incarnation.ts';
import type { RedisCaller } from './redis-commands.ts';
import type { RedisKeys } from './redis-keys.ts';
import { createReplySchema } from './redis-replies.ts';
import { createScript } from './redis-scripts.ts';
import { formatAncestors, infoOf, type RedisStreamInfo } from './redis-stream-info.ts';

type First = Pick<Append, 'entries' | 'closes'>;

interface MakerOptions {
  readonly caller: RedisCaller;
  readonly keys: RedisKeys;
  readonly forks: RedisForks;
  readonly find: (id: string) => Promise<RedisStreamInfo | 'missing' | 'gone'>;
  /** In ms, or '' for endless; see `RedisStreamStoreOptions`. */
  readonly lives: { readonly closed: string; readonly open: string };
  readonly origin: string;
  /** Notes that a stream was sealed at a time of Redis' clock. */
  readonly noteSeal: (id: string, closedAt: string) => Promise<void>;
}

/** Makes streams, or finds them: `StreamStore.create`. */
export function createRedisMaker({ caller, keys, forks, find, lives, origin, noteSeal }: MakerOptions) {
  async function make(id: string, request: StreamRequest, first: First, fork?: PreparedFork): Promise<Created> {
    const config = fork?.config ?? configOf(request);
    const incarnation = fork?.incarnation ?? newIncarnation();
    const inherited = fork?.inherited ?? 0;
    const staged = inherited === 0 ? [] : [keys.inheritance(id, incarnation)];
    const parameters = [
      incarnation,
      config.contentType,
      String(config.ttlSeconds ?? ''),
      String(config.expiresAt?.getTime() ?? ''),
      first.closes ? '1' : '',
      lives.closed,
      lives.open,
      origin,
      config.fork?.from ?? '',
      String(config.fork?.position ?? ''),
      String(config.fork?.subOffset ?? ''),
      formatAncestors(fork?.ancestors ?? []),
      String(inherited),
      ...(fork?.prefix ?? []),
      ...first.entries,
    ];
    const reply = z.parse(createReplySchema, await caller.run(createScript, [...keys.of(id), ...staged], parameters));
    if (reply[0] === 'created') {
      const [outcome, length, closedAt] = reply;
      if (closedAt !== '') await noteSeal(id, closedAt);
      return { outcome, info: { config, next: formatOffset(incarnation, length), closed: first.closes } };
    }
    if (reply[0] === 'lost') throw new StreamLogError('unavailable', `The fork ${id} took too long to make`);
    const info = reply[0] === 'gone' ? 'gone' : infoOf(id, reply[1]);
    if (typeof info === 'string') throw refusals.otherConfiguration(id);
    return { outcome: 'exists', info };
  }

  async function makeFork(id: string, request: StreamRequest, first: First, from: string): Promise<Created> {
    const prepared = await forks.prepare(id, request, from);
    let made: Created | undefined;
    try {
      made = await make(id, request, first, prepared);
      return made;
    } finally {
      // Somebody else was faster, or it was refused.
      if (made?.outcome !== 'created') await forks.abandon(id, prepared, from);
    }
  }

  async function findOrMake(id: string, request: StreamRequest, first: First): Promise<Created> {
    if (request.fork === undefined) return make(id, request, first);
    // A fork is not prepared in vain when it is there already.
    const known = await find(id);
    if (known === 'gone') throw refusals.otherConfiguration(id);
    if (known === 'missing') return makeFork(id, request, first, request.fork.from);
    return { outcome: 'exists', info: known };
  }

  return async (id: string, request: StreamRequest, first: First): Promise<Created> => {
    const found = await findOrMake(id, request, first);
    if (found.outcome === 'exists' && !matchesRequest(found.info, request, first.closes)) {
      throw refusals.otherConfiguration(id);
    }
    return found;
  };
}

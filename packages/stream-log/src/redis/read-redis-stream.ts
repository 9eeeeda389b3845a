import * as z from 'zod/mini';
import { formatOffset, parseOffset, positionOf } from '../offset.ts';
import { refusals } from '../refusals.ts';
import { type Batch, type Offset, startOffset } from '../stream-log.ts';
import type { RedisCaller } from './redis-commands.ts';
import type { RedisKeys } from './redis-keys.ts';
import { readReplySchema } from './redis-replies.ts';
import { readScript } from './redis-scripts.ts';
import { parseAncestors } from './redis-stream-info.ts';

interface ReadOptions {
  readonly limit?: number | undefined;
  /** Whether the read makes a TTL begin anew. */
  readonly slides: boolean;
}

/** A batch, with how many entries lie before its end. */
interface RedisBatch extends Batch<string> {
  readonly incarnation: string;
  readonly reached: number;
}

const defaultLimit = 1_000;
const longestBatch = 1_048_576;
/** More than any stream has entries. */
const endless = 999_999_999_999;

/** Reads entries after an offset with one command. Throws `missing`, `gone`, `invalid-offset`. */
export async function readRedisStream(
  { caller, keys }: { readonly caller: RedisCaller; readonly keys: RedisKeys },
  id: string,
  after: Offset,
  { limit = defaultLimit, slides }: ReadOptions,
): Promise<RedisBatch> {
  // Of the end and of an offset that nobody gave out there is nothing to read; which it is, the reply decides.
  const wanted = after === startOffset ? 0 : (parseOffset(after)?.position ?? endless);
  const parameters = [String(wanted), String(limit), String(longestBatch), slides ? '1' : ''];
  const reply = z.parse(readReplySchema, await caller.run(readScript, keys.of(id), parameters));
  if (reply[0] === 'missing') throw refusals.missing(id);
  if (reply[0] === 'gone') throw refusals.gone(id);
  const [, incarnation, length, isClosed, ancestors, entries] = reply;
  const start = positionOf({ id, incarnation, length, ancestors: parseAncestors(ancestors) }, after);
  const reached = start + entries.length;
  const upToDate = reached >= length;
  const closed = upToDate && isClosed === 1;
  return { entries, next: formatOffset(incarnation, reached), upToDate, closed, incarnation, reached };
}

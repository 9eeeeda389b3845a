import * as z from 'zod/mini';
import { formatOffset } from '../offset.ts';
import { refusals } from '../refusals.ts';
import type { Append, Appended } from '../stream-store.ts';
import { appendReplySchema } from './redis-replies.ts';

type Reply = z.infer<typeof appendReplySchema>;
type Refusal = Exclude<Reply, readonly ['written' | 'duplicate', ...unknown[]]>;

/** What an append that was not refused did. */
export interface RedisAppended {
  readonly appended: Appended;
  readonly incarnation: string;
  /** Number of entries before it. */
  readonly after: number;
  /** When the stream was sealed by it, in ms of Redis' clock; '' when it was not. */
  readonly closedAt: string;
}

/** Reads the reply of `appendScript`. Throws what `StreamStore.append` says. */
export function readAppended(id: string, { closes, producer }: Append, reply: unknown): RedisAppended {
  const parsed = z.parse(appendReplySchema, reply);
  if (parsed[0] === 'written') {
    const [outcome, incarnation, after, length, closedAt, seq] = parsed;
    const highestSeq = seq < 0 ? undefined : seq;
    const appended = { outcome, next: formatOffset(incarnation, length), closed: closes, highestSeq };
    return { appended, incarnation, after, closedAt };
  }
  if (parsed[0] === 'duplicate') {
    const [outcome, incarnation, length, closed, seq] = parsed;
    const highestSeq = seq < 0 ? undefined : seq;
    const appended = { outcome, next: formatOffset(incarnation, length), closed: closed === 1, highestSeq };
    return { appended, incarnation, after: length, closedAt: '' };
  }
  throw refusalOf(id, producer, parsed);
}

function refusalOf(id: string, producer: Append['producer'], reply: Refusal): Error {
  const { seq, ...writer } = producer ?? { id: '', epoch: 0, seq: 0 };
  switch (reply[0]) {
    case 'missing':
      return refusals.missing(id);
    case 'gone':
      return refusals.gone(id);
    case 'conflict':
      return refusals.otherType(id, reply[1]);
    case 'closed':
      return refusals.closed(id, formatOffset(reply[1], reply[2]));
    case 'stream-seq':
      return refusals.streamSeq(id);
    case 'fenced':
      return refusals.fenced(id, writer, reply[1]);
    default:
      return refusals.sequenceGap(id, writer, seq, reply[1], reply[2] < 0 ? undefined : reply[2]);
  }
}

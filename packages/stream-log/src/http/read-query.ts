import type { IncomingMessage } from 'node:http';
import { StreamLogError } from '../stream-log-error.ts';
import { type Offset, startOffset } from '../stream-log.ts';

/** What a Durable Streams read asks for. */
export interface ReadQuery {
  readonly offset: Offset;
  readonly live: 'no' | 'long-poll' | 'sse';
  /** The cursor of the reader's last live answer. */
  readonly cursor: string | undefined;
}

/** Reads `offset`, `live` and `cursor` of a GET. Throws `invalid-offset` or `invalid-live-mode`. */
export function parseReadQuery(request: IncomingMessage): ReadQuery {
  const [, search = ''] = (request.url ?? '').split('?', 2);
  const searchParams = new URLSearchParams(search);
  const offsets = searchParams.getAll('offset');
  const live = searchParams.get('live') ?? 'no';
  if (live !== 'no' && live !== 'long-poll' && live !== 'sse') {
    throw new StreamLogError('invalid-live-mode', 'live must be long-poll or sse');
  }
  if (offsets.length > 1) throw new StreamLogError('invalid-offset', 'There is more than one offset');
  const offset = offsets[0];
  if (offset === undefined && live !== 'no') {
    throw new StreamLogError('invalid-offset', `live=${live} needs an offset`);
  }
  return { offset: offset ?? startOffset, live, cursor: searchParams.get('cursor') ?? undefined };
}

import type * as z from 'zod/mini';
import { type Ancestor, formatOffset, type Incarnation } from '../offset.ts';
import { StreamLogError } from '../stream-log-error.ts';
import type { StreamConfig, StreamInfo } from '../stream-store.ts';
import type { infoSchema } from './redis-replies.ts';

/** A stream as Redis describes it. */
export interface RedisStreamInfo extends StreamInfo, Incarnation {
  readonly ancestors: readonly Ancestor[];
}

/** What the fields of a stream's `meta` say; `missing` or `gone` when it is. */
export function infoOf(id: string, fields: z.infer<typeof infoSchema>): RedisStreamInfo | 'missing' | 'gone' {
  const [incarnation, length, closed, gone, type, ttl, expires, from, position, subOffset, ancestors] = fields;
  if (incarnation === null) return 'missing';
  if (gone !== null) return 'gone';
  if (length === null || type === null) throw new StreamLogError('corrupt', `What Redis has of ${id} is no stream`);
  const fork = from === null ? undefined : { from, position: Number(position), subOffset: Number(subOffset) };
  const config: StreamConfig = {
    contentType: type,
    ttlSeconds: ttl === null ? undefined : Number(ttl),
    expiresAt: expires === null ? undefined : new Date(Number(expires)),
    fork,
  };
  return {
    id,
    incarnation,
    length: Number(length),
    ancestors: parseAncestors(ancestors ?? ''),
    config,
    next: formatOffset(incarnation, Number(length)),
    closed: closed !== null,
  };
}

/** Ancestors as one text, `<incarnation>:<length>` with spaces between. */
export function formatAncestors(ancestors: readonly Ancestor[]): string {
  return ancestors.map(({ incarnation, length }) => `${incarnation}:${length}`).join(' ');
}

export function parseAncestors(text: string): Ancestor[] {
  if (text === '') return [];
  return text.split(' ').map((each) => {
    const [incarnation = '', length] = each.split(':');
    return { incarnation, length: Number(length) };
  });
}

import * as z from 'zod/mini';
import type { StreamConfig } from '../stream-store.ts';

const optionalNumber = z.nullable(z.number());
const logRowSchema = z.object({
  log: z.number(),
  id: z.string(),
  incarnation: z.string(),
  length: z.number(),
  shared: z.number(),
  closed_at: optionalNumber,
  content_type: z.string(),
  ttl_seconds: optionalNumber,
  expires_at: optionalNumber,
  due_at: optionalNumber,
  removed_at: optionalNumber,
  stream_seq: z.nullable(z.string()),
  source: optionalNumber,
  source_id: z.nullable(z.string()),
  fork_position: z.number(),
  fork_sub_offset: z.number(),
});
const producerRowSchema = z.object({ epoch: z.number(), next_seq: z.number(), reached: z.number() });
const entryRowSchema = z.object({ text: z.string() });

/** A stream as the file has it. Its own entries begin at `shared`; those before are its source's. */
export type LogRow = z.infer<typeof logRowSchema>;

/** Rows as the store's own statements return them. */
export const rows = {
  log: (row: unknown) => (row === undefined ? undefined : logRowSchema.parse(row)),
  made: (row: unknown) => logRowSchema.parse(row),
  producer(row: unknown) {
    if (row === undefined) return undefined;
    const { epoch, next_seq: nextSeq, reached } = producerRowSchema.parse(row);
    return { epoch, nextSeq, reached };
  },
  text: (row: unknown) => entryRowSchema.parse(row).text,
};

/** What a stream was created with. */
export function configOfRow(row: LogRow): StreamConfig {
  return {
    contentType: row.content_type,
    ttlSeconds: row.ttl_seconds ?? undefined,
    expiresAt: row.expires_at === null ? undefined : new Date(row.expires_at),
    fork:
      row.source_id === null
        ? undefined
        : { from: row.source_id, position: row.fork_position, subOffset: row.fork_sub_offset },
  };
}

import * as z from 'zod/mini';

const logRowSchema = z.object({
  log: z.number(),
  id: z.string(),
  incarnation: z.string(),
  length: z.number(),
  closed_at: z.nullable(z.number()),
});
const producerRowSchema = z.object({ epoch: z.number(), next_seq: z.number(), reached: z.number() });
const entryRowSchema = z.object({ json: z.string() });
const removedRowSchema = z.object({ id: z.string(), log: z.number() });

export type LogRow = z.infer<typeof logRowSchema>;

/** Rows as the store's own statements return them. */
export const rows = {
  log: (row: unknown) => (row === undefined ? undefined : logRowSchema.parse(row)),
  producer(row: unknown) {
    if (row === undefined) return undefined;
    const { epoch, next_seq: nextSeq, reached } = producerRowSchema.parse(row);
    return { epoch, nextSeq, reached };
  },
  entry: (row: unknown) => entryRowSchema.parse(row).json,
  removed: (row: unknown) => removedRowSchema.parse(row),
};

import mongoose from 'mongoose';
import * as z from 'zod/mini';

const duplicateKeySchema = z.object({ code: z.literal(11_000), keyPattern: z.record(z.string(), z.unknown()) });

/** First field of the unique index that refused a write (MongoDB's error 11000), or `undefined` for any other error. */
export function duplicateKeyField(error: unknown): string | undefined {
  if (!(error instanceof mongoose.mongo.MongoServerError)) return undefined;
  const parsed = duplicateKeySchema.safeParse({ code: error.code, keyPattern: error['keyPattern'] });
  return parsed.success ? Object.keys(parsed.data.keyPattern)[0] : undefined;
}

/** Whether the only thing wrong with the writes of a batch was that some documents are there already. */
export function areDuplicates(error: unknown): boolean {
  if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) return false;
  const { writeErrors } = error;
  const all = Array.isArray(writeErrors) ? writeErrors : [writeErrors];
  return all.length > 0 && all.every(({ code }) => code === 11_000);
}

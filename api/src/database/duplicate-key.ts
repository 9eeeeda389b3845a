import mongoose from 'mongoose';
import * as z from 'zod/mini';

const duplicateKeySchema = z.object({ code: z.literal(11_000), keyPattern: z.record(z.string(), z.unknown()) });

/** First field of the unique index that refused a write (MongoDB's error 11000), or `undefined` for any other error. */
export function duplicateKeyField(error: unknown): string | undefined {
  if (!(error instanceof mongoose.mongo.MongoServerError)) return undefined;
  const parsed = duplicateKeySchema.safeParse({ code: error.code, keyPattern: error['keyPattern'] });
  return parsed.success ? Object.keys(parsed.data.keyPattern)[0] : undefined;
}

import { Schema } from 'mongoose';
import type { UserId } from '@parley/contracts';

/** A signed-in device as it is stored. Tokens are kept as hashes only. */
export interface SessionDocument {
  readonly _id: string;
  readonly userId: UserId;
  readonly tokenHash: string;
  /** The token before the current one, and when it was replaced. */
  readonly previousTokenHash?: string;
  readonly rotatedAt?: Date;
  readonly createdAt: Date;
  /** The store removes the document by itself after this moment. */
  readonly expiresAt: Date;
}

export const sessionDocumentSchema = new Schema<SessionDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    tokenHash: { type: String, required: true },
    previousTokenHash: { type: String },
    rotatedAt: { type: Date },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'sessions', strict: 'throw', versionKey: false, _id: false },
);

sessionDocumentSchema.index({ userId: 1 });
sessionDocumentSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

import { Schema } from 'mongoose';
import type { SessionId, UserId } from '@parley/contracts';

/** A signed-in device as it is stored. Tokens are kept as hashes only. */
export interface SessionDocument {
  readonly _id: SessionId;
  readonly userId: UserId;
  readonly tokenHash: string;
  /** The token before the current one, and when it was replaced. */
  readonly previousTokenHash?: string;
  readonly rotatedAt?: Date;
  /** Words for its owner. Both are absent in sessions from before they were noted. */
  readonly name?: string;
  readonly lastSeenAt?: Date;
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
    name: { type: String },
    lastSeenAt: { type: Date },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'sessions', strict: 'throw', versionKey: false, _id: false },
);

sessionDocumentSchema.index({ userId: 1 });
sessionDocumentSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

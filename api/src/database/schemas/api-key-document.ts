import type { ApiKeyScope, UserId } from '@parley/contracts';
import { Schema } from 'mongoose';

/** A key for programs as it is stored: its secret as a hash only. */
export interface ApiKeyDocument {
  readonly _id: string;
  readonly userId: UserId;
  readonly name: string;
  readonly prefix: string;
  /** SHA-256 of the whole secret, which is long and random. */
  readonly secretHash: string;
  readonly scopes: readonly ApiKeyScope[];
  readonly createdAt: Date;
  /** The store removes the document by itself after this moment. */
  readonly expiresAt?: Date;
  readonly lastUsedAt?: Date;
}

export const apiKeyDocumentSchema = new Schema<ApiKeyDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    name: { type: String, required: true },
    prefix: { type: String, required: true },
    secretHash: { type: String, required: true },
    scopes: { type: [String], required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date },
    lastUsedAt: { type: Date },
  },
  { collection: 'api_keys', strict: 'throw', versionKey: false, _id: false },
);

apiKeyDocumentSchema.index({ secretHash: 1 }, { unique: true });
apiKeyDocumentSchema.index({ userId: 1, createdAt: -1 });
apiKeyDocumentSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

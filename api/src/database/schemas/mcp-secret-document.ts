import { Schema } from 'mongoose';

/** One sealed value: a token, a registered client, a sign-in that was begun, what somebody filled in. */
export interface McpSecretDocument {
  readonly _id: string;
  readonly sealed: string;
  /** Another one after every change, never used before for this key. */
  readonly version: number;
  /** The store removes the document by itself after this moment. */
  readonly expiresAt?: Date;
}

export const mcpSecretDocumentSchema = new Schema<McpSecretDocument>(
  {
    _id: { type: String, required: true },
    sealed: { type: String, required: true },
    version: { type: Number, required: true },
    expiresAt: { type: Date },
  },
  { collection: 'mcp_secrets', strict: 'throw', versionKey: false, _id: false },
);

mcpSecretDocumentSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

import { Schema } from 'mongoose';
import type { McpServerSettings, UserId } from '@parley/contracts';

/** An MCP server that somebody added. What is left of a removed one keeps its name from being used again. */
export interface McpServerDocument {
  /** Its name. */
  readonly _id: string;
  /** Tells it from every other server there was or will be, in keys of what is kept for it. */
  readonly key: string;
  readonly settings?: StoredMcpSettings;
  /** Sealed JSON of what must not be read; absent when there is nothing. */
  readonly sealed?: string;
  readonly createdBy: UserId;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly removedAt?: Date;
}

/** Settings without their secrets. */
export interface StoredMcpSettings extends Pick<McpServerSettings, 'title' | 'description' | 'url' | 'transport'> {
  readonly auth:
    | { readonly kind: 'none' }
    | { readonly kind: 'oauth'; readonly clientId?: string; readonly scope?: string }
    | { readonly kind: 'api-key'; readonly scheme: 'bearer' | 'basic' | 'header'; readonly header?: string };
}

export const mcpServerDocumentSchema = new Schema<McpServerDocument>(
  {
    _id: { type: String, required: true },
    key: { type: String, required: true },
    settings: { type: Schema.Types.Mixed },
    sealed: { type: String },
    createdBy: { type: String, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    removedAt: { type: Date },
  },
  { collection: 'mcp_servers', strict: 'throw', versionKey: false, _id: false },
);

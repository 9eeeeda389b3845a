import { Schema } from 'mongoose';
import type { Attachment, ConversationId, ToolResultId, UserId } from '@parley/contracts';

/** What a tool gave that is not part of its message: what it is. Its bytes are in chunks, which are there first. */
export interface ToolResultDocument {
  readonly _id: ToolResultId;
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  /** `output`: the text of a result that was too long, as UTF-16. */
  readonly kind: 'output' | Attachment['kind'];
  readonly mimeType: string;
  readonly title: string;
  /** Bytes. */
  readonly size: number;
  readonly createdAt: Date;
}

/** All chunks of a result but the last have the same size. */
export interface ToolResultChunkDocument {
  /** The result's id, a slash, and the chunk's number from 0. */
  readonly _id: string;
  readonly conversationId: ConversationId;
  readonly bytes: Uint8Array;
}

const options = { strict: 'throw', versionKey: false, _id: false } as const;

export const toolResultDocumentSchema = new Schema<ToolResultDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    conversationId: { type: String, required: true },
    kind: { type: String, required: true },
    mimeType: { type: String, required: true },
    title: { type: String, default: '' },
    size: { type: Number, required: true },
    createdAt: { type: Date, required: true },
  },
  { ...options, collection: 'tool_results' },
);

toolResultDocumentSchema.index({ conversationId: 1 });

export const toolResultChunkDocumentSchema = new Schema<ToolResultChunkDocument>(
  {
    _id: { type: String, required: true },
    conversationId: { type: String, required: true },
    bytes: { type: Buffer, required: true },
  },
  { ...options, collection: 'tool_result_chunks' },
);

toolResultChunkDocumentSchema.index({ conversationId: 1 });

import { Schema } from 'mongoose';
import type { ConversationId, ToolRef, ToolSource, UserId } from '@parley/contracts';

/** A tool that somebody has allowed for longer than one call. */
export interface ToolGrantDocument {
  /** A hash of person, tool, scope and conversation: one grant is one document. */
  readonly _id: string;
  readonly userId: UserId;
  readonly ref: ToolRef;
  /** Of the tool as it was then; another one is asked about anew. */
  readonly digest: string;
  readonly title: string;
  readonly source: ToolSource;
  readonly scope: 'conversation' | 'always';
  readonly conversationId?: ConversationId;
  readonly createdAt: Date;
}

export const toolGrantDocumentSchema = new Schema<ToolGrantDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    ref: { type: String, required: true },
    digest: { type: String, required: true },
    title: { type: String, required: true },
    source: { type: Schema.Types.Mixed, required: true },
    scope: { type: String, enum: ['conversation', 'always'], required: true },
    conversationId: { type: String },
    createdAt: { type: Date, required: true },
  },
  { collection: 'tool_grants', strict: 'throw', versionKey: false, _id: false },
);

toolGrantDocumentSchema.index({ userId: 1, ref: 1 });
toolGrantDocumentSchema.index({ conversationId: 1 }, { sparse: true });

import { Schema } from 'mongoose';
import type { AgentId, ConversationId, MessageId, UserId } from '@parley/contracts';

/** An entry of the search index. Only words are kept: texts are read where they are. */
export interface SearchEntryDocument {
  readonly _id: string;
  readonly userId: UserId;
  readonly kind: 'title' | 'message';
  readonly conversationId: ConversationId;
  readonly messageId?: MessageId;
  readonly role?: 'user' | 'assistant';
  readonly model?: string;
  readonly agentId?: AgentId;
  readonly at: Date;
  readonly words: readonly string[];
  /** The words once more, each between two spaces, for conditions that must not choose an index. */
  readonly line: string;
}

export const searchEntryDocumentSchema = new Schema<SearchEntryDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    kind: { type: String, enum: ['title', 'message'], required: true },
    conversationId: { type: String, required: true },
    messageId: { type: String },
    role: { type: String, enum: ['user', 'assistant'] },
    model: { type: String },
    agentId: { type: String },
    at: { type: Date, required: true },
    words: { type: [String], required: true },
    line: { type: String, required: true },
  },
  { collection: 'search_entries', strict: 'throw', versionKey: false, _id: false },
);

searchEntryDocumentSchema.index({ userId: 1, kind: 1, words: 1 });
searchEntryDocumentSchema.index({ userId: 1, kind: 1, at: -1, _id: -1 });
searchEntryDocumentSchema.index({ conversationId: 1 });

import { Schema } from 'mongoose';
import type { Message, MessageId, UserId } from '@parley/contracts';
import { agentRef } from './agent-ref.ts';

/** A message as it is stored: the entity with its owner, `_id` for `id` and a `Date`. */
export interface MessageDocument extends Omit<Message, 'id' | 'createdAt' | 'editedAt'> {
  readonly _id: MessageId;
  readonly userId: UserId;
  readonly createdAt: Date;
  readonly editedAt?: Date;
  /** Present while it, and what follows from it, is being removed: neither is shown any more. */
  readonly deletedAt?: Date;
  /** The search finds it by the words it has now. Whoever changes them takes this away in the same write. */
  readonly indexed?: boolean;
}

const { Mixed } = Schema.Types;

export const messageDocumentSchema = new Schema<MessageDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    conversationId: { type: String, required: true },
    parentId: { type: String },
    role: { type: String, enum: ['user', 'assistant'], required: true },
    status: { type: String, enum: ['running', 'done', 'stopped', 'failed'], required: true },
    parts: { type: Mixed, required: true },
    createdAt: { type: Date, required: true },
    generationId: { type: String },
    endpoint: { type: String },
    model: { type: String },
    agent: agentRef,
    notices: { type: [String], default: undefined },
    finishReason: { type: String },
    guidance: { type: String },
    continues: { type: String },
    usage: { type: Mixed },
    progress: { type: Mixed },
    editedAt: { type: Date },
    author: { type: Mixed },
    feedback: { type: Mixed },
    comparison: { type: Mixed },
    trace: { type: Mixed },
    deletedAt: { type: Date },
    indexed: { type: Boolean },
  },
  { collection: 'messages', strict: 'throw', versionKey: false, _id: false, minimize: false },
);

// A prompt and its answer are written in the same millisecond; `user` sorts after `assistant`, hence the descent.
messageDocumentSchema.index({ conversationId: 1, createdAt: 1, role: -1 });
messageDocumentSchema.index({ deletedAt: 1 }, { sparse: true });
// What the search has yet to index, without the answers that run.
messageDocumentSchema.index({ indexed: 1, status: 1 });
// Prompts whose answers are compared are few among the others.
messageDocumentSchema.index(
  { 'comparison.blind': 1, conversationId: 1 },
  { partialFilterExpression: { 'comparison.blind': { $exists: true } } },
);
// How much agents are used is counted over their answers alone.
messageDocumentSchema.index(
  { 'agent.id': 1, createdAt: 1 },
  { partialFilterExpression: { 'agent.id': { $exists: true } } },
);

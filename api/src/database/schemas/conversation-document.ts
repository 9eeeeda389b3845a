import { Schema } from 'mongoose';
import type { AgentRef, ConversationId, GenerationId, ToolRef, UserId } from '@parley/contracts';
import { agentRef } from './agent-ref.ts';

/** A conversation as it is stored. */
export interface ConversationDocument {
  readonly _id: ConversationId;
  /** Absent from the moment its owner deletes it, so that no query finds it any more. */
  readonly userId?: UserId;
  readonly title: string;
  /** Who wrote the title: a later hand replaces an earlier one, never the other way round. */
  readonly titleBy: 'prompt' | 'model' | 'user';
  readonly endpoint: string;
  readonly model: string;
  /** The agent of the newest turn. */
  readonly agent?: AgentRef;
  /** Absent in conversations from before there were tools. */
  readonly tools?: readonly ToolRef[];
  /** A call of the running answer waits for its user. */
  readonly waitingForInput?: boolean;
  readonly archived: boolean;
  readonly runningGenerationId: GenerationId | null;
  /** Absent in conversations from before it was noted. */
  readonly unread?: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Present while what belonged to a deleted conversation is being removed; the document itself goes last. */
  readonly deletedAt?: Date;
}

export const conversationDocumentSchema = new Schema<ConversationDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String },
    title: { type: String, required: true },
    titleBy: { type: String, enum: ['prompt', 'model', 'user'], required: true },
    endpoint: { type: String, required: true },
    model: { type: String, required: true },
    agent: agentRef,
    tools: { type: [String], default: undefined },
    waitingForInput: { type: Boolean },
    archived: { type: Boolean, required: true },
    runningGenerationId: { type: String },
    unread: { type: Boolean },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    deletedAt: { type: Date },
  },
  { collection: 'conversations', strict: 'throw', versionKey: false, _id: false },
);

conversationDocumentSchema.index({ userId: 1, archived: 1, updatedAt: -1, _id: -1 });
conversationDocumentSchema.index({ deletedAt: 1 }, { sparse: true });

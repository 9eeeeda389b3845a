import { Schema } from 'mongoose';
import type { ConversationId, GenerationId, MessageId, MessageStatus, UserId } from '@parley/contracts';

/** A generation as it is stored: everything that is needed to begin it, to repeat its acceptance and to continue it. */
export interface GenerationDocument {
  readonly _id: GenerationId;
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  /** Whether this turn is the one that began its conversation. */
  readonly startsConversation: boolean;
  readonly parentMessageId: MessageId | null;
  readonly userMessageId: MessageId;
  readonly responseMessageId: MessageId;
  readonly endpoint: string;
  readonly model: string;
  /** SHA-256 of what was asked, by which a repeated request is recognised. */
  readonly requestHash: string;
  readonly createdAt: Date;
  readonly status: MessageStatus;
  /** Raised by everybody who takes the generation over; the log refuses those of an older epoch. */
  readonly epoch: number;
  /** How often a producer vanished in the middle of the current step. */
  readonly interruptions: number;
  /** The fields below are there while the status is `running`. */
  readonly prompt?: string;
  /** The conversation's id again: its unique index lets only one generation run in a conversation. */
  readonly runningIn?: ConversationId;
  /** The process that writes the answer; `null` when it has let go of it. */
  readonly leaseOwner?: string | null;
  readonly leaseExpiresAt?: Date;
}

export const generationDocumentSchema = new Schema<GenerationDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    conversationId: { type: String, required: true },
    startsConversation: { type: Boolean, required: true },
    parentMessageId: { type: String },
    userMessageId: { type: String, required: true },
    responseMessageId: { type: String, required: true },
    endpoint: { type: String, required: true },
    model: { type: String, required: true },
    requestHash: { type: String, required: true },
    createdAt: { type: Date, required: true },
    status: { type: String, enum: ['running', 'done', 'stopped', 'failed'], required: true },
    epoch: { type: Number, required: true },
    interruptions: { type: Number, required: true },
    prompt: { type: String },
    runningIn: { type: String },
    leaseOwner: { type: String },
    leaseExpiresAt: { type: Date },
  },
  { collection: 'generations', strict: 'throw', versionKey: false, _id: false },
);

generationDocumentSchema.index({ runningIn: 1 }, { unique: true, sparse: true });
generationDocumentSchema.index({ conversationId: 1 });
generationDocumentSchema.index({ leaseExpiresAt: 1 }, { sparse: true });

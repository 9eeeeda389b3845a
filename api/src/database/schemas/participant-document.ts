import { Schema } from 'mongoose';
import type { ConversationId, UserId } from '@parley/contracts';

/** Somebody who takes part in somebody else's conversation. */
export interface ParticipantDocument {
  /** Of both ids, so that nobody takes part twice. */
  readonly _id: string;
  readonly conversationId: ConversationId;
  readonly userId: UserId;
  readonly name: string;
  readonly ownerId: UserId;
  readonly ownerName: string;
  readonly invitedAt: Date;
  /** An answer has ended that they have not looked at yet. */
  readonly unread?: boolean;
  /** What a process has begun to do, and has to be finished: from `leaving` on they take no part any more. */
  readonly pending?: 'joining' | 'leaving';
}

export const participantDocumentSchema = new Schema<ParticipantDocument>(
  {
    _id: { type: String, required: true },
    conversationId: { type: String, required: true },
    userId: { type: String, required: true },
    name: { type: String, required: true },
    ownerId: { type: String, required: true },
    ownerName: { type: String, required: true },
    invitedAt: { type: Date, required: true },
    unread: { type: Boolean },
    pending: { type: String, enum: ['joining', 'leaving'] },
  },
  { collection: 'participants', strict: 'throw', versionKey: false, _id: false },
);

participantDocumentSchema.index({ conversationId: 1, userId: 1 }, { unique: true });
participantDocumentSchema.index({ userId: 1, invitedAt: -1 });
participantDocumentSchema.index({ pending: 1 }, { sparse: true });

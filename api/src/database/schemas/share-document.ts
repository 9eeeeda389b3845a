import type { ConversationId, MessageId, ShareAccess, SharedMessage, ShareId, UserId } from '@parley/contracts';
import { Schema } from 'mongoose';

/** A link to a snapshot as it is stored. */
export interface ShareDocument {
  readonly _id: ShareId;
  readonly token: string;
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly title: string;
  readonly access: ShareAccess;
  /** Absent: never. */
  readonly expiresAt?: Date;
  /** Under which its messages are; absent until the first ones are all there. */
  readonly snapshot?: string;
  readonly messages: number;
  /** What the newest answer was given by; absent where that was an agent. */
  readonly answerer?: { readonly endpoint: string; readonly model: string };
  /** Snapshots that are being written. */
  readonly writing: readonly { readonly snapshot: string; readonly since: Date }[];
  /** Present while it is being removed. */
  readonly deletedAt?: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** One message of a snapshot. */
export interface SharedMessageDocument {
  readonly _id: string;
  readonly shareId: ShareId;
  readonly snapshot: string;
  /** Its number, from 0. */
  readonly number: number;
  readonly message: SharedMessage;
}

const { Mixed } = Schema.Types;

export const shareDocumentSchema = new Schema<ShareDocument>(
  {
    _id: { type: String, required: true },
    token: { type: String, required: true },
    userId: { type: String, required: true },
    conversationId: { type: String, required: true },
    messageId: { type: String, required: true },
    // A chat that has no title yet has an empty one.
    title: { type: String },
    access: { type: String, enum: ['public', 'signed-in'], required: true },
    expiresAt: { type: Date },
    snapshot: { type: String },
    messages: { type: Number, required: true },
    answerer: { type: Mixed },
    writing: { type: Mixed, required: true },
    deletedAt: { type: Date },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'shares', strict: 'throw', versionKey: false, _id: false, minimize: false },
);

shareDocumentSchema.index({ token: 1 }, { unique: true });
shareDocumentSchema.index({ userId: 1, createdAt: -1 });
shareDocumentSchema.index({ conversationId: 1 });
shareDocumentSchema.index({ deletedAt: 1 }, { sparse: true });
shareDocumentSchema.index({ 'writing.since': 1 }, { sparse: true });

export const sharedMessageDocumentSchema = new Schema<SharedMessageDocument>(
  {
    _id: { type: String, required: true },
    shareId: { type: String, required: true },
    snapshot: { type: String, required: true },
    number: { type: Number, required: true },
    message: { type: Mixed, required: true },
  },
  { collection: 'sharedMessages', strict: 'throw', versionKey: false, _id: false, minimize: false },
);

sharedMessageDocumentSchema.index({ snapshot: 1, number: 1 });
sharedMessageDocumentSchema.index({ shareId: 1 });

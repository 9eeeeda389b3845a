import { Schema } from 'mongoose';
import type { CodeRunId, ConversationId, FileId, StoredFile, UserId } from '@parley/contracts';

/** A file that is wholly there. Nothing of it changes but whose workspace it is in. */
export interface FileDocument {
  readonly _id: FileId;
  readonly userId: UserId;
  /** `null`: an upload that waits for the prompt that brings it. */
  readonly conversationId: ConversationId | null;
  /** Under which key its bytes are kept; copies of a file share them. */
  readonly content: string;
  readonly name: string;
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
  readonly origin: StoredFile['origin'];
  readonly runId?: CodeRunId;
  /** Since when it is in the workspace, where the newest of a name is the one that counts; `null`: it is not in it. */
  readonly placedAt: Date | null;
  readonly createdAt: Date;
  /** When it is removed by itself. Absent: never. */
  readonly expiresAt?: Date;
}

/** Bytes that may belong to no file: they are being written, or their file was removed. */
export interface LooseContentDocument {
  /** Their key. */
  readonly _id: string;
  readonly userId: UserId;
  readonly conversationId: ConversationId | null;
  /** Bytes that are held for it; 0 when it is on its way out. */
  readonly size: number;
  readonly createdAt: Date;
}

const options = { strict: 'throw', versionKey: false, _id: false } as const;

export const fileDocumentSchema = new Schema<FileDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    conversationId: { type: String, default: null },
    content: { type: String, required: true },
    name: { type: String, required: true },
    mimeType: { type: String, required: true },
    size: { type: Number, required: true },
    sha256: { type: String, required: true },
    origin: { type: String, enum: ['upload', 'run'], required: true },
    runId: { type: String },
    placedAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date },
  },
  { ...options, collection: 'files' },
);

fileDocumentSchema.index({ conversationId: 1, placedAt: 1 });
fileDocumentSchema.index({ userId: 1, conversationId: 1 });
fileDocumentSchema.index({ content: 1 });
fileDocumentSchema.index({ expiresAt: 1 }, { sparse: true });
fileDocumentSchema.index({ userId: 1, expiresAt: 1 });

export const looseContentDocumentSchema = new Schema<LooseContentDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    conversationId: { type: String, default: null },
    size: { type: Number, required: true },
    createdAt: { type: Date, required: true },
  },
  { ...options, collection: 'loose_file_contents' },
);

looseContentDocumentSchema.index({ userId: 1, conversationId: 1 });
looseContentDocumentSchema.index({ createdAt: 1 });

import type { Import, ImportId, UserId } from '@parley/contracts';
import { Schema } from 'mongoose';

/** An import as it is stored. */
export interface ImportDocument extends Omit<Import, 'id' | 'createdAt' | 'updatedAt'> {
  readonly _id: ImportId;
  readonly userId: UserId;
  /** Entries of the file that the counts are about; whoever goes on begins behind them. */
  readonly entries: number;
  /** Its person does not want it any more. */
  readonly isCancelled?: boolean;
  readonly leaseOwner: string;
  /** When whoever works on it, or has it wait, has lost it unless it was renewed. */
  readonly leaseExpiresAt?: Date;
  readonly createdAt: Date;
  /** Moves while somebody works on it. */
  readonly updatedAt: Date;
}

const { Mixed } = Schema.Types;

export const importDocumentSchema = new Schema<ImportDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    name: { type: String },
    size: { type: Number, required: true },
    read: { type: Number, required: true },
    state: {
      type: String,
      enum: ['waiting', 'running', 'done', 'cancelled', 'failed', 'interrupted'],
      required: true,
    },
    format: { type: String },
    added: { type: Number, required: true },
    present: { type: Number, required: true },
    skipped: { type: Number, required: true },
    messages: { type: Number, required: true },
    leftOut: { type: Mixed, required: true },
    skips: { type: Mixed, required: true },
    failure: { type: Mixed },
    entries: { type: Number, required: true },
    isCancelled: { type: Boolean },
    leaseOwner: { type: String },
    leaseExpiresAt: { type: Date },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'imports', strict: 'throw', versionKey: false, _id: false, minimize: false },
);

importDocumentSchema.index({ userId: 1, createdAt: -1 });
importDocumentSchema.index({ state: 1 });

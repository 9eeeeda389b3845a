import { Schema } from 'mongoose';
import type { DraftPlace, UserId } from '@parley/contracts';

/** A prompt that was typed and not sent. */
export interface DraftDocument {
  readonly userId: UserId;
  readonly place: DraftPlace;
  readonly text: string;
  readonly updatedAt: Date;
}

export const draftDocumentSchema = new Schema<DraftDocument>(
  {
    userId: { type: String, required: true },
    place: { type: String, required: true },
    text: { type: String, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'drafts', strict: 'throw', versionKey: false },
);

draftDocumentSchema.index({ userId: 1, place: 1 }, { unique: true });
draftDocumentSchema.index({ userId: 1, updatedAt: -1 });
draftDocumentSchema.index({ place: 1 });

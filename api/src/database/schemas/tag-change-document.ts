import { Schema } from 'mongoose';
import type { UserId } from '@parley/contracts';

/** A change of a tag on all conversations of a person, from before the first of them is changed until after the last. */
export interface TagChangeDocument {
  readonly _id: string;
  readonly userId: UserId;
  readonly tag: string;
  /** Absent: it is taken off. */
  readonly name?: string;
  readonly createdAt: Date;
}

export const tagChangeDocumentSchema = new Schema<TagChangeDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    tag: { type: String, required: true },
    name: { type: String },
    createdAt: { type: Date, required: true },
  },
  { collection: 'tag_changes', strict: 'throw', versionKey: false, _id: false },
);

tagChangeDocumentSchema.index({ createdAt: 1 });

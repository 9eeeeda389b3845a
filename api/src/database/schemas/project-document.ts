import { Schema } from 'mongoose';
import type { ProjectId, ProjectSettings, UserId } from '@parley/contracts';

/** A project as it is stored. */
export interface ProjectDocument {
  readonly _id: ProjectId;
  /** Absent from the moment its owner deletes it, so that no query finds it any more. */
  readonly userId?: UserId;
  readonly name: string;
  readonly description: string;
  readonly instructions: string;
  readonly color: ProjectSettings['color'];
  readonly position: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Present while its conversations are taken out of it; the document itself goes last. */
  readonly deletedAt?: Date;
}

// Mongoose takes an empty text for a missing one where a text is required.
const text = { type: String, default: '' } as const;

export const projectDocumentSchema = new Schema<ProjectDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String },
    name: { type: String, required: true },
    description: text,
    instructions: text,
    color: { type: String, default: null },
    position: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    deletedAt: { type: Date },
  },
  { collection: 'projects', strict: 'throw', versionKey: false, _id: false },
);

projectDocumentSchema.index({ userId: 1, position: 1, _id: 1 });
projectDocumentSchema.index({ deletedAt: 1 }, { sparse: true });

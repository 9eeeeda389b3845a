import type { PromptGroupId, UserId } from '@parley/contracts';
import { Schema } from 'mongoose';

/** One version of a prompt's text. Never changes. */
export interface PromptVersionDocument {
  readonly promptId: PromptGroupId;
  readonly version: number;
  readonly text: string;
  readonly authorId: UserId;
  readonly createdAt: Date;
}

export const promptVersionDocumentSchema = new Schema<PromptVersionDocument>(
  {
    promptId: { type: String, required: true },
    version: { type: Number, required: true },
    text: { type: String, required: true },
    authorId: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'prompt_versions', strict: 'throw', versionKey: false },
);

promptVersionDocumentSchema.index({ promptId: 1, version: -1 }, { unique: true });

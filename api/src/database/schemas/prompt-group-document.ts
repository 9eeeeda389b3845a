import type { PromptCard, PromptGroupId, UserId } from '@parley/contracts';
import { Schema } from 'mongoose';

/** A prompt of the library as it is stored, without its versions. */
export interface PromptGroupDocument extends PromptCard {
  readonly _id: PromptGroupId;
  /** Unique among the prompts of an author: the command, or the id where there is none. */
  readonly commandKey: string;
  readonly production: number;
  readonly newest: number;
  readonly uses: number;
  readonly authorId: UserId;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const promptGroupDocumentSchema = new Schema<PromptGroupDocument>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    description: { type: String, default: '' },
    category: { type: String, default: '' },
    command: { type: String, default: '' },
    commandKey: { type: String, required: true },
    production: { type: Number, required: true },
    newest: { type: Number, required: true },
    uses: { type: Number, required: true },
    authorId: { type: String, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'prompt_groups', strict: 'throw', versionKey: false, _id: false },
);

promptGroupDocumentSchema.index({ authorId: 1, commandKey: 1 }, { unique: true });

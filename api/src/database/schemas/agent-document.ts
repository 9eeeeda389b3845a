import { Schema } from 'mongoose';
import type { AgentId, UserId } from '@parley/contracts';

/** An agent as it is listed: what all who may use it see of its newest version. */
export interface AgentDocument {
  readonly _id: AgentId;
  /** The newest version; moves only by one, after that version was stored. */
  readonly version: number;
  readonly name: string;
  readonly description: string;
  readonly avatar: string | null;
  readonly category: string | null;
  readonly conversationStarters: readonly string[];
  readonly authorId: UserId;
  readonly promoted: boolean;
  readonly disabled: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const agentDocumentSchema = new Schema<AgentDocument>(
  {
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    name: { type: String, required: true },
    // A required text may not be empty in mongoose.
    description: { type: String, default: '' },
    avatar: { type: String },
    category: { type: String },
    conversationStarters: { type: [String], required: true },
    authorId: { type: String, required: true },
    promoted: { type: Boolean, required: true },
    disabled: { type: Boolean, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'agents', strict: 'throw', versionKey: false, _id: false },
);

agentDocumentSchema.index({ promoted: -1, updatedAt: -1, _id: -1 });
agentDocumentSchema.index({ name: 1 });

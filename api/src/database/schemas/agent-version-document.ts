import { Schema } from 'mongoose';
import type { AgentId, AgentSettings, UserId } from '@parley/contracts';

/** One version of an agent. Never changes. */
export interface AgentVersionDocument {
  readonly agentId: AgentId;
  readonly version: number;
  readonly settings: AgentSettings;
  readonly authorId: UserId;
  readonly createdAt: Date;
  readonly restoredFrom?: number;
}

export const agentVersionDocumentSchema = new Schema<AgentVersionDocument>(
  {
    agentId: { type: String, required: true },
    version: { type: Number, required: true },
    settings: { type: Schema.Types.Mixed, required: true },
    authorId: { type: String, required: true },
    createdAt: { type: Date, required: true },
    restoredFrom: { type: Number },
  },
  { collection: 'agent_versions', strict: 'throw', versionKey: false, minimize: false },
);

agentVersionDocumentSchema.index({ agentId: 1, version: -1 }, { unique: true });

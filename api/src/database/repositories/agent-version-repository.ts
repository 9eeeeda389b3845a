import type { AgentId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { duplicateKeyField } from '../duplicate-key.ts';
import { agentVersionDocumentSchema } from '../schemas/agent-version-document.ts';
import type { AgentVersionDocument } from '../schemas/agent-version-document.ts';

/** The versions of agents. */
export interface AgentVersionRepository {
  find(agentId: AgentId, version: number): Promise<AgentVersionDocument | undefined>;
  /** Newest first. */
  list(agentId: AgentId): Promise<AgentVersionDocument[]>;
  /** Stores a version; returns false when its number is taken. */
  add(version: AgentVersionDocument): Promise<boolean>;
  removeAll(agentId: AgentId): Promise<void>;
}

/** Versions in the `agent_versions` collection. */
export function createAgentVersionRepository(connection: Connection): AgentVersionRepository {
  const model = connection.model<AgentVersionDocument>('AgentVersion', agentVersionDocumentSchema);
  const fields = { _id: 0 } as const;

  return {
    async find(agentId, version) {
      return (await model.findOne({ agentId, version }, fields).lean()) ?? undefined;
    },

    async list(agentId) {
      return await model.find({ agentId }, fields).sort({ version: -1 }).lean();
    },

    async add(version) {
      try {
        await model.create([version]);
        return true;
      } catch (error) {
        if (duplicateKeyField(error) === 'agentId') return false;
        throw error;
      }
    },

    async removeAll(agentId) {
      await model.deleteMany({ agentId });
    },
  };
}

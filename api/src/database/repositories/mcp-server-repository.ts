import type { UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { duplicateKeyField } from '../duplicate-key.ts';
import { mcpServerDocumentSchema } from '../schemas/mcp-server-document.ts';
import type { McpServerDocument, StoredMcpSettings } from '../schemas/mcp-server-document.ts';

/** A server that somebody added. */
export interface McpServerRecord {
  readonly name: string;
  /** Tells it from every other server there was or will be. */
  readonly key: string;
  readonly settings: StoredMcpSettings;
  /** Sealed JSON of what must not be read. */
  readonly sealed?: string;
  readonly createdBy: UserId;
}

export interface McpServerRepository {
  /** Stores a server; `false` when the name is or was taken. */
  create(record: McpServerRecord, at: Date): Promise<boolean>;
  /** Those of `names` that there are. */
  find(names: readonly string[]): Promise<McpServerRecord[]>;
  /** Whether a server has or had this name. */
  isTaken(name: string): Promise<boolean>;
  /** Replaces the settings and what is sealed; `false` when the server is not there any more. */
  update(name: string, change: Pick<McpServerRecord, 'settings' | 'sealed'>, at: Date): Promise<boolean>;
  /** Removes all but the name, which nobody gets again. */
  remove(name: string, at: Date): Promise<void>;
}

/** Servers in the `mcp_servers` collection. */
export function createMcpServerRepository(connection: Connection): McpServerRepository {
  const model = connection.model<McpServerDocument>('McpServer', mcpServerDocumentSchema);

  return {
    async create({ name, ...record }, at) {
      try {
        await model.create([{ _id: name, ...record, createdAt: at, updatedAt: at }]);
        return true;
      } catch (error) {
        if (duplicateKeyField(error) === undefined) throw error;
        return false;
      }
    },

    async find(names) {
      if (names.length === 0) return [];
      const documents = await model.find({ _id: { $in: names }, removedAt: { $exists: false } }).lean();
      return documents.flatMap(toRecord);
    },

    async isTaken(name) {
      return (await model.exists({ _id: name })) !== null;
    },

    async update(name, { settings, sealed }, at) {
      const change = sealed === undefined ? { $unset: { sealed: true } } : {};
      const set = { settings, updatedAt: at, ...(sealed === undefined ? {} : { sealed }) };
      const result = await model.updateOne({ _id: name, removedAt: { $exists: false } }, { $set: set, ...change });
      return result.matchedCount === 1;
    },

    async remove(name, at) {
      await model.updateOne({ _id: name }, { $set: { removedAt: at }, $unset: { settings: true, sealed: true } });
    },
  };
}

function toRecord({ _id, key, settings, sealed, createdBy }: McpServerDocument): McpServerRecord[] {
  if (settings === undefined) return [];
  return [{ name: _id, key, settings, createdBy, ...(sealed === undefined ? {} : { sealed }) }];
}

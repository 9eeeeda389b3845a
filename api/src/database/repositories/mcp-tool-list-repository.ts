import type { Connection } from 'mongoose';
import { duplicateKeyField } from '../duplicate-key.ts';
import { mcpToolListDocumentSchema } from '../schemas/mcp-tool-list-document.ts';
import type { McpToolListDocument } from '../schemas/mcp-tool-list-document.ts';

/** Tool lists as JSON, by server and by holder of the connection that listed them. */
export interface McpToolListRepository {
  find(serverId: string, holder: string): Promise<string | undefined>;
  save(serverId: string, holder: string, list: string, at: Date): Promise<void>;
  /** Removes a list, or all lists of a server. */
  remove(serverId: string, holder?: string): Promise<void>;
}

/** Tool lists in the `mcp_tool_lists` collection; those that nobody uses remove themselves. */
export function createMcpToolListRepository(connection: Connection): McpToolListRepository {
  const model = connection.model<McpToolListDocument>('McpToolList', mcpToolListDocumentSchema);

  return {
    async find(serverId, holder) {
      const document = await model.findOne({ serverId, holder }, { list: 1 }).lean();
      return document?.list;
    },

    async save(serverId, holder, list, at) {
      const upsert = async (): Promise<unknown> =>
        await model.updateOne({ serverId, holder }, { $set: { list, listedAt: at } }, { upsert: true });
      try {
        await upsert();
      } catch (error) {
        // Another replica listed it at the same moment; by now it is there.
        if (duplicateKeyField(error) === undefined) throw error;
        await upsert();
      }
    },

    async remove(serverId, holder) {
      await model.deleteMany({ serverId, ...(holder === undefined ? {} : { holder }) });
    },
  };
}

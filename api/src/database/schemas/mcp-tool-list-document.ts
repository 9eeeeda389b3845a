import { Schema } from 'mongoose';

/** The tools a server listed last for one holder of a connection. */
export interface McpToolListDocument {
  readonly serverId: string;
  readonly holder: string;
  /** JSON: schemas have keys that the database does not take. */
  readonly list: string;
  readonly listedAt: Date;
}

/** Seconds after which a list that nobody has asked for since is forgotten: 90 days. */
const lifetime = 90 * 86_400;

export const mcpToolListDocumentSchema = new Schema<McpToolListDocument>(
  {
    serverId: { type: String, required: true },
    holder: { type: String, required: true },
    list: { type: String, required: true },
    listedAt: { type: Date, required: true },
  },
  { collection: 'mcp_tool_lists', strict: 'throw', versionKey: false },
);

mcpToolListDocumentSchema.index({ serverId: 1, holder: 1 }, { unique: true });
mcpToolListDocumentSchema.index({ listedAt: 1 }, { expireAfterSeconds: lifetime });

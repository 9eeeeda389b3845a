import type { ConversationId, ToolResultId, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { duplicateKeyField } from '../duplicate-key.ts';
import { toolResultChunkDocumentSchema, toolResultDocumentSchema } from '../schemas/tool-result-document.ts';
import type { ToolResultChunkDocument, ToolResultDocument } from '../schemas/tool-result-document.ts';

/** Bytes of a chunk: well within what a document may have. */
const chunkSize = 4_000_000;

/** A kept result without its bytes. */
export interface KeptResult extends Omit<ToolResultDocument, '_id'> {
  readonly id: ToolResultId;
}

export interface ToolResultRepository {
  /** Stores a result in the place of one of that id. It can be found when all of it is there. */
  save(result: Omit<KeptResult, 'size'>, bytes: Uint8Array): Promise<void>;
  /** The result of that id when it is this person's. */
  find(userId: UserId, id: ToolResultId): Promise<KeptResult | undefined>;
  /** Bytes of a result that was found, from one position to just before another, a piece at a time. */
  read(result: KeptResult, from: number, to: number): AsyncGenerator<Uint8Array>;
  /** Removes everybody's results in a conversation. */
  removeAll(conversation: ConversationId): Promise<void>;
}

/** Results in the `tool_results` and `tool_result_chunks` collections. */
export function createToolResultRepository(connection: Connection): ToolResultRepository {
  const results = connection.model<ToolResultDocument>('ToolResult', toolResultDocumentSchema);
  const chunks = connection.model<ToolResultChunkDocument>('ToolResultChunk', toolResultChunkDocumentSchema);

  return {
    async save({ id, ...result }, bytes) {
      const { conversationId } = result;
      for (let index = 0; index * chunkSize < bytes.length; index += 1) {
        const piece = Buffer.from(bytes.subarray(index * chunkSize, (index + 1) * chunkSize));
        const change = { $set: { conversationId, bytes: piece } };
        await onceMore(() => chunks.updateOne({ _id: `${id}/${index}` }, change, { upsert: true }));
      }
      const change = { $set: { ...result, size: bytes.length } };
      await onceMore(() => results.updateOne({ _id: id }, change, { upsert: true }));
    },

    async find(userId, id) {
      const document = await results.findOne({ _id: id, userId }).lean();
      if (document === null) return undefined;
      const { _id, ...result } = document;
      return { id: _id, ...result };
    },

    async *read({ id, size }, from, to) {
      const end = Math.min(to, size);
      for (let index = Math.floor(from / chunkSize); index * chunkSize < end; index += 1) {
        const chunk = await chunks.findById(`${id}/${index}`).orFail();
        const start = index * chunkSize;
        yield chunk.bytes.subarray(Math.max(0, from - start), Math.min(chunkSize, end - start));
      }
    },

    async removeAll(conversationId) {
      await results.deleteMany({ conversationId });
      await chunks.deleteMany({ conversationId });
    },
  };
}

/** Two writers began it at the same moment; by now it is there. */
async function onceMore(upsert: () => Promise<unknown>): Promise<void> {
  try {
    await upsert();
  } catch (error) {
    if (duplicateKeyField(error) === undefined) throw error;
    await upsert();
  }
}

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
  /** Stores a result once more, for another conversation; nothing happens where it is not this person's or not there. */
  copy(
    userId: UserId,
    id: ToolResultId,
    copy: { readonly id: ToolResultId; readonly conversationId: ConversationId },
  ): Promise<void>;
  /** Removes those of these results that are this person's. */
  remove(userId: UserId, ids: readonly ToolResultId[]): Promise<void>;
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

    async copy(userId, id, { id: copyId, conversationId }) {
      const result = await results.findOne({ _id: id, userId }).lean();
      if (result === null) return;
      const { _id, ...kept } = result;
      for (let index = 0; index * chunkSize < kept.size; index += 1) {
        const chunk = await chunks.findById(`${id}/${index}`);
        // Gone meanwhile, and its result with it.
        if (chunk === null) return;
        const change = { $set: { conversationId, bytes: chunk.bytes } };
        await onceMore(() => chunks.updateOne({ _id: `${copyId}/${index}` }, change, { upsert: true }));
      }
      await onceMore(() => results.updateOne({ _id: copyId }, { $set: { ...kept, conversationId } }, { upsert: true }));
    },

    async remove(userId, ids) {
      const found = await results.find({ _id: { $in: [...ids] }, userId }, { size: 1 }).lean();
      for (const { _id, size } of found) {
        const pieces = Array.from({ length: Math.ceil(size / chunkSize) }, (_, index) => `${_id}/${index}`);
        // The chunks first: without the result nobody would find them again.
        if (pieces.length > 0) await chunks.deleteMany({ _id: { $in: pieces } });
        await results.deleteOne({ _id });
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

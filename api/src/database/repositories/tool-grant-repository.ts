import { createHash } from 'node:crypto';
import type { ConversationId, ToolRef, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { duplicateKeyField } from '../duplicate-key.ts';
import { toolGrantDocumentSchema } from '../schemas/tool-grant-document.ts';
import type { ToolGrantDocument } from '../schemas/tool-grant-document.ts';

/** Grants that are listed at most. */
const mostListed = 1_000;

export interface ToolGrant extends Omit<ToolGrantDocument, '_id'> {
  readonly id: string;
}

/** What the person named in each call has allowed; nobody else's can be found. */
export interface ToolGrantRepository {
  /** Notes a grant; an earlier one of the same tool, scope and conversation makes room. */
  save(grant: Omit<ToolGrant, 'id'>): Promise<void>;
  /** Whether this tool, as it is now, is allowed for good or in this conversation. */
  covers(userId: UserId, tool: { ref: ToolRef; digest: string }, conversationId: ConversationId): Promise<boolean>;
  /** The tools that are allowed in a conversation. */
  refsIn(userId: UserId, conversationId: ConversationId): Promise<ToolRef[]>;
  /** Newest first. */
  list(userId: UserId): Promise<ToolGrant[]>;
  remove(userId: UserId, id: string): Promise<void>;
  /** Removes everybody's grants of tools whose refs begin like that. */
  removeOf(refPrefix: string): Promise<void>;
  /** Removes everybody's grants in a conversation. */
  removeAll(conversation: ConversationId): Promise<void>;
}

/** Grants in the `tool_grants` collection. */
export function createToolGrantRepository(connection: Connection): ToolGrantRepository {
  const model = connection.model<ToolGrantDocument>('ToolGrant', toolGrantDocumentSchema);

  return {
    async save(grant) {
      const id = createHash('sha256')
        .update(JSON.stringify([grant.userId, grant.ref, grant.scope, grant.conversationId ?? null]))
        .digest('hex');
      const upsert = async (): Promise<unknown> =>
        await model.updateOne({ _id: id }, { $set: grant }, { upsert: true });
      try {
        await upsert();
      } catch (error) {
        // Two devices allowed it at the same moment; by now it is there.
        if (duplicateKeyField(error) === undefined) throw error;
        await upsert();
      }
    },

    async covers(userId, { ref, digest }, conversationId) {
      const reach = { $or: [{ scope: 'always' as const }, { scope: 'conversation' as const, conversationId }] };
      return (await model.exists({ userId, ref, digest, ...reach })) !== null;
    },

    async refsIn(userId, conversationId) {
      const documents = await model.find({ userId, conversationId, scope: 'conversation' }, { ref: 1 }).lean();
      return documents.map(({ ref }) => ref);
    },

    async list(userId) {
      const documents = await model.find({ userId }).sort({ createdAt: -1, _id: -1 }).limit(mostListed).lean();
      return documents.map(({ _id, ...grant }) => ({ id: _id, ...grant }));
    },

    async remove(userId, id) {
      await model.deleteOne({ _id: id, userId });
    },

    async removeOf(refPrefix) {
      await model.deleteMany({ ref: { $gte: refPrefix, $lt: `${refPrefix}\uffff` } });
    },

    async removeAll(conversationId) {
      await model.deleteMany({ conversationId });
    },
  };
}

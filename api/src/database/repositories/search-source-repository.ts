import type { Connection } from 'mongoose';
import type { SearchSource } from '../../search/search-source.ts';
import { findBlindAnswers } from '../find-blind-answers.ts';
import { conversationDocumentSchema } from '../schemas/conversation-document.ts';
import type { ConversationDocument } from '../schemas/conversation-document.ts';
import { messageDocumentSchema } from '../schemas/message-document.ts';
import type { MessageDocument } from '../schemas/message-document.ts';

/** Without the running ones: they change with every word. */
const unindexed = {
  indexed: null,
  status: { $in: ['done', 'stopped', 'failed'] as const },
  deletedAt: { $exists: false },
};

/** What the search reads and marks in the `messages` and `conversations` collections. */
export function createSearchSourceRepository(connection: Connection): SearchSource {
  const messages = connection.model<MessageDocument>('Message', messageDocumentSchema);
  const conversations = connection.model<ConversationDocument>('Conversation', conversationDocumentSchema);

  return {
    async unindexedMessages(limit) {
      const found = await messages.find(unindexed, { progress: 0 }).limit(limit).lean();
      return found.map(({ _id, ...message }) => ({ id: _id, ...message }));
    },

    async unindexedTitles(limit) {
      const found = await conversations
        .find({ indexed: null, userId: { $exists: true } }, { userId: 1, title: 1, updatedAt: 1 })
        .limit(limit)
        .lean();
      return found.flatMap(({ _id, userId, title, updatedAt }) =>
        userId === undefined ? [] : [{ id: _id, userId, title, updatedAt }],
      );
    },

    async markMessages(all, hidden) {
      if (all.length === 0) return;
      const writes = all.map(({ id, conversationId, editedAt }) => ({
        updateOne: {
          filter: { _id: id, editedAt: editedAt ?? { $exists: false } },
          update: { $set: { indexed: !hidden.has(conversationId) } },
        },
      }));
      await connection.collection<MessageDocument>(messages.collection.name).bulkWrite(writes, { ordered: false });
    },

    async markTitles(titles) {
      if (titles.length === 0) return;
      const writes = titles.map(({ id, title }) => ({
        updateOne: { filter: { _id: id, title }, update: { $set: { indexed: true } } },
      }));
      await connection
        .collection<ConversationDocument>(conversations.collection.name)
        .bulkWrite(writes, { ordered: false });
    },

    async unhide(ids) {
      if (ids.length === 0) return;
      await messages.updateMany({ conversationId: { $in: [...ids] }, indexed: false }, { $unset: { indexed: 1 } });
    },

    async countMessages() {
      const [missing, all] = await Promise.all([messages.countDocuments(unindexed), messages.estimatedDocumentCount()]);
      return { unindexed: missing, all };
    },

    async goneMessages(ids) {
      const found = await messages.find({ _id: { $in: [...ids] }, deletedAt: { $exists: false } }, { _id: 1 }).lean();
      const there = new Set(found.map(({ _id }) => _id));
      return ids.filter((id) => !there.has(id));
    },

    async unsearchable(ids) {
      const found = await conversations
        .find({ _id: { $in: [...ids] }, userId: { $exists: true }, expiresAt: null }, { _id: 1 })
        .lean();
      const searchable = new Set(found.map(({ _id }) => _id));
      return new Set(ids.filter((id) => !searchable.has(id)));
    },

    async conversations(userId, ids) {
      const fields = { title: 1, model: 1, agent: 1, archived: 1, tags: 1, projectId: 1, updatedAt: 1 } as const;
      const found = await conversations.find({ _id: { $in: [...ids] }, userId, expiresAt: null }, fields).lean();
      return found.map(({ _id, updatedAt, tags, ...rest }) => ({
        ...rest,
        id: _id,
        ...(tags === undefined ? {} : { tags: [...tags] }),
        updatedAt: updatedAt.toISOString(),
      }));
    },

    async messages(userId, ids) {
      const fields = { conversationId: 1, role: 1, parts: 1, model: 1, agent: 1, author: 1 } as const;
      const found = await messages
        .find({ _id: { $in: [...ids] }, userId, deletedAt: { $exists: false } }, fields)
        .lean();
      const blind = await findBlindAnswers(messages, userId, [...new Set(found.map((its) => its.conversationId))]);
      return found.map(({ _id, role, parts, model, agent, author }) =>
        blind.has(_id)
          ? { id: _id, role, parts }
          : { id: _id, role, parts, model, agent, ...(author ? { author } : {}) },
      );
    },
  };
}

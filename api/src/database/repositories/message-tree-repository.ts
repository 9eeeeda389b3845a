import type { ConversationId, GenerationId, Message, MessageId, MessageStatus, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { messageDocumentSchema } from '../schemas/message-document.ts';
import type { MessageDocument } from '../schemas/message-document.ts';
import { hideModel } from '../../hide-model.ts';
import { areDuplicates } from '../duplicate-key.ts';
import { findBlindAnswers } from '../find-blind-answers.ts';
import { toMessage, toMessageDocument } from './stored-message.ts';

/** A message without what it says. */
export interface MessagePlace {
  readonly id: MessageId;
  readonly parentId: MessageId | null;
  readonly role: Message['role'];
  readonly status: MessageStatus;
  readonly generationId?: GenerationId;
  /** It is being removed. */
  readonly isDeleted: boolean;
}

/** Messages of one conversation of one person. */
interface Tree {
  readonly userId: UserId;
  readonly conversationId: ConversationId;
}

/** The trees that messages make: what is done with many of them at once. */
export interface MessageTreeRepository {
  /** The places of all messages, also of those that are being removed, oldest first, a prompt before its answer. */
  places(tree: Tree): Promise<MessagePlace[]>;
  /**
   * The messages of these ids, in the order of their ids, a few at a time: to be copied, hence without who wrote them
   * while nobody may know that.
   */
  each(tree: Tree, ids: readonly MessageId[]): AsyncIterable<Message>;
  /** Hides messages that are to be removed. */
  markDeleted(tree: Tree, ids: readonly MessageId[], at: Date): Promise<void>;
  /** Shows them again. */
  unmarkDeleted(tree: Tree, ids: readonly MessageId[]): Promise<void>;
  /** Messages that were marked and not removed yet. */
  listDeleted(): Promise<(Tree & { readonly id: MessageId })[]>;
  remove(tree: Tree, ids: readonly MessageId[]): Promise<void>;
  /** Stores messages, not too many of them; those whose ids are there already are left as they are. */
  addAll(userId: UserId, messages: readonly Message[]): Promise<void>;
}

/** Messages that are read at a time; each may have a megabyte or more. */
const batchSize = 50;
/** Ids that are named at a time. */
const idBatchSize = 500;

/** Trees in the `messages` collection. */
export function createMessageTreeRepository(connection: Connection): MessageTreeRepository {
  const model = connection.model<MessageDocument>('Message', messageDocumentSchema);

  return {
    async places({ userId, conversationId }) {
      const documents = await model
        .find({ conversationId, userId }, { parentId: 1, role: 1, status: 1, generationId: 1, deletedAt: 1 })
        .sort({ createdAt: 1, role: -1 })
        .lean();
      return documents.map(({ _id, parentId, role, status, generationId, deletedAt }) => ({
        id: _id,
        parentId,
        role,
        status,
        ...(generationId === undefined ? {} : { generationId }),
        isDeleted: deletedAt !== undefined,
      }));
    },

    async *each({ userId, conversationId }, ids) {
      const blind = await findBlindAnswers(model, userId, [conversationId]);
      for (const some of batchesOf(ids, batchSize)) {
        const documents = await model.find({ _id: { $in: [...some] }, conversationId, userId }).lean();
        const found = new Map(documents.map((document) => [document._id, document]));
        for (const id of some) {
          const document = found.get(id);
          if (document === undefined) continue;
          const message = toMessage(document);
          yield blind.has(id) ? unnamed(message) : message;
        }
      }
    },

    async markDeleted({ userId, conversationId }, ids, at) {
      for (const some of batchesOf(ids, idBatchSize)) {
        const mine = { _id: { $in: [...some] }, conversationId, userId, deletedAt: { $exists: false } };
        await model.updateMany(mine, { $set: { deletedAt: at } });
      }
    },

    async unmarkDeleted({ userId, conversationId }, ids) {
      for (const some of batchesOf(ids, idBatchSize)) {
        await model.updateMany({ _id: { $in: [...some] }, conversationId, userId }, { $unset: { deletedAt: 1 } });
      }
    },

    async listDeleted() {
      const marked = { deletedAt: { $gte: new Date(0) } };
      const documents = await model.find(marked, { userId: 1, conversationId: 1 }).lean();
      return documents.map(({ _id: id, userId, conversationId }) => ({ id, userId, conversationId }));
    },

    async remove({ userId, conversationId }, ids) {
      for (const some of batchesOf(ids, idBatchSize)) {
        await model.deleteMany({ _id: { $in: [...some] }, conversationId, userId });
      }
    },

    async addAll(userId, messages) {
      if (messages.length === 0) return;
      const inserts = messages.map((message) => ({ insertOne: { document: toMessageDocument(userId, message) } }));
      try {
        // By the driver itself: thousands come at once.
        const collection = connection.collection<MessageDocument>(model.collection.name);
        await collection.bulkWrite(inserts, { ordered: false });
      } catch (error) {
        if (!areDuplicates(error)) throw error;
      }
    },
  };
}

function unnamed(message: Message): Message {
  const hidden = hideModel(message);
  return { ...hidden, parts: hidden.parts.filter(({ type }) => type !== 'hand-off') };
}

function* batchesOf<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

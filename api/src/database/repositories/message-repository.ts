import type { ConversationId, Message, MessageId, RunningMessage, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { batchWrites } from '../batch-writes.ts';
import { duplicateKeyField } from '../duplicate-key.ts';
import { messageDocumentSchema } from '../schemas/message-document.ts';
import type { MessageDocument } from '../schemas/message-document.ts';

/** The messages of the person named in each call; nobody else's can be found. */
export interface MessageRepository {
  /** All messages of a conversation, oldest first, a prompt before its answer. */
  list(userId: UserId, conversationId: ConversationId): Promise<Message[]>;
  find(userId: UserId, conversationId: ConversationId, id: MessageId): Promise<Message | undefined>;
  /** Stores a message; does nothing when one of that id is there. */
  addOnce(userId: UserId, message: Message): Promise<void>;
  /** Replaces what a running answer holds; does nothing once it is final. */
  saveProgress(message: RunningMessage): Promise<void>;
  /** Makes a running answer final; does nothing when it is already. */
  finish(message: Message): Promise<void>;
  removeAll(conversationId: ConversationId): Promise<void>;
}

/** Messages in the `messages` collection. */
export function createMessageRepository(connection: Connection): MessageRepository {
  const model = connection.model<MessageDocument>('Message', messageDocumentSchema);

  return {
    async list(userId, conversationId) {
      const documents = await model.find({ conversationId, userId }).sort({ createdAt: 1, role: -1 }).lean();
      return documents.map(toMessage);
    },

    async find(userId, conversationId, id) {
      const document = await model.findOne({ _id: id, conversationId, userId }).lean();
      return document === null ? undefined : toMessage(document);
    },

    async addOnce(userId, { id, createdAt, ...message }) {
      const document: Omit<MessageDocument, '_id'> = { ...message, userId, createdAt: new Date(createdAt) };
      try {
        await model.updateOne({ _id: id }, { $setOnInsert: document }, { upsert: true });
      } catch (error) {
        if (duplicateKeyField(error) !== '_id') throw error;
      }
    },

    saveProgress: batchWrites<RunningMessage>(async (all) => {
      // By the driver itself: a thousand running answers are a thousand of these in two seconds.
      const updates = all.map(({ id, parts, progress, usage, notices }) => {
        const change = {
          parts,
          progress,
          ...(usage === undefined ? {} : { usage }),
          ...(notices === undefined ? {} : { notices }),
        };
        return { updateOne: { filter: { _id: id, status: 'running' as const }, update: { $set: change } } };
      });
      await connection.collection<MessageDocument>(model.collection.name).bulkWrite(updates, { ordered: false });
    }),

    async finish({ id, status, parts, finishReason, usage, notices }) {
      const change = {
        status,
        parts,
        ...(finishReason === undefined ? {} : { finishReason }),
        ...(usage === undefined ? {} : { usage }),
        ...(notices === undefined ? {} : { notices }),
      };
      await model.updateOne({ _id: id, status: 'running' }, { $set: change, $unset: { progress: 1 } });
    },

    async removeAll(conversationId) {
      await model.deleteMany({ conversationId });
    },
  };
}

function toMessage({ _id, userId: _userId, createdAt, ...message }: MessageDocument): Message {
  return { id: _id, ...message, createdAt: createdAt.toISOString() };
}

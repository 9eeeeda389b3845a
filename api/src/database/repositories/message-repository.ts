import type {
  ComparisonChoice,
  ConversationId,
  Feedback,
  Message,
  MessageId,
  RunningMessage,
  UserId,
} from '@parley/contracts';
import type { Connection } from 'mongoose';
import { descendants } from '../../descendants.ts';
import { batchWrites } from '../batch-writes.ts';
import { duplicateKeyField } from '../duplicate-key.ts';
import { findBlindAnswers } from '../find-blind-answers.ts';
import { messageDocumentSchema } from '../schemas/message-document.ts';
import type { MessageDocument } from '../schemas/message-document.ts';
import { toMessage, toMessageDocument } from './stored-message.ts';

/** New words for a text part of a message. */
export interface TextEdit {
  /** Its index in the message's parts. */
  readonly part: number;
  readonly text: string;
  /** Nothing is changed where it is another one by now. Absent: whatever it is. */
  readonly was?: string | undefined;
  readonly at: Date;
}

/** The messages of the person named in each call; nobody else's can be found. */
export interface MessageRepository {
  /** All messages of a conversation, oldest first, a prompt before its answer; without those that are being removed. */
  list(userId: UserId, conversationId: ConversationId): Promise<Message[]>;
  find(userId: UserId, conversationId: ConversationId, id: MessageId): Promise<Message | undefined>;
  /** Those from the first message to one of them, in order, as far as they are there; none where one is being removed. */
  path(userId: UserId, conversationId: ConversationId, id: MessageId): Promise<Message[]>;
  /** Stores a message; does nothing when one of that id is there. */
  addOnce(userId: UserId, message: Message): Promise<void>;
  /** Replaces what a running answer holds; does nothing once it is final. */
  saveProgress(message: RunningMessage): Promise<void>;
  /** Makes a running answer final; does nothing when it is already. */
  finish(message: Message): Promise<void>;
  /** Changes a text part of a message that is final; `undefined` when there is no such one, or it is another one by now. */
  editText(userId: UserId, conversationId: ConversationId, id: MessageId, edit: TextEdit): Promise<Message | undefined>;
  /** Sets what is thought of an answer, or takes it back; `undefined` when there is no such answer. */
  rate(
    userId: UserId,
    conversationId: ConversationId,
    id: MessageId,
    feedback: Feedback | undefined,
  ): Promise<Message | undefined>;
  /** Whether anything follows from one of these messages. */
  isContinued(userId: UserId, conversationId: ConversationId, ids: readonly MessageId[]): Promise<boolean>;
  /** See `findBlindAnswers`. */
  blindAnswers(userId: UserId, conversationId: ConversationId): Promise<ReadonlySet<MessageId>>;
  /** Notes which answer to a prompt is kept; `undefined` when no answers to it are compared. */
  choose(
    userId: UserId,
    conversationId: ConversationId,
    id: MessageId,
    choice: ComparisonChoice,
  ): Promise<Message | undefined>;
  removeAll(conversationId: ConversationId): Promise<void>;
}

/** Messages in the `messages` collection. */
export function createMessageRepository(connection: Connection): MessageRepository {
  const model = connection.model<MessageDocument>('Message', messageDocumentSchema);

  return {
    async list(userId, conversationId) {
      const documents = await model.find({ conversationId, userId }).sort({ createdAt: 1, role: -1 }).lean();
      return withoutDeleted(documents).map(toMessage);
    },

    async find(userId, conversationId, id) {
      const document = await model.findOne({ _id: id, conversationId, userId, ...isThere }).lean();
      return document === null ? undefined : toMessage(document);
    },

    async path(userId, conversationId, id) {
      // By the driver itself, at once: a path may have thousands of messages, and only these become entities.
      const documents = await connection
        .collection<MessageDocument>(model.collection.name)
        .find({ conversationId, userId }, { maxTimeMS: connection.get('maxTimeMS') })
        .toArray();
      const all = new Map(documents.map((document) => [document._id, document]));
      const path: MessageDocument[] = [];
      for (let at = all.get(id); at !== undefined;) {
        if (at.deletedAt !== undefined) return [];
        path.push(at);
        all.delete(at._id);
        at = at.parentId === null ? undefined : all.get(at.parentId);
      }
      return path.toReversed().map(toMessage);
    },

    async addOnce(userId, message) {
      const { _id, ...document } = toMessageDocument(userId, message);
      try {
        await model.updateOne({ _id }, { $setOnInsert: document }, { upsert: true });
      } catch (error) {
        if (duplicateKeyField(error) !== '_id') throw error;
      }
    },

    saveProgress: batchWrites<RunningMessage>(async (all) => {
      // By the driver itself: a thousand running answers are a thousand of these in two seconds.
      const updates = all.map(({ id, parts, progress, usage, notices, trace }) => {
        const change = {
          parts,
          progress,
          ...(usage === undefined ? {} : { usage }),
          ...(notices === undefined ? {} : { notices }),
          ...(trace === undefined ? {} : { trace }),
        };
        return { updateOne: { filter: { _id: id, status: 'running' as const }, update: { $set: change } } };
      });
      await connection.collection<MessageDocument>(model.collection.name).bulkWrite(updates, { ordered: false });
    }),

    async finish({ id, status, parts, finishReason, usage, notices, trace }) {
      const change = {
        status,
        parts,
        ...(finishReason === undefined ? {} : { finishReason }),
        ...(usage === undefined ? {} : { usage }),
        ...(notices === undefined ? {} : { notices }),
        ...(trace === undefined ? {} : { trace }),
      };
      await model.updateOne({ _id: id, status: 'running' }, { $set: change, $unset: { progress: 1 } });
    },

    async editText(userId, conversationId, id, { part, text, was, at }) {
      const place = `parts.${part}`;
      const asFound = { [`${place}.type`]: 'text', ...(was === undefined ? {} : { [`${place}.text`]: was }) };
      const document = await model
        .findOneAndUpdate(
          { _id: id, conversationId, userId, ...isThere, ...isFinal, ...asFound },
          { $set: { [`${place}.text`]: text, editedAt: at }, $unset: { indexed: 1 } },
          { returnDocument: 'after' },
        )
        .lean();
      return document === null ? undefined : toMessage(document);
    },

    async rate(userId, conversationId, id, feedback) {
      const change = feedback === undefined ? { $unset: { feedback: 1 } } : { $set: { feedback } };
      const document = await model
        .findOneAndUpdate({ _id: id, conversationId, userId, ...isThere, role: 'assistant' }, change, {
          returnDocument: 'after',
        })
        .lean();
      return document === null ? undefined : toMessage(document);
    },

    async isContinued(userId, conversationId, ids) {
      return (await model.exists({ conversationId, userId, parentId: { $in: ids }, ...isThere })) !== null;
    },

    blindAnswers: (userId, conversationId) => findBlindAnswers(model, userId, [conversationId]),

    async choose(userId, conversationId, id, choice) {
      const document = await model
        .findOneAndUpdate(
          { _id: id, conversationId, userId, ...isThere, comparison: { $exists: true } },
          { $set: { 'comparison.choice': choice } },
          { returnDocument: 'after' },
        )
        .lean();
      return document === null ? undefined : toMessage(document);
    },

    async removeAll(conversationId) {
      await model.deleteMany({ conversationId });
    },
  };
}

const isThere = { deletedAt: { $exists: false } };
const isFinal = { status: { $ne: 'running' as const } };

/** Without those that are being removed and what follows from them, which may not be marked yet. */
function withoutDeleted(documents: readonly MessageDocument[]): readonly MessageDocument[] {
  const gone = documents.filter(({ deletedAt }) => deletedAt !== undefined).map(({ _id }) => _id);
  if (gone.length === 0) return documents;
  const below = descendants(
    documents.map(({ _id: id, parentId }) => ({ id, parentId })),
    gone,
  );
  return documents.filter(({ _id }) => !below.has(_id));
}

import type { ConversationId, SharedMessage, ShareId, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { areDuplicates } from '../duplicate-key.ts';
import { shareDocumentSchema, sharedMessageDocumentSchema } from '../schemas/share-document.ts';
import type { ShareDocument, SharedMessageDocument } from '../schemas/share-document.ts';

/** A link whose snapshot is whole. */
export interface ShareRecord extends Omit<ShareDocument, '_id' | 'snapshot' | 'writing' | 'deletedAt'> {
  readonly id: ShareId;
  readonly snapshot: string;
}

/** A link whose first snapshot is about to be written. */
export type NewShare = Omit<ShareRecord, 'snapshot' | 'messages' | 'answerer'>;

/** What a link becomes; a field that is absent stays. */
export interface ShareChange extends Partial<
  Pick<ShareRecord, 'title' | 'access' | 'messageId' | 'snapshot' | 'messages' | 'updatedAt'>
> {
  /** `null`: never. */
  readonly expiresAt?: Date | null;
  /** `null`: an agent. */
  readonly answerer?: ShareRecord['answerer'] | null;
}

/**
 * Links to snapshots of conversations. A snapshot is written under a name of its own first, and read only once its link
 * says that name, so nobody ever sees half of one.
 */
export interface ShareRepository {
  /** Of one person, newest first, `limit` at most. */
  list(userId: UserId, limit: number, conversationId?: ConversationId): Promise<ShareRecord[]>;
  /** Of one person, also those that are not whole yet. */
  count(userId: UserId): Promise<number>;
  find(userId: UserId, id: ShareId): Promise<ShareRecord | undefined>;
  findByToken(token: string): Promise<ShareRecord | undefined>;
  /** Keeps a link that nobody can follow yet. */
  begin(share: NewShare): Promise<void>;
  /** Notes that a snapshot is being written; returns whether the link is there. */
  beginSnapshot(userId: UserId, id: ShareId, snapshot: string, at: Date): Promise<boolean>;
  addMessages(id: ShareId, snapshot: string, from: number, messages: readonly SharedMessage[]): Promise<void>;
  /** Changes a link; returns it as it was before, or `undefined` where there is none. */
  change(userId: UserId, id: ShareId, change: ShareChange): Promise<{ readonly snapshot?: string } | undefined>;
  /** Removes the messages of a snapshot that no link says any more, and the note that it is being written. */
  dropSnapshot(id: ShareId, snapshot: string): Promise<void>;
  /** Messages of a snapshot by number, `limit` at most. */
  messages(snapshot: string, from: number, limit: number): Promise<SharedMessage[]>;
  /** Ends a link and removes what it led to; returns whether there was one. */
  remove(userId: UserId, id: ShareId, at: Date): Promise<boolean>;
  /** The same for all links of a conversation. */
  removeConversation(conversationId: ConversationId): Promise<void>;
  /** Finishes removals, and removes snapshots that were begun before `date` and are not whole. */
  finishRemovals(before: Date): Promise<void>;
}

/** Links in the `shares` collection, what they lead to in `sharedMessages`. */
export function createShareRepository(connection: Connection): ShareRepository {
  const model = connection.model<ShareDocument>('Share', shareDocumentSchema);
  const messageModel = connection.model<SharedMessageDocument>('SharedMessage', sharedMessageDocumentSchema);
  const whole = { snapshot: { $exists: true }, deletedAt: { $exists: false } };

  async function finishRemoval(id: ShareId): Promise<void> {
    await messageModel.deleteMany({ shareId: id });
    await model.deleteOne({ _id: id });
  }

  async function dropSnapshot(id: ShareId, snapshot: string): Promise<void> {
    await messageModel.deleteMany({ snapshot, shareId: id });
    await model.updateOne({ _id: id }, { $pull: { writing: { snapshot } } });
  }

  return {
    dropSnapshot,

    async list(userId, limit, conversationId) {
      const mine = { userId, ...whole, ...(conversationId === undefined ? {} : { conversationId }) };
      const documents = await model.find(mine).sort({ createdAt: -1, _id: 1 }).limit(limit).lean();
      return documents.flatMap(toRecord);
    },

    count: (userId) => model.countDocuments({ userId, deletedAt: { $exists: false } }),

    async find(userId, id) {
      return toRecord(await model.findOne({ _id: id, userId, ...whole }).lean())[0];
    },

    async findByToken(token) {
      return toRecord(await model.findOne({ token, ...whole }).lean())[0];
    },

    async begin({ id, ...share }) {
      await model.create([{ _id: id, ...share, messages: 0, writing: [{ snapshot: id, since: share.createdAt }] }]);
    },

    async beginSnapshot(userId, id, snapshot, since) {
      const mine = { _id: id, userId, deletedAt: { $exists: false } };
      const { matchedCount } = await model.updateOne(mine, { $push: { writing: { snapshot, since } } });
      return matchedCount === 1;
    },

    async addMessages(shareId, snapshot, from, messages) {
      if (messages.length === 0) return;
      const inserts = messages.map((message, index) => {
        const number = from + index;
        return { insertOne: { document: { _id: `${snapshot}:${number}`, shareId, snapshot, number, message } } };
      });
      try {
        const collection = connection.collection<SharedMessageDocument>(messageModel.collection.name);
        await collection.bulkWrite(inserts, { ordered: false });
      } catch (error) {
        if (!areDuplicates(error)) throw error;
      }
    },

    async change(userId, id, { expiresAt, answerer, ...rest }) {
      const unset = { ...(expiresAt === null && { expiresAt: 1 }), ...(answerer === null && { answerer: 1 }) } as const;
      const before = await model
        .findOneAndUpdate(
          { _id: id, userId, deletedAt: { $exists: false } },
          {
            $set: { ...rest, ...(expiresAt && { expiresAt }), ...(answerer && { answerer }) },
            ...(Object.keys(unset).length > 0 && { $unset: unset }),
            ...(rest.snapshot !== undefined && { $pull: { writing: { snapshot: { $in: [rest.snapshot, id] } } } }),
          },
          { projection: { snapshot: 1 } },
        )
        .lean();
      if (before === null) return undefined;
      return before.snapshot === undefined ? {} : { snapshot: before.snapshot };
    },

    async messages(snapshot, from, limit) {
      const documents = await messageModel
        .find({ snapshot, number: { $gte: from } }, { message: 1 })
        .sort({ number: 1 })
        .limit(limit)
        .lean();
      return documents.map(({ message }) => message);
    },

    async remove(userId, id, at) {
      const mine = { _id: id, userId, deletedAt: { $exists: false } };
      const { matchedCount } = await model.updateOne(mine, { $set: { deletedAt: at } });
      await (matchedCount === 1 ? finishRemoval(id) : undefined);
      return matchedCount === 1;
    },

    async removeConversation(conversationId) {
      const found = await model.find({ conversationId }, { _id: 1 }).lean();
      for (const { _id } of found) await finishRemoval(_id);
    },

    async finishRemovals(before) {
      for (const { _id } of await model.find({ deletedAt: { $gte: new Date(0) } }, { _id: 1 }).lean()) {
        await finishRemoval(_id);
      }
      const stale = await model.find({ 'writing.since': { $gte: new Date(0), $lt: before } }).lean();
      for (const { _id, snapshot, writing } of stale) {
        const dead = writing.filter(({ since }) => since < before);
        if (snapshot === undefined && dead.length === writing.length) await finishRemoval(_id);
        else for (const { snapshot: left } of dead) await dropSnapshot(_id, left);
      }
    },
  };
}

/** None where there is no snapshot. */
function toRecord(document: ShareDocument | null): ShareRecord[] {
  if (document?.snapshot === undefined) return [];
  const { _id: id, snapshot, writing: _writing, deletedAt: _deletedAt, ...share } = document;
  return [{ id, snapshot, ...share }];
}

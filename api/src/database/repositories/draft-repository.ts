import type { ConversationId, Draft, DraftPlace, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { duplicateKeyField } from '../duplicate-key.ts';
import { draftDocumentSchema } from '../schemas/draft-document.ts';
import type { DraftDocument } from '../schemas/draft-document.ts';

/** The drafts of the person named in each call; nobody else's can be found. */
export interface DraftRepository {
  /** The newest first, `limit` at most. */
  list(userId: UserId, limit: number): Promise<Draft[]>;
  /** Keeps a draft in the place of the one before. Its time never goes back, whatever the clocks of replicas say. */
  save(userId: UserId, place: DraftPlace, text: string, at: Date): Promise<Draft>;
  remove(userId: UserId, place: DraftPlace): Promise<void>;
  /** Removes all but the newest `keep`. */
  trim(userId: UserId, keep: number): Promise<void>;
  /** Removes everybody's drafts in a conversation. */
  removeAll(conversation: ConversationId): Promise<void>;
}

/** Drafts in the `drafts` collection. */
export function createDraftRepository(connection: Connection): DraftRepository {
  const model = connection.model<DraftDocument>('Draft', draftDocumentSchema);

  return {
    async list(userId, limit) {
      const documents = await model.find({ userId }).sort({ updatedAt: -1 }).limit(limit).lean();
      return documents.map(toDraft);
    },

    async save(userId, place, text, at) {
      const change = { $set: { text }, $max: { updatedAt: at } };
      const upsert = async (): Promise<DraftDocument> =>
        await model
          .findOneAndUpdate({ userId, place }, change, { upsert: true, returnDocument: 'after' })
          .orFail()
          .lean();
      try {
        return toDraft(await upsert());
      } catch (error) {
        // Two devices began it at the same moment; by now it is there.
        if (duplicateKeyField(error) === undefined) throw error;
        return toDraft(await upsert());
      }
    },

    async remove(userId, place) {
      await model.deleteOne({ userId, place });
    },

    async trim(userId, keep) {
      const surplus = await model.find({ userId }, { _id: 1 }).sort({ updatedAt: -1 }).skip(keep).lean();
      if (surplus.length > 0) await model.deleteMany({ _id: { $in: surplus.map(({ _id }) => _id) } });
    },

    async removeAll(conversation) {
      await model.deleteMany({ place: conversation });
    },
  };
}

function toDraft({ place, text, updatedAt }: DraftDocument): Draft {
  return { place, text, updatedAt: updatedAt.toISOString() };
}

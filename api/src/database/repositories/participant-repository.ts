import type { ConversationId, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { duplicateKeyField } from '../duplicate-key.ts';
import { participantDocumentSchema } from '../schemas/participant-document.ts';
import type { ParticipantDocument } from '../schemas/participant-document.ts';

/** Somebody who takes part in a conversation of `ownerId`. */
export interface ParticipantRecord extends Omit<ParticipantDocument, '_id' | 'unread'> {
  readonly unread: boolean;
}

/** Whether somebody still takes part: whoever is just leaving does not any more. */
export function isStaying({ pending }: Pick<ParticipantRecord, 'pending'>): boolean {
  return pending !== 'leaving';
}

/** Who takes part in whose conversations; with those who are just leaving. */
export interface ParticipantRepository {
  /** Stores somebody who is joining; does nothing when they are there. */
  add(record: Omit<ParticipantRecord, 'unread' | 'pending'>): Promise<void>;
  find(conversationId: ConversationId, userId: UserId): Promise<ParticipantRecord | undefined>;
  /** In the order in which they were invited. */
  list(conversationId: ConversationId): Promise<ParticipantRecord[]>;
  /** What somebody takes part in, the newest invitations first; not more than a thousand. */
  listOf(userId: UserId): Promise<ParticipantRecord[]>;
  /** Everybody whose joining or leaving was begun and not finished. */
  listPending(): Promise<ParticipantRecord[]>;
  /** Notes that somebody has joined. */
  finishJoining(conversationId: ConversationId, userId: UserId): Promise<void>;
  /** Ends somebody's part at once; returns whether they are there. */
  beginLeaving(conversationId: ConversationId, userId: UserId): Promise<boolean>;
  /** Forgets somebody who is leaving; one who was invited again meanwhile stays. */
  finishLeaving(conversationId: ConversationId, userId: UserId): Promise<void>;
  /** Forgets somebody. */
  remove(conversationId: ConversationId, userId: UserId): Promise<void>;
  /** Notes for all of them that an answer has ended. */
  markUnread(conversationId: ConversationId): Promise<void>;
  /** Notes that somebody has seen the newest answer; returns whether that was news. */
  markRead(conversationId: ConversationId, userId: UserId): Promise<boolean>;
}

const mostListed = 1_000;

/** Participants in the `participants` collection. */
export function createParticipantRepository(connection: Connection): ParticipantRepository {
  const model = connection.model<ParticipantDocument>('Participant', participantDocumentSchema);

  return {
    async add({ conversationId, userId, ...record }) {
      const joining = { conversationId, userId, ...record, pending: 'joining' as const };
      try {
        await model.updateOne({ _id: idOf(conversationId, userId) }, { $setOnInsert: joining }, { upsert: true });
      } catch (error) {
        if (duplicateKeyField(error) === undefined) throw error;
      }
    },

    async find(conversationId, userId) {
      const document = await model.findById(idOf(conversationId, userId)).lean();
      return document === null ? undefined : toRecord(document);
    },

    async list(conversationId) {
      return (await model.find({ conversationId }).sort({ invitedAt: 1, _id: 1 }).lean()).map(toRecord);
    },

    async listOf(userId) {
      return (await model.find({ userId }).sort({ invitedAt: -1 }).limit(mostListed).lean()).map(toRecord);
    },

    async listPending() {
      return (await model.find({ pending: { $in: ['joining', 'leaving'] } }).lean()).map(toRecord);
    },

    async finishJoining(conversationId, userId) {
      const joining = { _id: idOf(conversationId, userId), pending: 'joining' as const };
      await model.updateOne(joining, { $unset: { pending: 1 } });
    },

    async beginLeaving(conversationId, userId) {
      const result = await model.updateOne({ _id: idOf(conversationId, userId) }, { $set: { pending: 'leaving' } });
      return result.matchedCount === 1;
    },

    async finishLeaving(conversationId, userId) {
      await model.deleteOne({ _id: idOf(conversationId, userId), pending: 'leaving' });
    },

    async remove(conversationId, userId) {
      await model.deleteOne({ _id: idOf(conversationId, userId) });
    },

    async markUnread(conversationId) {
      await model.updateMany({ conversationId }, { $set: { unread: true } });
    },

    async markRead(conversationId, userId) {
      const unread = { _id: idOf(conversationId, userId), unread: true };
      return (await model.updateOne(unread, { $unset: { unread: 1 } })).matchedCount === 1;
    },
  };
}

function idOf(conversationId: ConversationId, userId: UserId): string {
  return `${conversationId}/${userId}`;
}

function toRecord({ _id, unread = false, ...document }: ParticipantDocument): ParticipantRecord {
  return { ...document, unread };
}

import { mostTags, projectIdSchema } from '@parley/contracts';
import type { Conversation, ConversationId, ProjectId, TagCount, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import * as z from 'zod/mini';
import { conversationDocumentSchema } from '../schemas/conversation-document.ts';
import type { ConversationDocument } from '../schemas/conversation-document.ts';
import { tagChangeDocumentSchema } from '../schemas/tag-change-document.ts';
import type { TagChangeDocument } from '../schemas/tag-change-document.ts';
import { toConversation } from './conversation-repository.ts';

/** Tags that are listed, the most used first. */
const mostTagsListed = 1_000;
/** Conversations whose tags are changed at a time. */
const batchSize = 200;

/** A change of many conversations. */
export interface ConversationsChange {
  readonly archived?: boolean | undefined;
  readonly unread?: boolean | undefined;
  readonly projectId?: ProjectId | null | undefined;
  readonly addTags?: readonly string[] | undefined;
  readonly removeTags?: readonly string[] | undefined;
}

/** A tag on its way to another name, or away where there is none. */
export interface TagChange {
  readonly id: string;
  readonly userId: UserId;
  readonly tag: string;
  readonly name?: string | undefined;
}

/** A conversation's place among the pinned ones. */
export interface Pin {
  readonly id: ConversationId;
  readonly pin: number;
}

/** How the conversations of a person are kept in order: many at a time, by tags, projects and pins. */
export interface ConversationOrderRepository {
  /** Those of the named ones that are this person's. */
  findAll(userId: UserId, ids: readonly ConversationId[]): Promise<Conversation[]>;
  updateAll(userId: UserId, ids: readonly ConversationId[], change: ConversationsChange): Promise<void>;
  /** See `ConversationRepository.markDeleted`. */
  markAllDeleted(userId: UserId, ids: readonly ConversationId[], at: Date): Promise<void>;
  /** By (pin, id); at most `limit`. */
  pins(userId: UserId, limit: number): Promise<Pin[]>;
  /** Gives a pinned conversation another place, unless it has been moved away from `from` meanwhile. */
  repin(userId: UserId, id: ConversationId, from: number, to: number): Promise<Conversation | undefined>;
  /** The most used first; see `TagCount`. */
  tagCounts(userId: UserId): Promise<TagCount[]>;
  /** See `Project.conversations`; projects without any are left out. */
  projectCounts(userId: UserId): Promise<ReadonlyMap<ProjectId, number>>;
  /** Takes every conversation out of a project. */
  leaveProject(id: ProjectId): Promise<void>;
  /** Notes a change before it begins; unfinished ones can be found in `tagChanges`. */
  beginTagChange(change: TagChange, at: Date): Promise<void>;
  /** Carries a change through, which may have been begun before, and forgets it. */
  finishTagChange(change: TagChange): Promise<void>;
  tagChanges(): Promise<TagChange[]>;
}

const listed = { archived: false, expiresAt: { $exists: false } };
const tagRows = z.array(z.object({ _id: z.string(), count: z.int() }));
const projectRows = z.array(z.object({ _id: projectIdSchema, count: z.int() }));

/** Reads and changes the `conversations` collection; tags that are being changed are in `tag_changes`. */
export function createConversationOrderRepository(connection: Connection): ConversationOrderRepository {
  const model = connection.model<ConversationDocument>('Conversation', conversationDocumentSchema);
  const changes = connection.model<TagChangeDocument>('TagChange', tagChangeDocumentSchema);

  return {
    async findAll(userId, ids) {
      const documents = await model.find({ _id: { $in: ids }, userId }).lean();
      return documents.map(toConversation);
    },

    async updateAll(userId, ids, { archived, unread, projectId, addTags = [], removeTags = [] }) {
      const these = { _id: { $in: ids }, userId };
      const set = {
        ...(archived === undefined ? {} : { archived }),
        ...(unread === undefined ? {} : { unread }),
        ...(projectId === undefined || projectId === null ? {} : { projectId }),
      };
      const unset = { ...(archived === true ? { pin: 1 } : {}), ...(projectId === null ? { projectId: 1 } : {}) };
      const update = {
        ...(Object.keys(set).length === 0 ? {} : { $set: set }),
        ...(Object.keys(unset).length === 0 ? {} : { $unset: unset }),
        ...(addTags.length === 0 ? {} : { $addToSet: { tags: { $each: addTags } } }),
      };
      if (Object.keys(update).length > 0) await model.updateMany(these, update);
      if (removeTags.length > 0) await model.updateMany(these, { $pullAll: { tags: removeTags } });
      if (addTags.length === 0) return;
      // Two devices may have found room for different tags at once.
      const tooMany = { ...these, [`tags.${mostTags}`]: { $exists: true } };
      await model.updateMany(tooMany, { $push: { tags: { $each: [], $slice: mostTags } } });
    },

    async markAllDeleted(userId, ids, at) {
      await model.updateMany({ _id: { $in: ids }, userId }, { $set: { deletedAt: at }, $unset: { userId: 1 } });
    },

    async pins(userId, limit) {
      const documents = await model
        .find({ userId, pin: { $gte: -Number.MAX_VALUE } }, { pin: 1 })
        .sort({ pin: 1, _id: 1 })
        .limit(limit)
        .lean();
      return documents.flatMap(({ _id, pin }) => (pin === undefined ? [] : [{ id: _id, pin }]));
    },

    async repin(userId, id, from, to) {
      const document = await model
        .findOneAndUpdate({ _id: id, userId, pin: from }, { $set: { pin: to } }, { returnDocument: 'after' })
        .lean();
      return document === null ? undefined : toConversation(document);
    },

    async tagCounts(userId) {
      const rows = await model.aggregate([
        { $match: { userId, 'tags.0': { $gt: '' }, expiresAt: { $exists: false } } },
        // Many conversations have the same tags: these are counted together, and only then one by one.
        { $group: { _id: '$tags', count: { $sum: { $cond: ['$archived', 0, 1] } } } },
        { $unwind: '$_id' },
        { $group: { _id: '$_id', count: { $sum: '$count' } } },
        { $sort: { count: -1, _id: 1 } },
        { $limit: mostTagsListed },
      ]);
      return z.parse(tagRows, rows).map(({ _id, count }) => ({ tag: _id, count }));
    },

    async projectCounts(userId) {
      const rows = await model.aggregate([
        { $match: { userId, projectId: { $gt: '' }, ...listed } },
        { $group: { _id: '$projectId', count: { $sum: 1 } } },
      ]);
      return new Map(z.parse(projectRows, rows).map(({ _id, count }) => [_id, count]));
    },

    async leaveProject(projectId) {
      await model.updateMany({ projectId }, { $unset: { projectId: 1 } });
    },

    async beginTagChange({ id, userId, tag, name }, createdAt) {
      await changes.create([{ _id: id, userId, tag, ...(name === undefined ? {} : { name }), createdAt }]);
    },

    async finishTagChange({ id, userId, tag, name }) {
      for (;;) {
        const found = await model.find({ userId, tags: tag }, { _id: 1 }).limit(batchSize).lean();
        const these = { _id: { $in: found.map(({ _id }) => _id) }, userId };
        // The new name comes before the old one goes, so that a crash between the two leaves something to find.
        if (name !== undefined) await model.updateMany(these, { $addToSet: { tags: name } });
        // Only where both are: whoever gives the new one the old name at the same time must not take both away.
        const renamed = name === undefined ? these : { ...these, tags: { $all: [tag, name] } };
        await model.updateMany(renamed, { $pull: { tags: tag } });
        if (found.length < batchSize) break;
      }
      await changes.deleteOne({ _id: id });
    },

    async tagChanges() {
      const documents = await changes.find().sort({ createdAt: 1 }).limit(1_000).lean();
      return documents.map(({ _id, userId, tag, name }) => ({ id: _id, userId, tag, name }));
    },
  };
}

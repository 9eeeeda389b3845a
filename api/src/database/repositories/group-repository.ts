import { problem } from '@parley/contracts';
import type { GroupId, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { duplicateKeyField } from '../duplicate-key.ts';
import { escapeRegex } from '../escape-regex.ts';
import { groupDocumentSchema } from '../schemas/group-document.ts';
import type { GroupDocument } from '../schemas/group-document.ts';

export interface GroupRecord {
  readonly id: GroupId;
  readonly name: string;
  readonly memberIds: readonly UserId[];
}

export interface GroupRepository {
  /** By name. */
  list(): Promise<GroupRecord[]>;
  /** Those of these that exist, without their members. */
  names(ids: readonly GroupId[]): Promise<ReadonlyMap<GroupId, string>>;
  /** Groups whose name, or a word of it, begins like that; by name, without their members. */
  search(prefix: string, limit: number): Promise<Omit<GroupRecord, 'memberIds'>[]>;
  idsOf(member: UserId): Promise<GroupId[]>;
  /** Throws `name-taken`. */
  create(group: GroupRecord): Promise<void>;
  /** Returns whether it was there. Throws `name-taken`. */
  update(group: GroupRecord): Promise<boolean>;
  /** Returns whether it was there. */
  remove(id: GroupId): Promise<boolean>;
}

/** Groups in the `groups` collection. */
export function createGroupRepository(connection: Connection): GroupRepository {
  const model = connection.model<GroupDocument>('Group', groupDocumentSchema);

  return {
    async list() {
      const documents = await model.find({}).sort({ nameKey: 1 }).lean();
      return documents.map(({ _id, name, memberIds }) => ({ id: _id, name, memberIds }));
    },

    async names(ids) {
      if (ids.length === 0) return new Map();
      const documents = await model.find({ _id: { $in: [...ids] } }, { name: 1 }).lean();
      return new Map(documents.map(({ _id, name }) => [_id, name]));
    },

    async search(prefix, limit) {
      const nameKey = { $regex: String.raw`(?:^|\s)${escapeRegex(keyOf(prefix))}` };
      const documents = await model
        .find(prefix === '' ? {} : { nameKey }, { name: 1 })
        .sort({ nameKey: 1 })
        .limit(limit)
        .lean();
      return documents.map(({ _id, name }) => ({ id: _id, name }));
    },

    async idsOf(member) {
      const documents = await model.find({ memberIds: member }, { _id: 1 }).lean();
      return documents.map(({ _id }) => _id);
    },

    async create({ id, name, memberIds }) {
      await named(() => model.create([{ _id: id, name, nameKey: keyOf(name), memberIds: [...memberIds] }]));
    },

    async update({ id, name, memberIds }) {
      const change = { $set: { name, nameKey: keyOf(name), memberIds: [...memberIds] } };
      const { matchedCount } = await named(() => model.updateOne({ _id: id }, change));
      return matchedCount === 1;
    },

    async remove(id) {
      const { deletedCount } = await model.deleteOne({ _id: id });
      return deletedCount === 1;
    },
  };
}

function keyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

async function named<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw duplicateKeyField(error) === 'nameKey' ? problem('name-taken', { cause: error }) : error;
  }
}

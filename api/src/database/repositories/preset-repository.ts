import type { PresetId, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { presetDocumentSchema } from '../schemas/preset-document.ts';
import type { PresetDocument } from '../schemas/preset-document.ts';

export interface PresetRecord extends Omit<PresetDocument, '_id'> {
  readonly id: PresetId;
}

/** The presets of the person named in each call; nobody else's can be found. */
export interface PresetRepository {
  /** By position, `limit` at most. */
  list(userId: UserId, limit: number): Promise<PresetRecord[]>;
  find(userId: UserId, id: PresetId): Promise<PresetRecord | undefined>;
  findDefault(userId: UserId): Promise<PresetRecord | undefined>;
  add(preset: PresetRecord): Promise<void>;
  /** Puts a record in the place of the one of its id; returns whether there was one. */
  replace(preset: PresetRecord): Promise<boolean>;
  /** Leaves one default, the one that was changed last, whoever makes another one at the same time. */
  keepOneDefault(userId: UserId): Promise<void>;
  setPositions(userId: UserId, ids: readonly PresetId[]): Promise<void>;
  /** Returns whether there was one. */
  remove(userId: UserId, id: PresetId): Promise<boolean>;
}

/** Presets in the `presets` collection. */
export function createPresetRepository(connection: Connection): PresetRepository {
  const model = connection.model<PresetDocument>('Preset', presetDocumentSchema);

  return {
    async list(userId, limit) {
      const documents = await model.find({ userId }).sort({ position: 1, _id: 1 }).limit(limit).lean();
      return documents.map(toRecord);
    },

    async find(userId, id) {
      const document = await model.findOne({ _id: id, userId }).lean();
      return document === null ? undefined : toRecord(document);
    },

    async findDefault(userId) {
      const document = await model.findOne({ userId, isDefault: true }).lean();
      return document === null ? undefined : toRecord(document);
    },

    async add({ id, ...preset }) {
      await model.create([{ _id: id, ...preset }]);
    },

    async replace({ id, ...preset }) {
      const { matchedCount } = await model.replaceOne({ _id: id, userId: preset.userId }, { _id: id, ...preset });
      return matchedCount === 1;
    },

    async keepOneDefault(userId) {
      const defaults = await model
        .find({ userId, isDefault: true }, { updatedAt: 1 })
        .sort({ updatedAt: -1, _id: -1 })
        .lean();
      const older = defaults.slice(1);
      if (older.length === 0) return;
      await model.bulkWrite(
        older.map(({ _id, updatedAt }) => ({
          updateOne: { filter: { _id, userId, updatedAt }, update: { $set: { isDefault: false } } },
        })),
      );
    },

    async setPositions(userId, ids) {
      if (ids.length === 0) return;
      await model.bulkWrite(
        ids.map((id, position) => ({
          updateOne: { filter: { _id: id, userId }, update: { $set: { position } } },
        })),
      );
    },

    async remove(userId, id) {
      const { deletedCount } = await model.deleteOne({ _id: id, userId });
      return deletedCount === 1;
    },
  };
}

function toRecord({ _id, ...preset }: PresetDocument): PresetRecord {
  return { id: _id, ...preset };
}

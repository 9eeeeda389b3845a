import type { ImportId, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { importDocumentSchema } from '../schemas/import-document.ts';
import type { ImportDocument } from '../schemas/import-document.ts';

export interface ImportRecord extends Omit<ImportDocument, '_id'> {
  readonly id: ImportId;
}

/** What is noted while an import goes on. */
export type ImportChange = Partial<Omit<ImportRecord, 'id' | 'userId' | 'name' | 'size' | 'createdAt'>>;

/** Files of conversations that people have brought along. */
export interface ImportRepository {
  add(record: ImportRecord): Promise<void>;
  /** The record after the change; `undefined` when it is not there any more. */
  change(id: ImportId, change: ImportChange): Promise<ImportRecord | undefined>;
  find(userId: UserId, id: ImportId): Promise<ImportRecord | undefined>;
  /** Newest first. */
  list(userId: UserId, limit: number): Promise<ImportRecord[]>;
  /** All of somebody's, in any order. */
  listOwn(userId: UserId): Promise<ImportRecord[]>;
  /** Those of everybody that have not ended, oldest first. */
  listUnfinished(): Promise<ImportRecord[]>;
  remove(ids: readonly ImportId[]): Promise<void>;
}

/** Imports in the `imports` collection. */
export function createImportRepository(connection: Connection): ImportRepository {
  const model = connection.model<ImportDocument>('Import', importDocumentSchema);

  return {
    async add({ id, ...record }) {
      await model.create([{ _id: id, ...record }]);
    },

    async change(id, change) {
      const document = await model.findOneAndUpdate({ _id: id }, { $set: change }, { returnDocument: 'after' }).lean();
      return document === null ? undefined : toRecord(document);
    },

    async find(userId, id) {
      const document = await model.findOne({ _id: id, userId }).lean();
      return document === null ? undefined : toRecord(document);
    },

    async list(userId, limit) {
      const documents = await model.find({ userId }).sort({ createdAt: -1 }).limit(limit).lean();
      return documents.map(toRecord);
    },

    async listOwn(userId) {
      return (await model.find({ userId }).lean()).map(toRecord);
    },

    async listUnfinished() {
      const documents = await model.find({ state: { $in: ['waiting', 'running'] } }).lean();
      return documents.map(toRecord).toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
    },

    async remove(ids) {
      await model.deleteMany({ _id: { $in: [...ids] } });
    },
  };
}

function toRecord({ _id, ...record }: ImportDocument): ImportRecord {
  return { id: _id, ...record };
}

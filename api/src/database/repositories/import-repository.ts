import type { ImportId, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { byPipeline, isLeaseExpired, leaseEnd } from '../lease.ts';
import { importDocumentSchema } from '../schemas/import-document.ts';
import type { ImportDocument } from '../schemas/import-document.ts';

export interface ImportRecord extends Omit<ImportDocument, '_id'> {
  readonly id: ImportId;
}

/** An import that has not begun. */
export type NewImport = Omit<ImportRecord, 'isCancelled' | 'leaseOwner' | 'leaseExpiresAt'>;

/** What is noted while an import goes on. */
export type ImportChange = Partial<Omit<NewImport, 'id' | 'userId' | 'name' | 'size' | 'createdAt'>>;

/**
 * Files of conversations that people have brought along, with the leases of those who work on them: a lease lasts ten
 * seconds unless it is renewed, by the clock of the database.
 */
export interface ImportRepository {
  /** Stores an import with its lease. */
  add(record: NewImport, owner: string): Promise<void>;
  /** Notes what `owner` has come to. The record after it; `undefined` when it is gone or somebody else's by now. */
  note(id: ImportId, owner: string, change: ImportChange): Promise<ImportRecord | undefined>;
  /** Asks whoever works on it to end. The record after it; `undefined` when it is gone. */
  requestCancel(id: ImportId): Promise<ImportRecord | undefined>;
  find(userId: UserId, id: ImportId): Promise<ImportRecord | undefined>;
  /** Newest first. */
  list(userId: UserId, limit: number): Promise<ImportRecord[]>;
  /** All of somebody's, in any order. */
  listOwn(userId: UserId): Promise<ImportRecord[]>;
  /** Those of everybody that have not ended, oldest first. */
  listUnfinished(): Promise<ImportRecord[]>;
  /**
   * Gives an import that has not ended to `owner`, if its lease has run out, or, for `any`, if another owner has it.
   * `undefined` when it is not to be had.
   */
  takeOver(id: ImportId, owner: string, which: 'abandoned' | 'any'): Promise<ImportRecord | undefined>;
  /** Prolongs the leases that `owner` still holds, and returns the imports they are of. */
  renew(ids: readonly ImportId[], owner: string): Promise<ReadonlySet<ImportId>>;
  /** Lets whoever looks next take it over at once. */
  release(id: ImportId, owner: string): Promise<void>;
  remove(ids: readonly ImportId[]): Promise<void>;
}

const unfinished = { state: { $in: ['waiting' as const, 'running' as const] } };
const after = { returnDocument: 'after' } as const;

/** Imports in the `imports` collection. */
export function createImportRepository(connection: Connection): ImportRepository {
  const model = connection.model<ImportDocument>('Import', importDocumentSchema);

  return {
    async add({ id, ...record }, owner) {
      const whole = {
        $mergeObjects: [{ $literal: { _id: id, ...record, leaseOwner: owner } }, { leaseExpiresAt: leaseEnd }],
      };
      // Only an update can ask for the database's time. The id is new, so this one always inserts.
      await model.updateOne({ _id: id }, [{ $replaceWith: whole }], { ...byPipeline, upsert: true });
    },

    async note(id, owner, change) {
      return found(await model.findOneAndUpdate({ _id: id, leaseOwner: owner }, { $set: change }, after).lean());
    },

    async requestCancel(id) {
      return found(await model.findOneAndUpdate({ _id: id }, { $set: { isCancelled: true } }, after).lean());
    },

    async find(userId, id) {
      return found(await model.findOne({ _id: id, userId }).lean());
    },

    async list(userId, limit) {
      const documents = await model.find({ userId }).sort({ createdAt: -1 }).limit(limit).lean();
      return documents.map(toRecord);
    },

    async listOwn(userId) {
      return (await model.find({ userId }).lean()).map(toRecord);
    },

    async listUnfinished() {
      const documents = await model.find(unfinished).lean();
      return documents.map(toRecord).toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
    },

    async takeOver(id, owner, which) {
      const isLost = which === 'any' ? { leaseOwner: { $ne: owner } } : { $expr: isLeaseExpired };
      const change = [{ $set: { leaseOwner: owner, leaseExpiresAt: leaseEnd } }];
      const options = { ...byPipeline, ...after };
      return found(await model.findOneAndUpdate({ _id: id, ...unfinished, ...isLost }, change, options).lean());
    },

    async renew(ids, owner) {
      const mine = { _id: { $in: ids }, leaseOwner: owner };
      await model.updateMany(mine, [{ $set: { leaseExpiresAt: leaseEnd } }], byPipeline);
      return new Set((await model.find(mine, { _id: 1 }).lean()).map(({ _id }) => _id));
    },

    async release(id, owner) {
      const change = [{ $set: { leaseExpiresAt: { $subtract: ['$$NOW', 1] } } }];
      await model.updateOne({ _id: id, leaseOwner: owner }, change, byPipeline);
    },

    async remove(ids) {
      await model.deleteMany({ _id: { $in: [...ids] } });
    },
  };
}

function found(document: ImportDocument | null): ImportRecord | undefined {
  return document === null ? undefined : toRecord(document);
}

function toRecord({ _id, ...record }: ImportDocument): ImportRecord {
  return { id: _id, ...record };
}

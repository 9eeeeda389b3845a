import type { SharedType } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { keyOfPrincipal } from '../../access/principal-key.ts';
import type { PrincipalKey } from '../../access/principal-key.ts';
import { duplicateKeyField } from '../duplicate-key.ts';
import { accessGrantDocumentSchema } from '../schemas/access-grant-document.ts';
import type { AccessGrantDocument, Grant } from '../schemas/access-grant-document.ts';

/** Whom things are shared with. */
export interface AccessGrantRepository {
  /** All grants of one thing in the order they were given; `undefined` for a thing that nobody owns. */
  find(type: SharedType, id: string): Promise<readonly Grant[] | undefined>;
  /** All grants of several things, by id; those that nobody owns are left out. */
  findMany(type: SharedType, ids: readonly string[]): Promise<ReadonlyMap<string, readonly Grant[]>>;
  /** Things of a type that at least one of these principals has a grant for, by id, with all their grants. */
  findFor(type: SharedType, principals: readonly PrincipalKey[]): Promise<ReadonlyMap<string, readonly Grant[]>>;
  /** Gives a thing its first grants; does nothing when it has some. */
  begin(type: SharedType, id: string, grants: readonly Grant[]): Promise<void>;
  /** Puts these in the place of all grants of a thing, at once; returns whether it had any. */
  replace(type: SharedType, id: string, grants: readonly Grant[]): Promise<boolean>;
  removeAll(type: SharedType, id: string): Promise<void>;
  /** Takes a principal out of everything. */
  removePrincipal(principal: PrincipalKey): Promise<void>;
}

/** Grants in the `access_grants` collection, one document for each shared thing. */
export function createAccessGrantRepository(connection: Connection): AccessGrantRepository {
  const model = connection.model<AccessGrantDocument>('AccessGrant', accessGrantDocumentSchema);

  return {
    async find(type, id) {
      const document = await model.findById(documentId(type, id)).lean();
      return document?.grants.map(toGrant);
    },

    async findMany(type, ids) {
      if (ids.length === 0) return new Map();
      const documents = await model.find({ _id: { $in: ids.map((id) => documentId(type, id)) } }).lean();
      return new Map(documents.map(({ id, grants }) => [id, grants.map(toGrant)]));
    },

    async findFor(type, principals) {
      const documents = await model.find({ type, 'grants.key': { $in: [...principals] } }).lean();
      return new Map(documents.map(({ id, grants }) => [id, grants.map(toGrant)]));
    },

    async begin(type, id, grants) {
      const document: Omit<AccessGrantDocument, '_id'> = { type, id, grants: grants.map(toStored) };
      try {
        await model.updateOne({ _id: documentId(type, id) }, { $setOnInsert: document }, { upsert: true });
      } catch (error) {
        if (duplicateKeyField(error) !== '_id') throw error;
      }
    },

    async replace(type, id, grants) {
      const change = { $set: { grants: grants.map(toStored) } };
      const { matchedCount } = await model.updateOne({ _id: documentId(type, id) }, change);
      return matchedCount === 1;
    },

    async removeAll(type, id) {
      await model.deleteOne({ _id: documentId(type, id) });
    },

    async removePrincipal(principal) {
      await model.updateMany({ 'grants.key': principal }, { $pull: { grants: { key: principal } } });
    },
  };
}

function documentId(type: SharedType, id: string): string {
  return `${type}/${id}`;
}

function toStored({ principal, role }: Grant): AccessGrantDocument['grants'][number] {
  return { key: keyOfPrincipal(principal), principal, role };
}

function toGrant({ principal, role }: Grant): Grant {
  return { principal, role };
}

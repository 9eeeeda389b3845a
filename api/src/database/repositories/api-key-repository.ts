import type { ApiKey, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { apiKeyDocumentSchema } from '../schemas/api-key-document.ts';
import type { ApiKeyDocument } from '../schemas/api-key-document.ts';

/** A key with whose it is. */
export interface ApiKeyRecord extends ApiKey {
  readonly userId: UserId;
}

export interface ApiKeyRepository {
  create(key: ApiKeyRecord, secretHash: string): Promise<void>;
  /** Also finds a key that has expired and was not swept yet. */
  findBySecret(secretHash: string): Promise<ApiKeyRecord | undefined>;
  /** The newest first. */
  list(userId: UserId): Promise<ApiKey[]>;
  count(userId: UserId): Promise<number>;
  /** Removes a key of this person; returns its name if there was one. */
  remove(userId: UserId, id: string): Promise<string | undefined>;
  /** Notes that a key was used, unless that was noted after `since`. */
  touch(id: string, at: Date, since: Date): Promise<void>;
}

/** Keys for programs in the `api_keys` collection; expired ones remove themselves. */
export function createApiKeyRepository(connection: Connection): ApiKeyRepository {
  const model = connection.model<ApiKeyDocument>('ApiKey', apiKeyDocumentSchema);

  return {
    async create({ id, createdAt, expiresAt, lastUsedAt: _never, ...key }, secretHash) {
      await model.create([
        {
          _id: id,
          ...key,
          secretHash,
          createdAt: new Date(createdAt),
          ...(expiresAt === null ? {} : { expiresAt: new Date(expiresAt) }),
        },
      ]);
    },

    async findBySecret(secretHash) {
      const document = await model.findOne({ secretHash }).lean();
      return document === null ? undefined : { ...toApiKey(document), userId: document.userId };
    },

    async list(userId) {
      const documents = await model.find({ userId }).sort({ createdAt: -1 }).lean();
      return documents.map(toApiKey);
    },

    async count(userId) {
      return await model.countDocuments({ userId });
    },

    async remove(userId, id) {
      const removed = await model.findOneAndDelete({ _id: id, userId }).lean();
      return removed?.name;
    },

    async touch(id, at, since) {
      const isStale = { $or: [{ lastUsedAt: { $exists: false } }, { lastUsedAt: { $lt: since } }] };
      await model.updateOne({ _id: id, ...isStale }, { $set: { lastUsedAt: at } });
    },
  };
}

function toApiKey({ _id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt }: ApiKeyDocument): ApiKey {
  return {
    id: _id,
    name,
    prefix,
    scopes: [...scopes],
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}

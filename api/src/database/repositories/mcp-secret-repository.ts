import type { Connection } from 'mongoose';
import { escapeRegex } from '../escape-regex.ts';
import { duplicateKeyField } from '../duplicate-key.ts';
import { mcpSecretDocumentSchema } from '../schemas/mcp-secret-document.ts';
import type { McpSecretDocument } from '../schemas/mcp-secret-document.ts';

interface McpSecretRecord {
  readonly sealed: string;
  readonly version: number;
}

/** Sealed values by their keys; what has expired is not there. */
export interface McpSecretRepository {
  find(key: string, now: Date): Promise<McpSecretRecord | undefined>;
  /** Stores a value in the place of the one before. */
  save(key: string, record: McpSecretRecord, expiresAt: Date | undefined): Promise<void>;
  /** Stores a value if the one before has this version; returns whether it had. */
  replace(
    key: string,
    expect: number,
    record: McpSecretRecord,
    expiresAt: Date | undefined,
    now: Date,
  ): Promise<boolean>;
  /** Finds and removes; of many at the same time, one finds it. */
  take(key: string, now: Date): Promise<McpSecretRecord | undefined>;
  /** Keys with this between two of their slashes. */
  keysWith(segment: string): Promise<string[]>;
  /** Removes all whose key begins like that. Keys are ASCII. */
  removeBelow(prefix: string): Promise<void>;
}

/** Secrets in the `mcp_secrets` collection; expired ones remove themselves. */
export function createMcpSecretRepository(connection: Connection): McpSecretRepository {
  const model = connection.model<McpSecretDocument>('McpSecret', mcpSecretDocumentSchema);

  return {
    async find(key, now) {
      const document = await model.findOne({ _id: key, ...notExpired(now) }).lean();
      return document === null ? undefined : toRecord(document);
    },

    async save(key, record, expiresAt) {
      const upsert = async (): Promise<unknown> =>
        await model.updateOne({ _id: key }, changeTo(record, expiresAt), { upsert: true });
      try {
        await upsert();
      } catch (error) {
        // Somebody else began it at the same moment; by now it is there.
        if (duplicateKeyField(error) === undefined) throw error;
        await upsert();
      }
    },

    async replace(key, expect, record, expiresAt, now) {
      const filter = { _id: key, version: expect, ...notExpired(now) };
      return (await model.updateOne(filter, changeTo(record, expiresAt))).matchedCount === 1;
    },

    async take(key, now) {
      const document = await model.findOneAndDelete({ _id: key, ...notExpired(now) }).lean();
      return document === null ? undefined : toRecord(document);
    },

    async keysWith(segment) {
      const found = await model.find({ _id: { $regex: `/${escapeRegex(segment)}/` } }, { _id: 1 }).lean();
      return found.map(({ _id }) => _id);
    },

    async removeBelow(prefix) {
      await model.deleteMany({ _id: { $gte: prefix, $lt: `${prefix}\u{7f}` } });
    },
  };
}

function notExpired(now: Date) {
  return { $or: [{ expiresAt: { $exists: false } }, { expiresAt: { $gt: now } }] };
}

function changeTo(record: McpSecretRecord, expiresAt: Date | undefined) {
  return expiresAt === undefined ? { $set: record, $unset: { expiresAt: true } } : { $set: { ...record, expiresAt } };
}

function toRecord({ sealed, version }: McpSecretDocument): McpSecretRecord {
  return { sealed, version };
}

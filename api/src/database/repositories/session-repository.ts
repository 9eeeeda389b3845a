import type { UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { sessionDocumentSchema } from '../schemas/session-document.ts';
import type { SessionDocument } from '../schemas/session-document.ts';

/** One signed-in device. */
export interface SessionRecord {
  readonly id: string;
  readonly userId: UserId;
  readonly tokenHash: string;
  readonly previousTokenHash?: string;
  /** When `previousTokenHash` was replaced. */
  readonly rotatedAt?: Date;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

interface Rotation {
  readonly from: string;
  readonly to: string;
  readonly at: Date;
  readonly expiresAt: Date;
}

export interface SessionRepository {
  create(session: SessionRecord): Promise<void>;
  /** Also finds a session that has expired and was not swept yet. */
  find(id: string): Promise<SessionRecord | undefined>;
  /** Replaces the token if `from` is still the current one; returns whether it was. */
  rotate(id: string, rotation: Rotation): Promise<boolean>;
  remove(id: string): Promise<void>;
}

/** Sessions in the `sessions` collection; expired ones remove themselves. */
export function createSessionRepository(connection: Connection): SessionRepository {
  const model = connection.model<SessionDocument>('Session', sessionDocumentSchema);

  return {
    async create({ id, ...session }) {
      await model.create([{ _id: id, ...session }]);
    },

    async find(id) {
      const document = await model.findById(id).lean();
      if (document === null) return undefined;
      const { _id, ...session } = document;
      return { id: _id, ...session };
    },

    async rotate(id, { from, to, at, expiresAt }) {
      const result = await model.updateOne(
        { _id: id, tokenHash: from },
        { $set: { tokenHash: to, previousTokenHash: from, rotatedAt: at, expiresAt } },
      );
      return result.matchedCount === 1;
    },

    async remove(id) {
      await model.deleteOne({ _id: id });
    },
  };
}

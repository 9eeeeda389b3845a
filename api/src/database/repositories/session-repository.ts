import type { SessionId, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { sessionDocumentSchema } from '../schemas/session-document.ts';
import type { SessionDocument } from '../schemas/session-document.ts';

/** One signed-in device. */
export interface SessionRecord {
  readonly id: SessionId;
  readonly userId: UserId;
  readonly tokenHash: string;
  readonly previousTokenHash?: string;
  /** When `previousTokenHash` was replaced. */
  readonly rotatedAt?: Date;
  /** Words for its owner, such as “Firefox on Linux”. */
  readonly name: string;
  readonly lastSeenAt: Date;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

interface Rotation {
  readonly from: string;
  readonly to: string;
  readonly name: string;
  readonly at: Date;
  readonly expiresAt: Date;
}

export interface SessionRepository {
  create(session: SessionRecord): Promise<void>;
  /** Also finds a session that has expired and was not swept yet. */
  find(id: SessionId): Promise<SessionRecord | undefined>;
  /** The sessions of a person that have not expired at `now`, the most recently seen first. */
  list(userId: UserId, now: Date): Promise<SessionRecord[]>;
  /** Those of `ids` whose session goes on at `now`. */
  filterLive(ids: readonly SessionId[], now: Date): Promise<SessionId[]>;
  /** Replaces the token if `from` is still the current one; returns whether it was. */
  rotate(id: SessionId, rotation: Rotation): Promise<boolean>;
  /** Notes that a device was there; returns whether its session still is. */
  touch(id: SessionId, at: Date): Promise<boolean>;
  remove(id: SessionId): Promise<void>;
  /** Removes a session of this person; returns whether there was one. */
  removeOwn(userId: UserId, id: SessionId): Promise<boolean>;
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
      return document === null ? undefined : toRecord(document);
    },

    async list(userId, now) {
      const documents = await model.find({ userId, expiresAt: { $gt: now } }).lean();
      return documents.map(toRecord).toSorted((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime());
    },

    async filterLive(ids, now) {
      const documents = await model.find({ _id: { $in: ids }, expiresAt: { $gt: now } }, { _id: 1 }).lean();
      return documents.map(({ _id }) => _id);
    },

    async rotate(id, { from, to, name, at, expiresAt }) {
      const result = await model.updateOne(
        { _id: id, tokenHash: from },
        { $set: { tokenHash: to, previousTokenHash: from, rotatedAt: at, lastSeenAt: at, name, expiresAt } },
      );
      return result.matchedCount === 1;
    },

    async touch(id, at) {
      const result = await model.updateOne({ _id: id, expiresAt: { $gt: at } }, { $set: { lastSeenAt: at } });
      return result.matchedCount === 1;
    },

    async remove(id) {
      await model.deleteOne({ _id: id });
    },

    async removeOwn(userId, id) {
      const result = await model.deleteOne({ _id: id, userId });
      return result.deletedCount === 1;
    },
  };
}

function toRecord({ _id, name, lastSeenAt, ...session }: SessionDocument): SessionRecord {
  return {
    ...session,
    id: _id,
    name: name ?? 'Unknown device',
    lastSeenAt: lastSeenAt ?? session.rotatedAt ?? session.createdAt,
  };
}

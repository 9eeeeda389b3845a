import type { AuditEntry } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { duplicateKeyField } from '../duplicate-key.ts';
import { auditDocumentSchema } from '../schemas/audit-document.ts';
import type { AuditDocument } from '../schemas/audit-document.ts';

/** A place in the list of decisions: just after the one with these values. */
export interface AuditPosition {
  readonly at: Date;
  readonly id: string;
}

interface AuditQuery {
  readonly action?: AuditEntry['action'] | undefined;
  readonly after?: AuditPosition | undefined;
  readonly limit: number;
}

/** Decisions that somebody may have to answer for. Nothing changes or removes one. */
export interface AuditRepository {
  /** Stores an entry; does nothing when one of that id is there. */
  addOnce(entry: AuditEntry): Promise<void>;
  /** Newest first by (at, id). */
  list(query: AuditQuery): Promise<AuditEntry[]>;
}

/** Entries in the `audit` collection. */
export function createAuditRepository(connection: Connection): AuditRepository {
  const model = connection.model<AuditDocument>('AuditEntry', auditDocumentSchema);

  return {
    async addOnce({ id, at, actor, ...entry }) {
      const who = actor === null ? {} : { actorId: actor.id, actorName: actor.name };
      const document: Omit<AuditDocument, '_id'> = { ...entry, ...who, at: new Date(at) };
      try {
        await model.updateOne({ _id: id }, { $setOnInsert: document }, { upsert: true });
      } catch (error) {
        if (duplicateKeyField(error) !== '_id') throw error;
      }
    },

    async list({ action, after, limit }) {
      const rest =
        after === undefined
          ? {}
          : { at: { $lte: after.at }, $or: [{ at: { $lt: after.at } }, { _id: { $lt: after.id } }] };
      const documents = await model
        .find({ ...(action === undefined ? {} : { action }), ...rest })
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .lean();
      return documents.map(toEntry);
    },
  };
}

function toEntry({ _id, at, actorId, actorName, action, subject, details }: AuditDocument): AuditEntry {
  return {
    id: _id,
    at: at.toISOString(),
    actor: actorId === undefined ? null : { id: actorId, name: actorName ?? '' },
    action,
    subject,
    details: { ...details },
  };
}

import { Schema } from 'mongoose';
import type { AuditEntry, UserId } from '@parley/contracts';

/** A decision as it is stored. */
export interface AuditDocument {
  readonly _id: string;
  readonly at: Date;
  /** Absent: the policy itself. */
  readonly actorId?: UserId;
  /** What the actor was called then. */
  readonly actorName?: string;
  readonly action: AuditEntry['action'];
  readonly subject: string;
  readonly details: Readonly<Record<string, string>>;
}

export const auditDocumentSchema = new Schema<AuditDocument>(
  {
    _id: { type: String, required: true },
    at: { type: Date, required: true },
    actorId: { type: String },
    actorName: { type: String },
    action: { type: String, required: true },
    subject: { type: String, required: true },
    details: { type: Schema.Types.Mixed, required: true },
  },
  { collection: 'audit', strict: 'throw', versionKey: false, _id: false, minimize: false },
);

auditDocumentSchema.index({ at: -1, _id: -1 });
auditDocumentSchema.index({ action: 1, at: -1, _id: -1 });

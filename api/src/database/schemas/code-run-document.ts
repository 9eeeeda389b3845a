import { Schema } from 'mongoose';
import type { CodeLanguage, CodeRunId, CodeRunResult, ConversationId, FileId, UserId } from '@parley/contracts';

/** A file as a run found it. */
export interface RunInput {
  readonly id: FileId;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/** A run of code: what it takes to recognise it, to stop it from elsewhere and to run it again. */
export interface CodeRunDocument {
  readonly _id: CodeRunId;
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  /** SHA-256 of what was asked, by which a repeated request is recognised. */
  readonly requestHash: string;
  readonly language: CodeLanguage;
  readonly state: 'running' | 'done' | 'failed';
  readonly result?: CodeRunResult;
  /** The files of the workspace when it began: it begins with the same ones when it is run again. */
  readonly inputs?: readonly RunInput[];
  /** The workspace it works in, while it does and servers share the database: no two have the same. */
  readonly turnIn?: ConversationId;
  readonly stopRequested: boolean;
  /** Raised by everybody who runs it again; what others say of it has no effect then. */
  readonly epoch: number;
  readonly leaseOwner: string;
  /** Set and judged by the database's clock alone. */
  readonly leaseExpiresAt: Date;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export const codeRunDocumentSchema = new Schema<CodeRunDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    conversationId: { type: String, required: true },
    requestHash: { type: String, required: true },
    language: { type: String, required: true },
    state: { type: String, enum: ['running', 'done', 'failed'], required: true },
    result: { type: Schema.Types.Mixed },
    inputs: { type: [Schema.Types.Mixed], default: undefined },
    turnIn: { type: String },
    stopRequested: { type: Boolean, required: true },
    epoch: { type: Number, required: true },
    leaseOwner: { type: String, required: true },
    leaseExpiresAt: { type: Date, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'code_runs', strict: 'throw', versionKey: false, _id: false },
);

codeRunDocumentSchema.index({ conversationId: 1 });
codeRunDocumentSchema.index({ turnIn: 1 }, { unique: true, sparse: true });
codeRunDocumentSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

import { Schema } from 'mongoose';

/** The rules of an install about tools: one document. */
export interface ToolPolicyDocument {
  readonly _id: 'install';
  /** Parsed where it is read: a rule that cannot be understood must not pass for one that allows. */
  readonly rules: readonly unknown[];
  readonly updatedAt: Date;
}

export const toolPolicyDocumentSchema = new Schema<ToolPolicyDocument>(
  {
    _id: { type: String, required: true },
    rules: { type: [Schema.Types.Mixed], required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'tool_policies', strict: 'throw', versionKey: false, _id: false },
);

import { Schema } from 'mongoose';
import type { GroupId, UserId } from '@parley/contracts';

/** People under one name. */
export interface GroupDocument {
  readonly _id: GroupId;
  readonly name: string;
  /** The name in lower case, by which no two groups are alike. */
  readonly nameKey: string;
  readonly memberIds: readonly UserId[];
}

export const groupDocumentSchema = new Schema<GroupDocument>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    nameKey: { type: String, required: true },
    memberIds: { type: [String], required: true },
  },
  { collection: 'groups', strict: 'throw', versionKey: false, _id: false },
);

groupDocumentSchema.index({ nameKey: 1 }, { unique: true });
groupDocumentSchema.index({ memberIds: 1 });

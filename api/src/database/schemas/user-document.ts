import { Schema } from 'mongoose';
import type { Role, UserId } from '@parley/contracts';

/** An account as it is stored. */
export interface UserDocument {
  readonly _id: UserId;
  /** Lower case. */
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** argon2id, in PHC string format. */
  readonly passwordHash: string;
  readonly createdAt: Date;
  /** `true` on the one account that was created first and absent on all others, so that its unique index lets only one in. */
  readonly first?: true;
}

export const userDocumentSchema = new Schema<UserDocument>(
  {
    _id: { type: String, required: true },
    email: { type: String, required: true },
    name: { type: String, required: true },
    role: { type: String, enum: ['ADMIN', 'USER'], required: true },
    passwordHash: { type: String, required: true },
    createdAt: { type: Date, required: true },
    first: { type: Boolean },
  },
  { collection: 'users', strict: 'throw', versionKey: false, _id: false },
);

userDocumentSchema.index({ email: 1 }, { unique: true });
userDocumentSchema.index({ first: 1 }, { unique: true, sparse: true });

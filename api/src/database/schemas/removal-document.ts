import type { Role, UserId } from '@parley/contracts';
import { Schema } from 'mongoose';

/** Something of a person's that is being removed: from before the first write until nothing can come after it. */
export interface RemovalDocument {
  /** What goes, a slash, and whose it is. */
  readonly _id: string;
  readonly userId: UserId;
  /** `chats`: their conversations; `account`: all there is of them. */
  readonly what: 'chats' | 'account';
  readonly role: Role;
  /** When it was asked for. */
  readonly at: Date;
}

export const removalDocumentSchema = new Schema<RemovalDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    what: { type: String, enum: ['chats', 'account'], required: true },
    role: { type: String, enum: ['ADMIN', 'USER'], required: true },
    at: { type: Date, required: true },
  },
  { collection: 'removals', strict: 'throw', versionKey: false, _id: false },
);

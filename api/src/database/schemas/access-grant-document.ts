import { Schema } from 'mongoose';
import type { AccessRole, Principal, SharedType } from '@parley/contracts';
import type { PrincipalKey } from '../../access/principal-key.ts';

/** What somebody, or everybody in a group, may do with a thing. */
export interface Grant {
  readonly principal: Principal;
  readonly role: AccessRole;
}

/**
 * Everybody's grants for one thing. They are one document so that a change is all or nothing: a thing never loses its
 * last owner between two writes.
 */
export interface AccessGrantDocument {
  /** Type and id. */
  readonly _id: string;
  readonly type: SharedType;
  readonly id: string;
  readonly grants: readonly (Grant & { readonly key: PrincipalKey })[];
}

export const accessGrantDocumentSchema = new Schema<AccessGrantDocument>(
  {
    _id: { type: String, required: true },
    type: { type: String, enum: ['agent', 'mcp-server', 'action-set'], required: true },
    id: { type: String, required: true },
    grants: {
      type: [
        new Schema(
          {
            key: { type: String, required: true },
            principal: { type: Schema.Types.Mixed, required: true },
            role: { type: String, enum: ['viewer', 'editor', 'owner'], required: true },
          },
          { _id: false },
        ),
      ],
      required: true,
    },
  },
  { collection: 'access_grants', strict: 'throw', versionKey: false, _id: false, id: false },
);

accessGrantDocumentSchema.index({ 'grants.key': 1, type: 1 });

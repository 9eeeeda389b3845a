import type { ActionSetSettings } from '@parley/contracts';
import { Schema } from 'mongoose';

/** Operations of one HTTP API as they are stored; the secret is sealed by the vault. */
export interface ActionSetDocument {
  readonly _id: string;
  readonly title: string;
  readonly specification: string;
  readonly serverUrl: string;
  readonly enabled: readonly string[];
  readonly authKind: ActionSetSettings['auth']['kind'];
  readonly authHeader?: string;
  readonly sealedSecret?: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const actionSetDocumentSchema = new Schema<ActionSetDocument>(
  {
    _id: { type: String, required: true },
    title: { type: String, required: true },
    specification: { type: String, required: true },
    serverUrl: { type: String, required: true },
    enabled: { type: [String], required: true },
    authKind: { type: String, enum: ['none', 'bearer', 'basic', 'header'], required: true },
    authHeader: { type: String },
    sealedSecret: { type: String },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'action_sets', strict: 'throw', versionKey: false, _id: false },
);

import type { PresetId, PresetSettings, TurnSettings, UserId } from '@parley/contracts';
import { Schema } from 'mongoose';

/** Somebody's preset as it is stored. */
export interface PresetDocument extends Omit<PresetSettings, 'settings'> {
  readonly _id: PresetId;
  readonly userId: UserId;
  readonly settings?: TurnSettings;
  /** Its place among those of its person, lowest first. */
  readonly position: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const presetDocumentSchema = new Schema<PresetDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    name: { type: String, required: true },
    endpoint: { type: String, required: true },
    model: { type: String, required: true },
    settings: { type: Schema.Types.Mixed },
    tools: { type: [String], required: true },
    isDefault: { type: Boolean, required: true },
    position: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'presets', strict: 'throw', versionKey: false, _id: false, minimize: false },
);

presetDocumentSchema.index({ userId: 1, position: 1 });
presetDocumentSchema.index({ userId: 1, isDefault: 1 });

import { Schema } from 'mongoose';

/** Files as prompts name them. */
export const fileRefs = {
  type: [
    new Schema(
      {
        id: { type: String, required: true },
        name: { type: String, required: true },
        mimeType: { type: String, required: true },
        size: { type: Number, required: true },
      },
      { _id: false },
    ),
  ],
  default: undefined,
};

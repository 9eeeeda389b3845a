import * as z from 'zod/mini';
import { conversationIdSchema } from './ids.ts';
import { timestampSchema } from './timestamp.ts';

/** Where a prompt is being written: a conversation, or `new` for one that has not begun. */
export const draftPlaceSchema = z.union([z.literal('new'), conversationIdSchema]);
export type DraftPlace = z.infer<typeof draftPlaceSchema>;

/** A prompt that was typed and not sent. An empty `text` means there is none any more. */
export const draftSchema = z.object({
  place: draftPlaceSchema,
  text: z.string(),
  /** By the server's clock. The newest wins. */
  updatedAt: timestampSchema,
});
export type Draft = z.infer<typeof draftSchema>;

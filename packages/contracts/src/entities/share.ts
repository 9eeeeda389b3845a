import * as z from 'zod/mini';
import { conversationIdSchema, messageIdSchema, shareIdSchema } from './ids.ts';
import { timestampSchema } from './timestamp.ts';
import { withoutDeception } from './visible-name.ts';

/** Most links of one person. */
export const mostShares = 500;

/** Who may read what a link leads to: whoever has it, or only people with an account here. */
export const shareAccessSchema = z.enum(['public', 'signed-in']);
export type ShareAccess = z.infer<typeof shareAccessSchema>;

/** For how many days a link is good. */
export const shareDaysSchema = z.union([z.literal(1), z.literal(7), z.literal(30)]);
export type ShareDays = z.infer<typeof shareDaysSchema>;

export const shareTitleSchema = z
  .string()
  .check(z.trim(), z.minLength(1, 'Please enter a title'), z.maxLength(200), withoutDeception());

/** A link to a snapshot of a conversation, as its owner sees it. */
export const shareSchema = z.object({
  id: shareIdSchema,
  /** What the address ends with; whoever has it can read the snapshot. */
  token: z.string(),
  conversationId: conversationIdSchema,
  /** Where the snapshot ends; the message may be gone. */
  messageId: messageIdSchema,
  title: z.string(),
  access: shareAccessSchema,
  /** `null`: never. */
  expiresAt: z.nullable(timestampSchema),
  /** Messages in it. */
  messages: z.int().check(z.nonnegative()),
  createdAt: timestampSchema,
  /** When the snapshot was taken. */
  updatedAt: timestampSchema,
});
export type Share = z.infer<typeof shareSchema>;

/** What others see of a part of a message: of calls of tools no more than that there was one, of files no contents. */
const sharedPartSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('quote'), text: z.string() }),
  z.object({ type: z.literal('steer'), text: z.string() }),
  z.object({ type: z.literal('source'), title: z.string(), url: z.string() }),
  z.object({ type: z.literal('hand-off'), name: z.string() }),
  z.object({
    type: z.literal('tool-call'),
    name: z.string(),
    state: z.enum(['done', 'failed', 'denied', 'unfinished']),
  }),
  z.object({ type: z.literal('file'), name: z.string(), size: z.int().check(z.nonnegative()) }),
  z.object({ type: z.literal('error'), title: z.string() }),
]);
export type SharedPart = z.infer<typeof sharedPartSchema>;

/** A message as others see it. */
export const sharedMessageSchema = z.object({
  role: z.enum(['user', 'assistant']),
  status: z.enum(['done', 'stopped', 'failed']),
  createdAt: timestampSchema,
  /** The name of the model or the agent that answered. */
  answerer: z.optional(z.string()),
  parts: z.array(sharedPartSchema),
});
export type SharedMessage = z.infer<typeof sharedMessageSchema>;

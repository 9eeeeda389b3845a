import * as z from 'zod/mini';
import { agentRefSchema } from './agent.ts';
import { conversationIdSchema, generationIdSchema, messageIdSchema, projectIdSchema } from './ids.ts';
import { participantSchema, personSchema } from './participant.ts';
import { timestampSchema } from './timestamp.ts';
import { toolRefsSchema } from './tool.ts';
import { turnSettingsSchema } from './turn-settings.ts';
import { withoutDeception } from './visible-name.ts';

/** A word people file conversations under: any text without control characters, such as an emoji. */
export const tagSchema = z
  .string()
  .check(z.normalize(), z.trim(), z.minLength(1, 'Please enter a tag'), z.maxLength(50), withoutDeception());

/** Most tags of one conversation. */
export const mostTags = 20;

/** A tree of messages that somebody owns, without the messages. */
export const conversationSchema = z.object({
  id: conversationIdSchema,
  title: z.string(),
  /** Endpoint and model of the newest turn: what the composer offers first. */
  endpoint: z.string(),
  model: z.string(),
  /** The agent of the newest turn, in the version that stays until the user moves on. */
  agent: z.optional(agentRefSchema),
  /** The tools of the newest turn, without those of an agent. */
  tools: toolRefsSchema,
  /** What the newest turn was told beside its prompt. */
  settings: z.optional(turnSettingsSchema),
  /** The entry of `modelSpecs` that was chosen, by its name. */
  spec: z.optional(z.string()),
  archived: z.boolean(),
  /** Absent: none. */
  tags: z.optional(z.array(tagSchema)),
  /** Present when it is pinned: its place among the pinned ones, lowest first. */
  pin: z.optional(z.number()),
  projectId: z.optional(projectIdSchema),
  /** A temporary chat: it is in no list and no search, and is deleted then. */
  expiresAt: z.optional(timestampSchema),
  /** Where it was copied from. */
  forkedFrom: z.optional(z.object({ conversationId: conversationIdSchema, messageId: messageIdSchema })),
  /** Who takes part, its owner first. Absent: nobody but its owner does. */
  participants: z.optional(z.array(participantSchema)),
  /**
   * Its owner, where that is somebody else: then it has no tags, pin, project, archive, tools and settings for its
   * reader, and `unread` is the reader's own.
   */
  sharedBy: z.optional(personSchema),
  /** The generation that is being written right now, if any. */
  runningGenerationId: z.nullable(generationIdSchema),
  /** The running answer waits for an approval or another answer of who asked for it. */
  waitingForInput: z.boolean(),
  /** Who that is, where it is not the conversation's owner. */
  waitingFor: z.optional(personSchema),
  /** An answer has ended that nobody has looked at yet. */
  unread: z.boolean(),
  createdAt: timestampSchema,
  /** Moves with every turn; lists are ordered by it, newest first. */
  updatedAt: timestampSchema,
});
export type Conversation = z.infer<typeof conversationSchema>;

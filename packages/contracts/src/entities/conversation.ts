import * as z from 'zod/mini';
import { agentRefSchema } from './agent.ts';
import { conversationIdSchema, generationIdSchema } from './ids.ts';
import { timestampSchema } from './timestamp.ts';
import { toolRefsSchema } from './tool.ts';

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
  archived: z.boolean(),
  /** The generation that is being written right now, if any. */
  runningGenerationId: z.nullable(generationIdSchema),
  /** The running answer waits for an approval or another answer of its user. */
  waitingForInput: z.boolean(),
  /** An answer has ended that nobody has looked at yet. */
  unread: z.boolean(),
  createdAt: timestampSchema,
  /** Moves with every turn; lists are ordered by it, newest first. */
  updatedAt: timestampSchema,
});
export type Conversation = z.infer<typeof conversationSchema>;

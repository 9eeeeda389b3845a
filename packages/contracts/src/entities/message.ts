import * as z from 'zod/mini';
import { agentRefSchema } from './agent.ts';
import { answerTraceSchema } from './answer-trace.ts';
import { comparisonSchema } from './comparison.ts';
import { conversationIdSchema, generationIdSchema, messageIdSchema } from './ids.ts';
import { messagePartSchema } from './message-part.ts';
import { personSchema } from './participant.ts';
import { timestampSchema } from './timestamp.ts';
import { usageSchema } from './usage.ts';

/** `running` is the only status that changes; the other three are final. */
export const messageStatusSchema = z.enum(['running', 'done', 'stopped', 'failed']);
export type MessageStatus = z.infer<typeof messageStatusSchema>;

/** Why the model ended its answer, in the words of OpenAI's `finish_reason`, plus our own `stopped` and `error`. */
export const finishReasonSchema = z.enum(['stop', 'length', 'tool-calls', 'content-filter', 'stopped', 'error']);
export type FinishReason = z.infer<typeof finishReasonSchema>;

/**
 * How much of a generation's log a running message already contains: `events` numbered events have been folded,
 * and reading on from `offset` yields the rest.
 */
export const messageProgressSchema = z.object({
  events: z.int().check(z.nonnegative()),
  offset: z.string(),
  /** How often the current step was begun; 1 unless its producer died. */
  attempt: z.int().check(z.positive()),
  step: z.int().check(z.nonnegative()),
});
export type MessageProgress = z.infer<typeof messageProgressSchema>;

/** How an answer should differ from the one before it. */
export const answerGuidanceSchema = z.enum(['shorter', 'longer']);
export type AnswerGuidance = z.infer<typeof answerGuidanceSchema>;

/** What its reader thinks of an answer. */
export const feedbackSchema = z.object({
  rating: z.enum(['up', 'down']),
  /** What was wrong, or right, in a word. */
  reason: z.optional(
    z.enum(['correct', 'well-written', 'wrong', 'not-followed', 'too-long', 'too-short', 'harmful', 'other']),
  ),
  comment: z.optional(z.string().check(z.trim(), z.maxLength(2_000))),
});
export type Feedback = z.infer<typeof feedbackSchema>;

/** One node of a conversation's tree. */
export const messageSchema = z.object({
  id: messageIdSchema,
  conversationId: conversationIdSchema,
  /** `null` for a first message. */
  parentId: z.nullable(messageIdSchema),
  role: z.enum(['user', 'assistant']),
  status: messageStatusSchema,
  parts: z.array(messagePartSchema),
  createdAt: timestampSchema,
  /** Who wrote the prompt, or asked for the answer, in a shared conversation. Absent: the conversation's owner. */
  author: z.optional(personSchema),
  /** When its words were last changed in place. */
  editedAt: z.optional(timestampSchema),
  /** Of a prompt whose answers are compared. */
  comparison: z.optional(comparisonSchema),
  /** The fields below belong to assistant messages. */
  generationId: z.optional(generationIdSchema),
  endpoint: z.optional(z.string()),
  model: z.optional(z.string()),
  /** The agent that began the answer. */
  agent: z.optional(agentRefSchema),
  /** What the reader should know about how it was written, such as a server that could not be reached. */
  notices: z.optional(z.array(z.string())),
  finishReason: z.optional(finishReasonSchema),
  /** How it was asked to differ from the answer before it. */
  guidance: z.optional(answerGuidanceSchema),
  /** The answer it goes on from: it begins with that one's parts. */
  continues: z.optional(messageIdSchema),
  feedback: z.optional(feedbackSchema),
  trace: z.optional(answerTraceSchema),
  usage: z.optional(usageSchema),
  /** Present while the message is running. */
  progress: z.optional(messageProgressSchema),
});
export type Message = z.infer<typeof messageSchema>;

import * as z from 'zod/mini';
import { problemCodeSchema } from '../problem.ts';
import { commandIdSchema } from './ids.ts';

const step = z.int().check(z.nonnegative());

export const textPartSchema = z.object({ type: z.literal('text'), step, text: z.string() });

export const reasoningPartSchema = z.object({ type: z.literal('reasoning'), step, text: z.string() });

/**
 * One call of a tool. `input` is the JSON text exactly as the model wrote it, never re-serialised;
 * `output` is absent until the call has ended.
 */
export const toolCallPartSchema = z.object({
  type: z.literal('tool-call'),
  step,
  callId: z.string(),
  name: z.string(),
  input: z.string(),
  output: z.optional(z.string()),
  state: z.enum(['writing-input', 'called', 'done', 'failed']),
});

/** A passage an answer rests on. `url` may be relative to the app, when the source is Parley's own documentation. */
export const sourcePartSchema = z.object({
  type: z.literal('source'),
  step,
  id: z.string(),
  title: z.string(),
  url: z.string(),
  excerpt: z.optional(z.string()),
});

/** What the user added while the answer was being written; the model reads it before the step it stands in. */
export const steerPartSchema = z.object({
  type: z.literal('steer'),
  step,
  commandId: commandIdSchema,
  text: z.string(),
});

/** Why an answer is not whole: text for the person who reads it. The partial answer stays beside it. */
export const errorPartSchema = z.object({
  type: z.literal('error'),
  code: problemCodeSchema,
  title: z.string(),
  detail: z.optional(z.string()),
});

export const messagePartSchema = z.discriminatedUnion('type', [
  textPartSchema,
  reasoningPartSchema,
  toolCallPartSchema,
  sourcePartSchema,
  steerPartSchema,
  errorPartSchema,
]);

export type TextPart = z.infer<typeof textPartSchema>;
export type ReasoningPart = z.infer<typeof reasoningPartSchema>;
export type ToolCallPart = z.infer<typeof toolCallPartSchema>;
export type SourcePart = z.infer<typeof sourcePartSchema>;
export type SteerPart = z.infer<typeof steerPartSchema>;
export type ErrorPart = z.infer<typeof errorPartSchema>;
export type MessagePart = z.infer<typeof messagePartSchema>;

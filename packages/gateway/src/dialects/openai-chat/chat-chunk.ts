import * as z from 'zod/mini';
import { lenient } from '../../core/lenient.ts';

const text = lenient(z.string());
const count = lenient(z.number());

const toolCallSchema = z.object({
  index: count,
  id: text,
  function: lenient(z.object({ name: text, arguments: text })),
});

const annotationSchema = z.object({
  type: text,
  url_citation: lenient(z.object({ url: text, title: text, content: text })),
});

/** Mistral writes content as a list of texts and thoughts. */
const contentPieceSchema = z.object({
  text,
  thinking: lenient(z.array(z.object({ text }))),
});

/** A `delta` of a stream or the `message` of a whole answer. */
const messageSchema = z.object({
  content: lenient(z.union([z.string(), z.array(contentPieceSchema)])),
  refusal: text,
  reasoning_content: text,
  reasoning: text,
  tool_calls: lenient(z.array(toolCallSchema)),
  function_call: lenient(z.object({ name: text, arguments: text })),
  annotations: lenient(z.array(annotationSchema)),
});

const choiceSchema = z.object({
  index: count,
  delta: lenient(messageSchema),
  message: lenient(messageSchema),
  finish_reason: text,
});

const usageSchema = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  prompt_tokens_details: lenient(z.object({ cached_tokens: count })),
  completion_tokens_details: lenient(z.object({ reasoning_tokens: count })),
});

/** One data object of a stream, or a whole answer, with what this gateway reads of it. */
export const chatChunkSchema = z.object({
  id: text,
  object: text,
  model: text,
  choices: lenient(z.array(choiceSchema)),
  usage: lenient(usageSchema),
  error: z.optional(z.unknown()),
});

export type ChatChunk = z.infer<typeof chatChunkSchema>;
export type ChatMessage = z.infer<typeof messageSchema>;
export type ChatUsage = z.infer<typeof usageSchema>;

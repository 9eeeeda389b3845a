import * as z from 'zod/mini';
import { lenient } from '../../core/lenient.ts';
import { countIn, isFields } from '../json-fields.ts';

const text = lenient(z.string());
const count = lenient(z.number());

const annotationSchema = z.object({ type: text, url: text, title: text });

const contentSchema = z.object({
  type: text,
  text,
  refusal: text,
  annotations: lenient(z.array(annotationSchema)),
});

const itemSchema = z.object({
  id: text,
  type: text,
  call_id: text,
  name: text,
  arguments: text,
  encrypted_content: text,
  content: lenient(z.array(contentSchema)),
  summary: lenient(z.array(contentSchema)),
});

const usageSchema = z.object({
  input_tokens: count,
  input_tokens_details: lenient(z.object({ cached_tokens: count, cache_write_tokens: count })),
  output_tokens: count,
  output_tokens_details: lenient(z.object({ reasoning_tokens: count })),
});

/** A whole answer, or the state of one inside a stream. */
export const responseSchema = z.object({
  id: text,
  model: text,
  status: text,
  error: z.optional(z.unknown()),
  incomplete_details: lenient(z.object({ reason: text })),
  output: lenient(z.array(itemSchema)),
  usage: lenient(usageSchema),
});

/** One event of a stream, with what this gateway reads of it. */
export const responseEventSchema = z.object({
  type: text,
  response: lenient(responseSchema),
  item: lenient(itemSchema),
  output_index: count,
  content_index: count,
  summary_index: count,
  delta: text,
  text,
  refusal: text,
  arguments: text,
  annotation: lenient(annotationSchema),
  error: z.optional(z.unknown()),
});

export type ResponseEvent = z.infer<typeof responseEventSchema>;
export type ResponseState = z.infer<typeof responseSchema>;
export type ResponseItem = z.infer<typeof itemSchema>;
export type ResponseAnnotation = z.infer<typeof annotationSchema>;

const plainTypes = new Set([
  'response.output_text.delta',
  'response.function_call_arguments.delta',
  'response.reasoning_summary_text.delta',
]);

/** An event of the kinds that make up nearly all of a stream, read without the cost of a schema. */
export function readPlainEvent(json: unknown): (ResponseEvent & { readonly type: string }) | undefined {
  if (!isFields(json) || json['error'] !== undefined) return undefined;
  const { type, delta } = json;
  if (typeof type !== 'string' || !plainTypes.has(type) || typeof delta !== 'string') return undefined;
  return {
    type,
    delta,
    output_index: countIn(json['output_index']),
    content_index: countIn(json['content_index']),
    summary_index: countIn(json['summary_index']),
  };
}

import * as z from 'zod/mini';
import { lenient } from '../../core/lenient.ts';
import { countIn, isFields, textIn } from '../json-fields.ts';

const text = lenient(z.string());
const count = lenient(z.number());

const citationSchema = z.object({ url: text, source: text, title: text, document_title: text, cited_text: text });

const blockSchema = z.object({
  type: z.string(),
  text,
  thinking: text,
  signature: text,
  data: text,
  id: text,
  name: text,
  input: lenient(z.record(z.string(), z.unknown())),
  citations: lenient(z.array(citationSchema)),
});

const usageSchema = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
  cache_creation: lenient(z.object({ ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count })),
  output_tokens_details: lenient(z.object({ thinking_tokens: count })),
  server_tool_use: lenient(z.record(z.string(), count)),
});

const stopDetailsSchema = z.object({ explanation: text });

const messageSchema = z.object({
  id: text,
  model: text,
  usage: lenient(usageSchema),
});

const deltaSchema = z.object({
  type: text,
  text,
  thinking: text,
  signature: text,
  partial_json: text,
  citation: lenient(citationSchema),
  stop_reason: text,
  stop_sequence: text,
  stop_details: lenient(stopDetailsSchema),
});

/** One event of a stream, with what this gateway reads of it. */
export const streamEventSchema = z.object({
  type: text,
  index: count,
  message: lenient(messageSchema),
  content_block: lenient(blockSchema),
  delta: lenient(deltaSchema),
  usage: lenient(usageSchema),
  error: z.optional(z.unknown()),
});

/** A whole answer. */
export const wholeMessageSchema = z.object({
  id: text,
  model: text,
  content: z.array(blockSchema),
  stop_reason: text,
  stop_sequence: text,
  stop_details: lenient(stopDetailsSchema),
  usage: lenient(usageSchema),
});

export type StreamEvent = z.infer<typeof streamEventSchema>;
export type MessageBlock = z.infer<typeof blockSchema>;
export type BlockDelta = z.infer<typeof deltaSchema>;
export type MessageCitation = z.infer<typeof citationSchema>;
export type MessageUsage = z.infer<typeof usageSchema>;

export interface PlainDelta {
  readonly index: number;
  readonly delta: BlockDelta;
}

/** A delta of the kinds that make up nearly all of a stream, read without the cost of a schema. */
export function readPlainDelta(json: unknown): PlainDelta | undefined {
  if (!isFields(json) || json['type'] !== 'content_block_delta' || json['error'] !== undefined) return undefined;
  const { delta } = json;
  const index = countIn(json['index']);
  if (index === undefined || !isFields(delta)) return undefined;
  switch (delta['type']) {
    case 'text_delta':
      return { index, delta: { type: 'text_delta', text: textIn(delta['text']) } };
    case 'input_json_delta':
      return { index, delta: { type: 'input_json_delta', partial_json: textIn(delta['partial_json']) } };
    case 'thinking_delta':
      return { index, delta: { type: 'thinking_delta', thinking: textIn(delta['thinking']) } };
    default:
      return undefined;
  }
}

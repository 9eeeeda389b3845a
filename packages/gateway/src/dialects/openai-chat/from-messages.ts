import * as z from 'zod/mini';
import { GatewayError } from '../../core/gateway-error.ts';
import { lenient } from '../../core/lenient.ts';
import type { FilePart, ImagePart, MediaSource, Part, Turn } from '../../core/model-request.ts';
import { isFields, textIn } from '../json-fields.ts';
import { readReasoningDetail } from './reasoning-details.ts';

const partSchema = z.looseObject({
  type: z.string(),
  text: lenient(z.string()),
  refusal: lenient(z.string()),
  image_url: lenient(z.union([z.string(), z.object({ url: z.string(), detail: lenient(z.string()) })])),
  input_audio: lenient(z.object({ data: z.string(), format: lenient(z.string()) })),
  file: lenient(
    z.object({ file_data: lenient(z.string()), filename: lenient(z.string()), file_id: lenient(z.string()) }),
  ),
});
type ChatPart = z.infer<typeof partSchema>;
const contentSchema = z.nullish(z.union([z.string(), z.array(partSchema)]));

/** One entry of `messages`. */
export const messageSchema = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function'], {
    error: 'must be system, developer, user, assistant or tool',
  }),
  content: contentSchema,
  name: lenient(z.string()),
  refusal: lenient(z.string()),
  reasoning_content: lenient(z.string()),
  reasoning: lenient(z.string()),
  reasoning_details: lenient(z.array(z.looseObject({}))),
  tool_call_id: lenient(z.string()),
  tool_calls: z.nullish(
    z.array(
      z.object({
        id: z.string('must be a string'),
        function: z.object({ name: z.string(), arguments: z.string('must be JSON text') }),
        extra_content: lenient(z.looseObject({})),
      }),
    ),
  ),
});
type ChatMessage = z.infer<typeof messageSchema>;

/** The conversation of a body. Throws `bad-request` for a tool result that no call asked for. */
export function fromChatMessages(messages: readonly ChatMessage[]): { instructions: string[]; turns: Turn[] } {
  const instructions: string[] = [];
  const turns: Turn[] = [];
  const names = new Map<string, string>();
  for (const [index, message] of messages.entries()) {
    if (message.role === 'system' || message.role === 'developer') instructions.push(textOf(message.content));
    else if (message.role === 'assistant') {
      for (const { id, function: call } of message.tool_calls ?? []) names.set(id, call.name);
      turns.push({ role: 'assistant', parts: answerParts(message) });
    } else if (message.role === 'user') {
      turns.push({ role: 'user', parts: partsOf(message.content).map((part) => userPart(part, index)) });
    } else turns.push(toolTurn(message, index, names));
  }
  return { instructions, turns };
}

function toolTurn(
  { role, content, name, tool_call_id: callId }: ChatMessage,
  index: number,
  names: ReadonlyMap<string, string>,
): Turn {
  const id = callId ?? '';
  if (role === 'tool' && !names.has(id)) {
    throw new GatewayError('bad-request', {
      message: `"messages.${index}" answers a tool call "${id.slice(0, 100)}" that no earlier message made.`,
      param: `messages.${index}.tool_call_id`,
    });
  }
  const attachments = partsOf(content)
    .filter((part) => part.type !== 'text')
    .map((part) => userPart(part, index))
    .filter((part): part is ImagePart | FilePart => part.type === 'image' || part.type === 'file');
  const tool = names.get(id) ?? name ?? undefined;
  return {
    role: 'tool',
    callId: id,
    output: textOf(content),
    ...(tool === undefined ? {} : { name: tool }),
    ...(attachments.length === 0 ? {} : { attachments }),
  };
}

function answerParts(message: ChatMessage): Part[] {
  const parts: Part[] = reasoningParts(message);
  const text = textOf(message.content) + (message.refusal ?? '');
  if (text !== '') parts.push({ type: 'text', text });
  const signatures = new Map(
    (message.reasoning_details ?? []).flatMap((detail) => {
      const { carried } = readReasoningDetail(detail);
      return carried?.kind === 'call' ? [[carried.callId ?? '', carried.signature] as const] : [];
    }),
  );
  for (const { id, function: call, extra_content: extra } of message.tool_calls ?? []) {
    const google = extra?.['google'];
    const value = isFields(google) ? textIn(google['thought_signature']) : undefined;
    const signature = value === undefined ? signatures.get(id) : ({ dialect: 'google-generative', value } as const);
    parts.push({
      type: 'tool-call',
      callId: id,
      name: call.name,
      input: call.arguments,
      ...(signature === undefined ? {} : { signature }),
    });
  }
  return parts;
}

function reasoningParts({ reasoning_content: content, reasoning, reasoning_details: details }: ChatMessage): Part[] {
  const parts: Part[] = [];
  for (const detail of details ?? []) {
    const { text = '', carried } = readReasoningDetail(detail);
    if (carried?.kind === 'call') continue;
    const proof = carried === undefined ? {} : { [carried.kind]: carried.signature };
    parts.push({ type: 'reasoning', text, ...proof });
  }
  const text = textIn(content) ?? textIn(reasoning);
  if (parts.length === 0 && text !== undefined) parts.push({ type: 'reasoning', text });
  return parts;
}

function partsOf(content: ChatMessage['content']): readonly ChatPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return content ?? [];
}

function textOf(content: ChatMessage['content']): string {
  return partsOf(content)
    .map((part) => part.text ?? part.refusal ?? '')
    .join('');
}

function userPart(part: ChatPart, index: number): Part {
  const { image_url: image, input_audio: audio, file } = part;
  if (part.type === 'text') return { type: 'text', text: part.text ?? '' };
  if (part.type === 'image_url' && image) {
    const { url, detail } = typeof image === 'string' ? { url: image, detail: undefined } : image;
    return { type: 'image', ...mediaOf(url), ...(detail ? { detail } : {}) };
  }
  if (part.type === 'input_audio' && audio) {
    const source = { kind: 'base64', data: audio.data } as const;
    return { type: 'audio', mediaType: `audio/${audio.format ?? 'wav'}`, source };
  }
  if (part.type === 'file' && file?.file_data) {
    return { type: 'file', ...mediaOf(file.file_data), ...(file.filename ? { name: file.filename } : {}) };
  }
  throw new GatewayError('bad-request', {
    message: `"messages.${index}.content" has a part of the type "${part.type.slice(0, 40)}" that this model cannot be given.`,
    param: `messages.${index}.content`,
  });
}

const dataUrl = /^data:([^;,]*)(?:;[^;,]*)*;base64,/i;

function mediaOf(url: string): { mediaType: string; source: MediaSource } {
  const found = dataUrl.exec(url.slice(0, 300));
  if (!found) return { mediaType: '', source: { kind: 'url', url } };
  return { mediaType: found[1] ?? '', source: { kind: 'base64', data: url.slice(found[0].length) } };
}

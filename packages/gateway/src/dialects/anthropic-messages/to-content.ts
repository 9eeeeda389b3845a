import { GatewayError } from '../../core/gateway-error.ts';
import type { FilePart, ImagePart, Part, ReasoningPart, ToolCall, Turn } from '../../core/model-request.ts';
import { noteDetail } from '../note-detail.ts';
import { objectInput } from '../object-input.ts';

interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: Record<string, unknown>[];
}

const isResult = (block: Record<string, unknown>): boolean => block['type'] === 'tool_result';

/**
 * The turns as messages of this dialect: neighbours of one role become one, and all results of a turn's calls come
 * first in the user message after it. `dropped` gets the names of what is left out. Throws `bad-request` for media that the dialect cannot take.
 */
export function toMessages(turns: readonly Turn[], dropped: Set<string>): Message[] {
  const messages: Message[] = [];
  for (const turn of turns) {
    const role = turn.role === 'assistant' ? 'assistant' : 'user';
    const content = contentOf(turn, dropped);
    if (content.length === 0) continue;
    const last = messages.at(-1);
    if (last?.role === role) last.content.push(...content);
    else messages.push({ role, content });
  }
  for (const message of messages) {
    if (message.role !== 'user') continue;
    const results = message.content.filter(isResult);
    message.content.splice(0, Infinity, ...results, ...message.content.filter((block) => !isResult(block)));
  }
  trimPrefill(messages.at(-1));
  return messages;
}

/** An answer that was begun must not end in white space. */
function trimPrefill(message: Message | undefined): void {
  const last = message?.role === 'assistant' ? message.content.at(-1) : undefined;
  if (last?.['type'] === 'text' && typeof last['text'] === 'string') last['text'] = last['text'].trimEnd();
}

function contentOf(turn: Turn, dropped: Set<string>): Record<string, unknown>[] {
  switch (turn.role) {
    case 'tool':
      return [toToolResult(turn)];
    case 'user':
      return turn.parts.map((part) => toUserBlock(part, dropped)).filter((block) => block !== undefined);
    case 'assistant':
      return turn.parts.map((part) => toAssistantBlock(part, dropped)).filter((block) => block !== undefined);
    default:
      return turn satisfies never;
  }
}

function toToolResult({ callId, output, isError, attachments }: Extract<Turn, { role: 'tool' }>) {
  const media = (attachments ?? []).map((part) => (part.type === 'image' ? toImage(part) : toDocument(part)));
  const text = output === '' ? [] : [{ type: 'text', text: output }];
  return {
    type: 'tool_result',
    tool_use_id: toCallId(callId),
    content: media.length === 0 ? output : [...text, ...media],
    ...(isError === undefined ? {} : { is_error: isError }),
  };
}

function toUserBlock(part: Part, dropped: Set<string>): Record<string, unknown> | undefined {
  switch (part.type) {
    case 'text':
      return toText(part.text);
    case 'image':
      noteDetail(part, dropped);
      return toImage(part);
    case 'file':
      return toDocument(part);
    case 'audio':
      throw new GatewayError('bad-request', { message: 'This model does not take audio.', param: 'messages' });
    default:
      return undefined;
  }
}

function toAssistantBlock(part: Part, dropped: Set<string>): Record<string, unknown> | undefined {
  switch (part.type) {
    case 'text':
      return toText(part.text);
    case 'tool-call':
      return toToolUse(part);
    case 'reasoning':
      return toThinking(part, dropped);
    default:
      dropped.add(part.type);
      return undefined;
  }
}

/** Empty texts are refused. */
function toText(text: string): Record<string, unknown> | undefined {
  return text === '' ? undefined : { type: 'text', text };
}

function toToolUse({ callId, name, input }: ToolCall) {
  return { type: 'tool_use', id: toCallId(callId), name, input: objectInput(input) };
}

/** Ids of other vendors may hold letters that are refused here. */
function toCallId(id: string): string {
  return id.replaceAll(/[^\w-]/g, '_');
}

/** Only what Anthropic signed itself goes back to it. */
function toThinking({ text, signature, opaque }: ReasoningPart, dropped: Set<string>) {
  if (signature?.dialect === 'anthropic-messages') {
    return { type: 'thinking', thinking: text, signature: signature.value };
  }
  if (opaque?.dialect === 'anthropic-messages') return { type: 'redacted_thinking', data: opaque.value };
  dropped.add('reasoning_content');
  return undefined;
}

const imageTypes = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

function toImage({ mediaType, source }: ImagePart): Record<string, unknown> {
  if (source.kind === 'url') return { type: 'image', source: { type: 'url', url: source.url } };
  const type = mediaType === 'image/jpg' ? 'image/jpeg' : mediaType;
  if (!imageTypes.has(type)) {
    throw new GatewayError('bad-request', {
      message: `This model takes images as JPEG, PNG, GIF or WebP, not as "${type.slice(0, 60)}".`,
      param: 'messages',
    });
  }
  return { type: 'image', source: { type: 'base64', media_type: type, data: source.data } };
}

function toDocument({ mediaType, source, name }: FilePart): Record<string, unknown> {
  const title = name === undefined ? {} : { title: name };
  if (source.kind === 'url') return { type: 'document', source: { type: 'url', url: source.url }, ...title };
  if (mediaType === 'application/pdf') {
    return { type: 'document', source: { type: 'base64', media_type: mediaType, data: source.data }, ...title };
  }
  if (mediaType.startsWith('text/') || mediaType === 'application/json') {
    const data = Buffer.from(source.data, 'base64').toString('utf8');
    return { type: 'document', source: { type: 'text', media_type: 'text/plain', data }, ...title };
  }
  throw new GatewayError('bad-request', {
    message: `This model takes files as PDF or text, not as "${mediaType.slice(0, 60)}".`,
    param: 'messages',
  });
}

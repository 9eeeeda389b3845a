import { createHash } from 'node:crypto';
import type { FilePart, ImagePart, MediaSource, Part, ReasoningPart, Turn } from '../../core/model-request.ts';
import { GatewayError } from '../../core/gateway-error.ts';

type Item = Record<string, unknown>;

/**
 * The turns as input items of this dialect, in their order; `dropped` gets the names of what is left out. Throws
 * `bad-request` for media that the dialect cannot take.
 */
export function toInput(turns: readonly Turn[], dropped: Set<string>): Item[] {
  return turns.flatMap((turn) => {
    switch (turn.role) {
      case 'user':
        return [{ type: 'message', role: 'user', content: turn.parts.map((part) => toContent(part)) }];
      case 'tool':
        return [toOutput(turn, dropped)];
      case 'assistant':
        return toItems(turn.parts, dropped);
      default:
        return turn satisfies never;
    }
  });
}

function toOutput(
  { callId, output, attachments, isError }: Extract<Turn, { role: 'tool' }>,
  dropped: Set<string>,
): Item {
  if (isError === true) dropped.add('is_error');
  const media = (attachments ?? []).map((part) => toContent(part));
  return {
    type: 'function_call_output',
    call_id: toCallId(callId),
    output: media.length === 0 ? output : [{ type: 'input_text', text: output }, ...media],
  };
}

/** Texts next to each other are one message; calls and thoughts are items between messages. */
function toItems(parts: readonly Part[], dropped: Set<string>): Item[] {
  const items: Item[] = [];
  let content: object[] = [];
  const flush = (): void => {
    if (content.length > 0) items.push({ type: 'message', role: 'assistant', content });
    content = [];
  };
  for (const part of parts) {
    if (part.type === 'text') {
      if (part.text !== '') content.push({ type: 'output_text', text: part.text, annotations: [] });
      continue;
    }
    flush();
    if (part.type === 'tool-call') {
      const { callId, name, input } = part;
      items.push({ type: 'function_call', call_id: toCallId(callId), name, arguments: input === '' ? '{}' : input });
    } else if (part.type === 'reasoning') items.push(...toReasoning(part, dropped));
    else dropped.add(part.type);
  }
  flush();
  return items;
}

/** Only what OpenAI encrypted itself goes back to it. */
function toReasoning({ text, opaque, id }: ReasoningPart, dropped: Set<string>): Item[] {
  if (opaque?.dialect !== 'openai-responses') {
    dropped.add('reasoning_content');
    return [];
  }
  const summary = text === '' ? [] : [{ type: 'summary_text', text }];
  return [{ type: 'reasoning', ...(id === undefined ? {} : { id }), summary, encrypted_content: opaque.value }];
}

/** Ids of other vendors may be longer than is allowed here. */
function toCallId(id: string): string {
  return id.length <= 64 ? id : `call_${createHash('sha256').update(id).digest('hex').slice(0, 40)}`;
}

function toContent(part: Part): object {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'image':
      return toImage(part);
    case 'file':
      return toFile(part);
    case 'audio': {
      const format = part.mediaType.replace(/^audio\/(?:x-)?/, '').replace('mpeg', 'mp3');
      if (part.source.kind === 'base64' && (format === 'wav' || format === 'mp3')) {
        return { type: 'input_audio', input_audio: { data: part.source.data, format } };
      }
      throw new GatewayError('bad-request', { message: 'This model takes audio as WAV or MP3 only.', param: 'input' });
    }
    default:
      return { type: 'input_text', text: '' };
  }
}

function toImage({ mediaType, source, detail = 'auto' }: ImagePart): object {
  return { type: 'input_image', image_url: addressOf(source, mediaType), detail };
}

function toFile({ mediaType, source, name }: FilePart): object {
  if (source.kind === 'url') return { type: 'input_file', file_url: source.url };
  return { type: 'input_file', filename: name ?? 'file', file_data: addressOf(source, mediaType) };
}

function addressOf(source: MediaSource, mediaType: string): string {
  return source.kind === 'url' ? source.url : `data:${mediaType};base64,${source.data}`;
}

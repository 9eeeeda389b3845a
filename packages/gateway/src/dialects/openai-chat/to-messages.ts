import { GatewayError } from '../../core/gateway-error.ts';
import type { MediaSource, ModelRequest, Part, ToolCall, Turn } from '../../core/model-request.ts';
import type { Target } from '../../core/provider-strategy.ts';
import type { Fields } from '../json-fields.ts';
import { toReasoningDetail } from './reasoning-details.ts';
import { withoutAbsent } from './without-absent.ts';

/**
 * The conversation as `messages`. Adds to `dropped` what has no place in them. Throws `bad-request` for a file or a sound
 * that is only known by its address.
 */
export function toChatMessages(request: ModelRequest, target: Target, dropped: Set<string>): Fields[] {
  const messages: Fields[] = request.instructions.map((content) => ({ role: 'system', content }));
  let shown: Fields[] = [];
  for (const turn of request.turns) {
    // Results may hold texts only; what came with them is shown once all of them are told.
    if (turn.role !== 'tool' && shown.length > 0) {
      messages.push({ role: 'user', content: shown });
      shown = [];
    }
    messages.push(toChatMessage(turn, target, dropped));
    if (turn.role === 'tool') shown.push(...(turn.attachments ?? []).map((part) => toPiece(part, target)));
  }
  if (shown.length > 0) messages.push({ role: 'user', content: shown });
  return messages;
}

function toChatMessage(turn: Turn, target: Target, dropped: Set<string>): Fields {
  switch (turn.role) {
    case 'user':
      return { role: 'user', content: toContent(turn.parts, target) };
    case 'tool':
      return { role: 'tool', tool_call_id: turn.callId, content: turn.output };
    case 'assistant':
      return toAnswerMessage(turn.parts, dropped);
    default:
      return turn satisfies never;
  }
}

function toAnswerMessage(parts: readonly Part[], dropped: Set<string>): Fields {
  const calls = parts.filter((part) => part.type === 'tool-call');
  const text = textOf(parts);
  const details = reasoningDetails(parts, dropped);
  return withoutAbsent({
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    reasoning_details: details.length === 0 ? undefined : details,
    tool_calls: calls.length === 0 ? undefined : calls.map((call) => toCall(call, dropped)),
  });
}

/** Only what this dialect has signed goes back: it would be refused elsewhere, and unsigned thoughts are of no use. */
function reasoningDetails(parts: readonly Part[], dropped: Set<string>): Fields[] {
  return parts.flatMap((part) => {
    if (part.type !== 'reasoning') return [];
    const { text, signature, opaque } = part;
    if (opaque?.dialect === 'openai-chat') return [toReasoningDetail('opaque', opaque)];
    if (signature?.dialect === 'openai-chat') return [toReasoningDetail('signature', signature, { text })];
    if (signature ?? opaque) dropped.add('reasoning signature');
    return [];
  });
}

function toCall({ callId, name, input, signature }: ToolCall, dropped: Set<string>): Fields {
  const call = { id: callId, type: 'function', function: { name, arguments: input === '' ? '{}' : input } };
  if (signature === undefined) return call;
  // Gemini's OpenAI-compatible endpoint wants back what it signed.
  if (signature.dialect === 'google-generative') {
    return { ...call, extra_content: { google: { thought_signature: signature.value } } };
  }
  dropped.add('tool call signature');
  return call;
}

function toContent(parts: readonly Part[], target: Target): string | Fields[] {
  if (parts.every((part) => part.type === 'text')) return textOf(parts);
  return parts.map((part) => toPiece(part, target));
}

function toPiece(part: Part, { provider }: Target): Fields {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return { type: 'text', text: part.text };
    case 'tool-call':
      return { type: 'text', text: part.input };
    case 'image': {
      const url = urlOf(part.source, part.mediaType || 'image/png');
      return { type: 'image_url', image_url: { url, ...(part.detail === undefined ? {} : { detail: part.detail }) } };
    }
    case 'audio':
      if (part.source.kind === 'url') throw onlyByValue('a sound', provider);
      return {
        type: 'input_audio',
        input_audio: { data: part.source.data, format: formatOf(part.mediaType) },
      };
    case 'file': {
      if (part.source.kind === 'url') throw onlyByValue('a file', provider);
      const data = urlOf(part.source, part.mediaType || 'application/octet-stream');
      return { type: 'file', file: { filename: part.name ?? 'file', file_data: data } };
    }
    default:
      return part satisfies never;
  }
}

function urlOf(source: MediaSource, mediaType: string): string {
  return source.kind === 'url' ? source.url : `data:${mediaType};base64,${source.data}`;
}

function formatOf(mediaType: string): string {
  const format = mediaType.replace(/^audio\/(?:x-)?/, '');
  return format === 'mpeg' ? 'mp3' : format;
}

function onlyByValue(what: string, provider: string): GatewayError {
  return new GatewayError('bad-request', {
    message: `${provider} takes ${what} by value only, not by its address.`,
    param: 'messages',
  });
}

function textOf(parts: readonly Part[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

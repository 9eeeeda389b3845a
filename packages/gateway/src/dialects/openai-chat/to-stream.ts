import type { AnswerOptions, StreamEncoder } from '../../core/face.ts';
import type { ModelEvent, ModelFinishReason, ModelUsage } from '../../core/model-event.ts';
import { frame } from '../../transport/sse-frame.ts';
import type { Fields } from '../json-fields.ts';
import { toChatError } from './error-shape.ts';
import { toReasoningDetail } from './reasoning-details.ts';

const finishReasons: Readonly<Record<ModelFinishReason, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  refusal: 'stop',
  pause: 'stop',
  'context-exceeded': 'length',
};

/** The usage object of this dialect. */
export function toChatUsage(usage: ModelUsage): Fields {
  const { input, output, cachedInput, cacheWrite, cacheWriteHour, reasoning, audioInput, audioOutput } = usage;
  const written =
    cacheWrite === undefined && cacheWriteHour === undefined ? undefined : (cacheWrite ?? 0) + (cacheWriteHour ?? 0);
  const read = present({ cached_tokens: cachedInput, cache_write_tokens: written, audio_tokens: audioInput });
  const said = present({ reasoning_tokens: reasoning, audio_tokens: audioOutput });
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(read ? { prompt_tokens_details: read } : {}),
    ...(said ? { completion_tokens_details: said } : {}),
  };
}

function present(counts: Readonly<Record<string, number | undefined>>): Fields | undefined {
  const known = Object.entries(counts).filter(([, count]) => count !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

/** A `source` event as an annotation of this dialect. */
export function toChatAnnotation({ url, title, excerpt }: Omit<Extract<ModelEvent, { type: 'source' }>, 'type'>) {
  return {
    type: 'url_citation',
    url_citation: { start_index: 0, end_index: 0, url, title, ...(excerpt === undefined ? {} : { content: excerpt }) },
  };
}

/** The vendor's word for `reason`. */
export function toChatFinishReason(reason: ModelFinishReason): string {
  return finishReasons[reason];
}

interface SeenPart {
  readonly kind: 'text' | 'reasoning' | 'call';
  readonly index: number;
  readonly callId: string;
}

/**
 * Writes model events as the data objects of a chat completion stream, ready to send. A `failure` becomes an error
 * object and no `[DONE]`; a `finish` ends with `[DONE]`.
 */
export function createChatEncoder({ model, created, includeUsage, id: ownId }: AnswerOptions): StreamEncoder {
  let id = ownId;
  let usage: ModelUsage | undefined;
  let isStarted = false;
  let calls = 0;
  const parts = new Map<number, SeenPart>();
  /** What all chunks of plain text have in common, written once. */
  let textHead = '';
  const textTail = '},"finish_reason":null}]}\n\n';

  const chunk = (fields: object): string => frame({ id, object: 'chat.completion.chunk', created, model, ...fields });
  const delta = (fields: object, reason: string | null = null): string =>
    chunk({ choices: [{ index: 0, delta: fields, finish_reason: reason }] });

  function begin(): string {
    if (isStarted) return '';
    isStarted = true;
    const known = JSON.stringify({ id, object: 'chat.completion.chunk', created, model });
    textHead = `data: ${known.slice(0, -1)},"choices":[{"index":0,"delta":{`;
    return delta({ role: 'assistant', content: '' });
  }

  function text(name: string, words: string): string {
    return `${begin()}${textHead}"${name}":${JSON.stringify(words)}${textTail}`;
  }

  function note(part: number, kind: SeenPart['kind'], callId = ''): void {
    if (!parts.has(part)) parts.set(part, { kind, index: kind === 'call' ? calls++ : 0, callId });
  }

  function callDelta({ part, callId, name, text: input }: Extract<ModelEvent, { type: 'tool-input-delta' }>): string {
    const held = parts.get(part);
    if (held) return delta({ tool_calls: [{ index: held.index, function: { arguments: input } }] });
    note(part, 'call', callId);
    const index = calls - 1;
    return delta({ tool_calls: [{ index, id: callId, type: 'function', function: { name, arguments: input } }] });
  }

  function sign({ part, signature, opaque }: Extract<ModelEvent, { type: 'part-signature' }>): string {
    const held = parts.get(part);
    if (held?.kind === 'call' && signature?.dialect === 'google-generative') {
      const extra = { google: { thought_signature: signature.value } };
      return delta({ tool_calls: [{ index: held.index, extra_content: extra }] });
    }
    if (held?.kind === 'text') return '';
    const details: Fields[] = [];
    const callId = held?.kind === 'call' ? { callId: held.callId } : {};
    if (signature) details.push(toReasoningDetail(held?.kind === 'call' ? 'call' : 'signature', signature, callId));
    if (opaque) details.push(toReasoningDetail('opaque', opaque));
    return details.length === 0 ? '' : delta({ reasoning_details: details });
  }

  function encode(event: ModelEvent): string {
    switch (event.type) {
      case 'answer-start':
        if (event.id !== '') ({ id } = event);
        return begin();
      case 'text-delta':
        note(event.part, 'text');
        return text('content', event.text);
      case 'reasoning-delta':
        note(event.part, 'reasoning');
        return text('reasoning_content', event.text);
      case 'refusal-delta':
        return text('refusal', event.text);
      case 'tool-input-delta':
        return begin() + callDelta(event);
      case 'part-signature':
        return begin() + sign(event);
      case 'source':
        return begin() + delta({ annotations: [toChatAnnotation(event)] });
      case 'usage':
        ({ usage } = event);
        return '';
      case 'recovery': {
        const { mode, from, to } = event;
        // Only given to clients that said they know it; everybody else skips a chunk without choices.
        return mode === 'restarted' ? chunk({ choices: [], recovery: { mode, from, to } }) : '';
      }
      case 'wire':
        return '';
      case 'finish': {
        const counts = includeUsage && usage ? chunk({ choices: [], usage: toChatUsage(usage) }) : '';
        return `${begin()}${delta({}, finishReasons[event.reason])}${counts}data: [DONE]\n\n`;
      }
      case 'failure':
        return frame(toChatError(event.error));
      default:
        return event satisfies never;
    }
  }

  return { encode };
}

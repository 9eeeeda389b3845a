import type { ModelEvent, ModelFinishReason, ModelUsage } from '../../core/model-event.ts';
import { toChatError } from './error-shape.ts';

const finishReasons: Readonly<Record<ModelFinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
};

/** The usage object of this dialect. */
export function toChatUsage({ input, output, cachedInput, reasoning }: ModelUsage) {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(cachedInput === undefined ? {} : { prompt_tokens_details: { cached_tokens: cachedInput } }),
    ...(reasoning === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
  };
}

/** A `source` event as an annotation of this dialect. */
export function toChatAnnotation({ url, title, excerpt }: Extract<ModelEvent, { type: 'source' }>) {
  return {
    type: 'url_citation',
    url_citation: { start_index: 0, end_index: 0, url, title, ...(excerpt === undefined ? {} : { content: excerpt }) },
  };
}

/** The vendor's word for `reason`. */
export function toChatFinishReason(reason: ModelFinishReason): string {
  return finishReasons[reason];
}

export interface ChatEncoderOptions {
  /** The name the answer carries. */
  readonly model: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Whether the client asked for a usage chunk. */
  readonly includeUsage: boolean;
}

/**
 * Writes model events as the data objects of a chat completion stream, ready to send. A `failure` becomes an error
 * object and no `[DONE]`; a `finish` ends with `[DONE]`.
 */
export function createChatEncoder({ model, created, includeUsage }: ChatEncoderOptions): (event: ModelEvent) => string {
  let id = 'chatcmpl';
  let usage: ModelUsage | undefined;
  const indexByPart = new Map<number, number>();

  const chunk = (fields: object): string => frame({ id, object: 'chat.completion.chunk', created, model, ...fields });
  const delta = (fields: object, reason: string | null = null): string =>
    chunk({ choices: [{ index: 0, delta: fields, finish_reason: reason }] });

  function callDelta(event: Extract<ModelEvent, { type: 'tool-input-delta' }>): string {
    const held = indexByPart.get(event.part);
    if (held !== undefined) return delta({ tool_calls: [{ index: held, function: { arguments: event.text } }] });
    const index = indexByPart.size;
    indexByPart.set(event.part, index);
    const call = { index, id: event.callId, type: 'function', function: { name: event.name, arguments: event.text } };
    return delta({ tool_calls: [call] });
  }

  return (event) => {
    switch (event.type) {
      case 'answer-start':
        id = event.id;
        return delta({ role: 'assistant', content: '' });
      case 'text-delta':
        return delta({ content: event.text });
      case 'reasoning-delta':
        return delta({ reasoning_content: event.text });
      case 'tool-input-delta':
        return callDelta(event);
      case 'source':
        return delta({ annotations: [toChatAnnotation(event)] });
      case 'usage':
        usage = event.usage;
        return '';
      case 'finish': {
        const counts = includeUsage && usage ? chunk({ choices: [], usage: toChatUsage(usage) }) : '';
        return `${delta({}, finishReasons[event.reason])}${counts}data: [DONE]\n\n`;
      }
      case 'failure':
        return frame(toChatError(event.error));
      default:
        return event satisfies never;
    }
  };
}

/** One data object as a server-sent event. */
export function frame(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

import type { ModelEvent } from '../../core/model-event.ts';
import type { Writable } from '../../core/writable.ts';
import type { ResponseAnnotation, ResponseEvent, ResponseItem } from './response-event.ts';

type TextKind = 'text' | 'refusal' | 'reasoning';

interface TextPlace {
  readonly kind: TextKind;
  readonly part: number;
  /** Whether anything was said here; a `done` event says all of it once more. */
  isSaid: boolean;
  /** The summary that runs; the next one begins a paragraph. */
  summary: number;
}

interface CallPlace {
  readonly part: number;
  readonly callId: string;
  readonly name: string;
  isSaid: boolean;
}

export interface ItemReader {
  /** Reads one event about an output item; what it does not know says nothing. */
  read(event: ResponseEvent): ModelEvent[];
  /** Reads an item that came whole. */
  readWhole(item: ResponseItem, index: number): ModelEvent[];
  /** The arguments of a call without a known beginning cannot be given to anybody. */
  isLost(event: ResponseEvent): boolean;
  /** Whether the event begins something the provider does itself: from then on nobody may ask again elsewhere. */
  isHosted(event: ResponseEvent): boolean;
  readonly calls: number;
  readonly hasRefusal: boolean;
  readonly isEmpty: boolean;
}

const ownKinds = new Set(['message', 'reasoning', 'function_call']);

/** Reads the output items of one answer by their index. Parts are numbered from 0 in the order they begin. */
export function createItemReader(): ItemReader {
  const texts = new Map<string, TextPlace>();
  const calls = new Map<number, CallPlace>();
  let parts = 0;

  function textAt(kind: TextKind, index: number, content: number): TextPlace {
    // Everything a reasoning item says is one thought.
    const key = kind === 'reasoning' ? `${index}` : `${index}:${content}:${kind}`;
    const held = texts.get(key);
    if (held) return held;
    const place: TextPlace = { kind, part: parts++, isSaid: false, summary: 0 };
    texts.set(key, place);
    reader.isEmpty = false;
    return place;
  }

  function say(place: TextPlace, text: string | null | undefined): ModelEvent[] {
    if (!text) return [];
    place.isSaid = true;
    reader.hasRefusal ||= place.kind === 'refusal';
    return [{ type: `${place.kind}-delta`, part: place.part, text }];
  }

  /** What a `done` event repeats is news only where no delta said it. */
  function sayOnce(place: TextPlace, text: string | null | undefined): ModelEvent[] {
    return place.isSaid ? [] : say(place, text);
  }

  function think(event: ResponseEvent, text: string | null | undefined): ModelEvent[] {
    const place = textAt('reasoning', event.output_index ?? 0, 0);
    const summary = event.summary_index ?? place.summary;
    const isNext = place.isSaid && summary > place.summary;
    place.summary = summary;
    return say(place, text && isNext ? `\n\n${text}` : text);
  }

  function begin(index: number, item: ResponseItem): ModelEvent[] {
    if (item.type !== 'function_call' || calls.has(index)) return [];
    const call = { part: parts, callId: item.call_id || item.id || `call_${calls.size}`, name: item.name ?? '' };
    parts += 1;
    calls.set(index, { ...call, isSaid: false });
    reader.calls = calls.size;
    reader.isEmpty = false;
    return [{ type: 'tool-input-delta', ...call, text: '' }];
  }

  function fill(index: number, text: string | null | undefined): ModelEvent[] {
    const call = calls.get(index);
    if (!call || !text) return [];
    call.isSaid = true;
    const { part, callId, name } = call;
    return [{ type: 'tool-input-delta', part, callId, name, text }];
  }

  function fillOnce(index: number, text: string | null | undefined): ModelEvent[] {
    return calls.get(index)?.isSaid === false ? fill(index, text || '{}') : [];
  }

  function cite(annotation: ResponseAnnotation | null | undefined): ModelEvent[] {
    if (annotation?.type !== 'url_citation' || !annotation.url) return [];
    const part = parts;
    parts += 1;
    reader.isEmpty = false;
    const { url } = annotation;
    return [{ type: 'source', part, id: `source-${part}`, title: annotation.title || url, url }];
  }

  function finish(index: number, item: ResponseItem): ModelEvent[] {
    switch (item.type) {
      case 'function_call':
        return [...begin(index, item), ...fillOnce(index, item.arguments)];
      case 'reasoning': {
        const place = textAt('reasoning', index, 0);
        const paragraphs = [...(item.summary ?? []), ...(item.content ?? [])].map(({ text }) => text ?? '');
        const said = sayOnce(place, paragraphs.filter((text) => text !== '').join('\n\n'));
        if (!item.encrypted_content) return said;
        const opaque = { dialect: 'openai-responses', value: item.encrypted_content } as const;
        return [...said, { type: 'part-signature', part: place.part, opaque }];
      }
      case 'message':
        return (item.content ?? []).flatMap(({ type, text, refusal }, at) =>
          type === 'refusal'
            ? sayOnce(textAt('refusal', index, at), refusal)
            : sayOnce(textAt('text', index, at), text),
        );
      default:
        return [];
    }
  }

  const reader: Writable<ItemReader> = {
    calls: 0,
    hasRefusal: false,
    isEmpty: true,
    isHosted: ({ type, item }) => type === 'response.output_item.added' && !ownKinds.has(item?.type ?? 'message'),
    isLost: ({ type, output_index: index }) =>
      type === 'response.function_call_arguments.delta' && !calls.has(index ?? 0),
    readWhole: (item, index) => [
      ...finish(index, item),
      ...(item.type === 'message' ? (item.content ?? []) : []).flatMap(({ annotations }) =>
        (annotations ?? []).flatMap((annotation) => cite(annotation)),
      ),
    ],
    read(event) {
      const index = event.output_index ?? 0;
      const content = event.content_index ?? 0;
      switch (event.type) {
        case 'response.output_item.added':
          return event.item ? begin(index, event.item) : [];
        case 'response.output_item.done':
          return event.item ? finish(index, event.item) : [];
        case 'response.output_text.delta':
          return say(textAt('text', index, content), event.delta);
        case 'response.output_text.done':
          return sayOnce(textAt('text', index, content), event.text);
        case 'response.refusal.delta':
          return say(textAt('refusal', index, content), event.delta);
        case 'response.refusal.done':
          return sayOnce(textAt('refusal', index, content), event.refusal);
        case 'response.reasoning_summary_text.delta':
        case 'response.reasoning_text.delta':
          return think(event, event.delta);
        case 'response.function_call_arguments.delta':
          return fill(index, event.delta);
        case 'response.function_call_arguments.done':
          return fillOnce(index, event.arguments);
        case 'response.output_text.annotation.added':
          return cite(event.annotation);
        default:
          return [];
      }
    },
  };
  return reader;
}

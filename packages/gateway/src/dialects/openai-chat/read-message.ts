import type { ModelEvent } from '../../core/model-event.ts';
import type { Writable } from '../../core/writable.ts';
import { fieldsIn, isFields, textIn } from '../json-fields.ts';
import type { Fields } from '../json-fields.ts';
import type { PartNumbers } from './part-numbers.ts';
import { readReasoningDetail } from './reasoning-details.ts';

export interface MessageReader {
  /** Adds to `events` what a `delta` of a stream, or the `message` of a whole answer, says. */
  read(message: Fields, events: ModelEvent[]): void;
  /** Whether the model refused and said nothing else. */
  readonly isRefusal: boolean;
}

/** Reads messages in OpenAI's form and in those that other vendors have made of it. */
export function createMessageReader(parts: PartNumbers): MessageReader {
  let hasText = false;

  function think(text: string | undefined, events: ModelEvent[]): void {
    if (text !== undefined) events.push({ type: 'reasoning-delta', part: parts.of('reasoning'), text });
  }

  function say(text: string | undefined, events: ModelEvent[]): void {
    if (text === undefined) return;
    hasText = true;
    reader.isRefusal = false;
    events.push({ type: 'text-delta', part: parts.of('text'), text });
  }

  function refuse(text: string | undefined, events: ModelEvent[]): void {
    if (text === undefined) return;
    reader.isRefusal = !hasText;
    events.push({ type: 'refusal-delta', part: parts.of('refusal'), text });
  }

  /** OpenRouter repeats the same words in `reasoning` and in the details; signatures are in the details only. */
  function readReasoning(message: Fields, events: ModelEvent[]): void {
    const plain = textIn(message['reasoning_content']) ?? textIn(message['reasoning']);
    think(plain, events);
    for (const entry of fieldsIn(message['reasoning_details'])) {
      const { text, carried } = readReasoningDetail(entry);
      if (plain === undefined) think(text, events);
      if (!carried) continue;
      const { kind, signature, callId } = carried;
      if (kind === 'call') {
        const call = callId === undefined ? undefined : parts.partOfCall(callId);
        if (call !== undefined) events.push({ type: 'part-signature', part: call, signature });
      } else {
        const part = kind === 'opaque' ? parts.next() : (parts.lastReasoning ?? parts.of('reasoning'));
        events.push({ type: 'part-signature', part, [kind]: signature });
      }
    }
  }

  /** Mistral writes content as a list of texts and thoughts. */
  function readContent(content: unknown, events: ModelEvent[]): void {
    if (typeof content === 'string') say(textIn(content), events);
    for (const piece of fieldsIn(content)) {
      for (const thought of fieldsIn(piece['thinking'])) think(textIn(thought['text']), events);
      say(textIn(piece['text']), events);
      refuse(textIn(piece['refusal']), events);
    }
  }

  function readCall(call: Fields, position: number, events: ModelEvent[]): void {
    const { function: called, index, id } = call;
    const { name, arguments: input } = isFields(called) ? called : {};
    const known = parts.ofCall(typeof index === 'number' ? index : position, textIn(id), textIn(name));
    if (!known) return;
    events.push({ type: 'tool-input-delta', ...known, text: typeof input === 'string' ? input : inputOf(input) });
    const value = thoughtSignature(call);
    if (value !== undefined) {
      const signature = { dialect: 'google-generative', value } as const;
      events.push({ type: 'part-signature', part: known.part, signature });
    }
  }

  const reader: Writable<MessageReader> = {
    read(message, events) {
      readReasoning(message, events);
      readContent(message['content'], events);
      refuse(textIn(message['refusal']), events);
      for (const [position, call] of fieldsIn(message['tool_calls']).entries()) readCall(call, position, events);
      if (isFields(message['function_call'])) readCall({ function: message['function_call'] }, 0, events);
      for (const { type, url_citation: citation } of fieldsIn(message['annotations'])) {
        const url = isFields(citation) ? textIn(citation['url']) : undefined;
        if (type !== 'url_citation' || !isFields(citation) || url === undefined) continue;
        const part = parts.next();
        const excerpt = textIn(citation['content']);
        const source = { id: `source-${part}`, title: textIn(citation['title']) ?? url, url };
        events.push({ type: 'source', part, ...source, ...(excerpt === undefined ? {} : { excerpt }) });
      }
    },
    isRefusal: false,
  };
  return reader;
}

/** Some servers give arguments as an object, although they are to be text. */
function inputOf(input: unknown): string {
  return isFields(input) ? JSON.stringify(input) : '';
}

/** Where Gemini's OpenAI-compatible endpoint puts what it signed. */
function thoughtSignature({ extra_content: extra }: Fields): string | undefined {
  const google = isFields(extra) ? extra['google'] : undefined;
  return isFields(google) ? textIn(google['thought_signature']) : undefined;
}

import { isFields } from '../json-fields.ts';
import type { Fields } from '../json-fields.ts';

/** Recognises the chunks of a stream that differ in nothing but their text. */
export interface PlainChunks {
  /** The text of a chunk that is like the one that was learnt; undefined when it has to be read in full. */
  textOf(data: string): string | undefined;
  /** Where in `bytes` the whole events end that begin at `from` and are like the one that was learnt. */
  skim(bytes: Buffer, from: number): number;
  /** Learns from a chunk that was read in full, if it brought nothing but a text. */
  learn(data: string, chunk: Fields, raw: Buffer): void;
}

/** A stream whose chunks are all different in other places, too, is not worth learning from. */
const mostLessons = 8;
const quote = 34;
const backslash = 92;
const space = 32;
const nothing = Buffer.alloc(0);

/**
 * Nearly all chunks of a stream are the same bytes around another text. A chunk with the same bytes around a text
 * without escapes is the same JSON value with that text, so it need not be parsed to be known: most of the work of
 * decoding is saved, and nothing is guessed.
 */
export function createPlainChunks(): PlainChunks {
  let before = '';
  let after = '';
  /** The same around whole events; without a head nothing is known. */
  let head = viewOf(nothing);
  let tail = head;
  let lessons = 0;

  return {
    textOf(data) {
      if (before === '' || data.length <= before.length + after.length) return undefined;
      if (!data.endsWith(after) || !data.startsWith(before)) return undefined;
      const text = data.slice(before.length, data.length - after.length);
      if (endOfPlain(text, 0) < text.length) return undefined;
      lessons = 0;
      return text;
    },
    skim(bytes, from) {
      if (head.byteLength === 0 || bytes.length - from < head.byteLength + tail.byteLength) return from;
      const view = viewOf(bytes);
      let known = from;
      while (has(view, known, head)) {
        const start = known + head.byteLength;
        const end = endOfPlainBytes(bytes, start);
        if (end === start || !has(view, end, tail)) break;
        known = end + tail.byteLength;
      }
      if (known > from) lessons = 0;
      return known;
    },
    learn(data, chunk, raw) {
      if (lessons === mostLessons) return;
      const text = plainTextOf(chunk);
      if (text === undefined || endOfPlain(text, 0) < text.length) return;
      const at = data.indexOf(`"content":"${text}"`);
      if (at === -1 || data.includes('"content"', at + 1)) return;
      lessons += 1;
      const start = at + '"content":"'.length;
      before = data.slice(0, start);
      after = data.slice(start + text.length);
      const isUsual = raw.length === Buffer.byteLength(data) + 'data: \n\n'.length;
      head = viewOf(isUsual ? Buffer.from(`data: ${before}`) : nothing);
      tail = viewOf(isUsual ? Buffer.from(`${after}\n\n`) : nothing);
    },
  };
}

/** Where what JSON writes as itself ends: at a quote, an escape, a control character, or the end. */
function endOfPlain(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === quote || code === backslash || !(code >= space)) return at;
    at += 1;
  }
}

/** The same in UTF-8, where bytes of those three are never part of another character. */
function endOfPlainBytes(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === quote || byte === backslash || byte < space) return at;
    at += 1;
  }
  return at;
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** Whether `part` is in `whole` at that place. Four bytes at a time: this is most of what a stream in burst costs. */
function has(whole: DataView, at: number, part: DataView): boolean {
  const length = part.byteLength;
  if (whole.byteLength - at < length) return false;
  const words = length - (length % 4);
  for (let index = 0; index < words; index += 4) {
    if (whole.getInt32(at + index) !== part.getInt32(index)) return false;
  }
  for (let index = words; index < length; index += 1) {
    if (whole.getInt8(at + index) !== part.getInt8(index)) return false;
  }
  return true;
}

/** The text of a chunk that says nothing else, of one choice that goes on. */
function plainTextOf({ choices, usage, error, object }: Fields): string | undefined {
  if (usage || error || object === 'error' || !Array.isArray(choices) || choices.length !== 1) return undefined;
  const choice: unknown = choices[0];
  if (!isFields(choice) || choice['finish_reason'] || (choice['index'] ?? 0) !== 0) return undefined;
  const { delta, message } = choice;
  if (!isFields(delta) || message !== undefined) return undefined;
  for (const [name, value] of Object.entries(delta)) {
    if (name !== 'content' && name !== 'role' && value !== null) return undefined;
  }
  return typeof delta['content'] === 'string' && delta['content'] !== '' ? delta['content'] : undefined;
}

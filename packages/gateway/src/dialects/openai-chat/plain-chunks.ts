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

/**
 * Nearly all chunks of a stream are the same bytes around another text. A chunk with the same bytes around a text
 * without escapes is the same JSON value with that text, so it need not be parsed to be known: most of the work of
 * decoding is saved, and nothing is guessed.
 */
export function createPlainChunks(): PlainChunks {
  let before = '';
  let after = '';
  /** The same around whole events, a character for each byte. */
  let head = '';
  let tail = '';
  let lessons = 0;
  let skimmed: Buffer | undefined;
  let skimmedText = '';

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
      if (head === '' || bytes.length - from < head.length + tail.length) return from;
      if (skimmed !== bytes) {
        skimmed = bytes;
        skimmedText = bytes.toString('latin1');
      }
      let known = from;
      while (skimmedText.startsWith(head, known)) {
        const end = endOfPlain(skimmedText, known + head.length);
        if (end === known + head.length || !skimmedText.startsWith(tail, end)) break;
        known = end + tail.length;
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
      head = isUsual ? bytewise(`data: ${before}`) : '';
      tail = isUsual ? bytewise(`${after}\n\n`) : '';
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

function bytewise(text: string): string {
  return Buffer.from(text).toString('latin1');
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

import { characterOf, propertySet, setOf } from './character-sets.ts';
import type { PatternReader } from './pattern-reader.ts';
import { RegexFault } from './regex-fault.ts';

/** What an escape stands for when it means the same in and outside of a class. */
export type Escape =
  | { readonly kind: 'character'; readonly point: string }
  | { readonly kind: 'set'; readonly set: string };

const CONTROLS: Readonly<Record<string, string>> = {
  a: '\x07',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Reads an escape whose backslash and letter were taken; undefined when it means something else. */
export function readEscape(reader: PatternReader, letter: string, isUnicode: boolean): Escape | undefined {
  if (letter === '') throw new RegexFault(String.raw`\ at end of pattern`);
  const set = setOf(letter, isUnicode);
  if (set !== undefined) return { kind: 'set', set };
  if (letter === 'p' || letter === 'P') return { kind: 'set', set: readProperty(reader, letter === 'P') };
  const point = readCharacter(reader, letter);
  return point === undefined ? undefined : { kind: 'character', point };
}

function readCharacter(reader: PatternReader, letter: string): string | undefined {
  if (Object.hasOwn(CONTROLS, letter)) return CONTROLS[letter];
  if (letter === 'x') return readHexadecimal(reader);
  if (letter === 'o') {
    const digits = reader.match(/^\{([0-7]+)\}/)?.[1];
    if (digits === undefined) throw new RegexFault(String.raw`missing opening brace after \o`);
    return characterOf(Number.parseInt(digits, 8));
  }
  if (letter === '0') return characterOf(Number.parseInt(`0${reader.match(/^[0-7]{1,2}/)?.[0] ?? ''}`, 8));
  if (letter === 'c') {
    const control = reader.take();
    if (!/^[\x20-\x7e]$/.test(control)) {
      throw new RegexFault(String.raw`\c must be followed by a printable ASCII character`);
    }
    return characterOf((control.toUpperCase().codePointAt(0) ?? 0) ^ 64);
  }
  return /^[0-9A-Za-z]$/.test(letter) ? undefined : letter;
}

function readHexadecimal(reader: PatternReader): string {
  const braced = reader.match(/^\{([0-9A-Fa-f]+)\}/)?.[1];
  const digits = braced ?? reader.match(/^[0-9A-Fa-f]{1,2}/)?.[0] ?? '0';
  return characterOf(Number.parseInt(digits, 16));
}

function readProperty(reader: PatternReader, isOther: boolean): string {
  const name = reader.match(/^\{\s*(\^?[\w&]+)\s*\}/)?.[1] ?? reader.match(/^[A-Z]/)?.[0];
  if (name === undefined) throw new RegexFault(String.raw`malformed \P or \p sequence`);
  return propertySet(name, isOther);
}

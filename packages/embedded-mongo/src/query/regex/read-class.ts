import { characterOf, literal, posixSet } from './character-sets.ts';
import type { PatternReader } from './pattern-reader.ts';
import { readEscape, type Escape } from './read-escape.ts';
import { RegexFault } from './regex-fault.ts';

/** Reads a class whose opening bracket was taken, and gives it in JavaScript. */
export function readClass(reader: PatternReader, isUnicode: boolean): string {
  const isNegated = reader.takes('^');
  const items = classItems(reader, isUnicode);
  const parts: string[] = [];
  for (let index = 0; index < items.length; index += 1) {
    const [item, hyphen, last] = [items[index], items[index + 1], items[index + 2]];
    if (item === undefined) break;
    if (item.kind === 'set') {
      parts.push(item.set);
      continue;
    }
    if (hyphen?.kind === 'character' && hyphen.isHyphen && last?.kind === 'character') {
      if ((item.point.codePointAt(0) ?? 0) > (last.point.codePointAt(0) ?? 0)) {
        throw new RegexFault('range out of order in character class');
      }
      parts.push(`${literal(item.point)}-${literal(last.point)}`);
      index += 2;
    } else {
      parts.push(literal(item.point));
    }
  }
  return `[${isNegated ? '^' : ''}${parts.join('')}]`;
}

type Item = Escape & { readonly isHyphen?: boolean };

function classItems(reader: PatternReader, isUnicode: boolean): readonly Item[] {
  const items: Item[] = [];
  for (let isFirst = true; ; isFirst = false) {
    if (reader.isDone) throw new RegexFault('missing terminating ] for character class');
    if (reader.takes('\\Q')) {
      for (const point of reader.until('\\E') ?? reader.rest()) items.push({ kind: 'character', point });
      continue;
    }
    const posix = reader.match(/^\[:(\^?[a-z]*):\]/)?.[1];
    if (posix !== undefined) {
      items.push({ kind: 'set', set: posixSet(posix, isUnicode) });
      continue;
    }
    const point = reader.take();
    if (point === ']' && !isFirst) return items;
    if (point !== '\\') items.push({ kind: 'character', point, isHyphen: point === '-' });
    else items.push(...escapeInClass(reader, isUnicode));
  }
}

function escapeInClass(reader: PatternReader, isUnicode: boolean): readonly Item[] {
  const letter = reader.take();
  if (letter === 'E') return [];
  if (letter === 'b') return [{ kind: 'character', point: '\b' }];
  if (/^[1-7]$/.test(letter)) {
    const digits = letter + (reader.match(/^[0-7]{1,2}/)?.[0] ?? '');
    return [{ kind: 'character', point: characterOf(Number.parseInt(digits, 8)) }];
  }
  const escape = readEscape(reader, letter, isUnicode);
  if (escape !== undefined) return [escape];
  if (/^[BRX]$/.test(letter)) throw new RegexFault('escape sequence is invalid in character class');
  if (letter === 'N') throw new RegexFault(String.raw`\N is not supported in a class`);
  throw new RegexFault('unrecognized character follows \\');
}

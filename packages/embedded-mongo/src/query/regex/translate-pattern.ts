import { characterOf, literal } from './character-sets.ts';
import { PatternOutput, type PatternOptions } from './pattern-output.ts';
import { PatternReader } from './pattern-reader.ts';
import { readClass } from './read-class.ts';
import { readEscape } from './read-escape.ts';
import { readGroup } from './read-group.ts';
import { RegexFault } from './regex-fault.ts';

const LINE_ENDS = String.raw`\n-\r\x85\u2028\u2029`;
const AT_END = String.raw`(?=\n?$)`;

/**
 * What a pattern of PCRE2 is in JavaScript, for the flag `v` and, when it ignores case at its start, `i`. What JavaScript
 * cannot say, such as recursion, is refused.
 */
export function translatePattern(pattern: string, options: PatternOptions): string {
  const reader = new PatternReader(pattern);
  let isUnicode = false;
  for (let verb = startingVerb(reader); verb !== undefined; verb = startingVerb(reader)) isUnicode ||= verb === 'UCP';
  const output = new PatternOutput(options);
  while (!reader.isDone) step(reader, output, isUnicode);
  return output.finish();
}

function startingVerb(reader: PatternReader): string | undefined {
  return reader.match(/^\(\*(UTF8?|UCP|LF)\)/)?.[1];
}

function step(reader: PatternReader, output: PatternOutput, isUnicode: boolean): void {
  const { isMultiline, isDotAll, isFreeSpacing } = output.options;
  if (isFreeSpacing && skipped(reader)) return;
  const quantifier = reader.match(/^(?:[*+?]|\{\d+(?:,\d*)?\})/)?.[0];
  if (quantifier !== undefined) {
    checkCounts(quantifier);
    output.quantify(quantifier, reader.takes('+') ? 'possessive' : reader.takes('?') ? 'lazy' : 'greedy');
    return;
  }
  const point = reader.take();
  if (point === '\\') readOutside(reader, output, isUnicode);
  else if (point === '[') output.atom(readClass(reader, isUnicode));
  else if (point === '(') readGroup(reader, output);
  else if (point === ')') output.close();
  else if (point === '|') output.alternative();
  else if (point === '.') output.atom(isDotAll ? String.raw`[\s\S]` : String.raw`[^\n]`);
  else if (point === '^') output.assertion(isMultiline ? String.raw`(?:^|(?<=\n)(?=[\s\S]))` : '^');
  else if (point === '$') output.assertion(isMultiline ? String.raw`(?=\n|$)` : AT_END);
  else output.atom(literal(point));
}

/** Takes the white space or the comment that free spacing allows here. */
function skipped(reader: PatternReader): boolean {
  if (reader.match(/^[\t-\r\x85\u200e\u200f\u2028\u2029 ]+/) !== undefined) return true;
  if (!reader.takes('#')) return false;
  if (reader.until('\n') === undefined) reader.rest();
  return true;
}

function checkCounts(quantifier: string): void {
  const [least, most] = [...quantifier.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  if (Math.max(least ?? 0, most ?? 0) > 65_535) throw new RegexFault('number too big in {} quantifier');
  if (least !== undefined && most !== undefined && most < least) {
    throw new RegexFault('numbers out of order in {} quantifier');
  }
}

const ASSERTIONS: Readonly<Record<string, string>> = {
  A: '^',
  G: '^',
  Z: AT_END,
  z: '$',
  b: String.raw`\b`,
  B: String.raw`\B`,
};

const WORD = String.raw`[\p{L}\p{N}\p{Mn}\p{Pc}]`;
const UNICODE_ASSERTIONS: Readonly<Record<string, string>> = {
  b: `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`,
  B: `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`,
};

function readOutside(reader: PatternReader, output: PatternOutput, isUnicode: boolean): void {
  if (reader.takes('Q')) {
    for (const point of reader.until('\\E') ?? reader.rest()) output.atom(literal(point));
    return;
  }
  const letter = reader.take();
  const assertion = (isUnicode ? UNICODE_ASSERTIONS[letter] : undefined) ?? ASSERTIONS[letter];
  if (letter === 'E') return;
  if (assertion !== undefined && Object.hasOwn(ASSERTIONS, letter)) output.assertion(assertion);
  else if (letter === 'N') output.atom(String.raw`[^\n]`);
  else if (letter === 'R') output.atomic(String.raw`(?:\r\n|[${LINE_ENDS}])`);
  else if (/^[1-9]$/.test(letter)) readNumber(reader, output, letter);
  else if (letter === 'g' || letter === 'k') readReference(reader, output, letter);
  else readOther(reader, output, letter, isUnicode);
}

function readOther(reader: PatternReader, output: PatternOutput, letter: string, isUnicode: boolean): void {
  const escape = readEscape(reader, letter, isUnicode);
  if (escape !== undefined) {
    output.atom(escape.kind === 'set' ? escape.set : literal(escape.point));
    return;
  }
  if (/^[CKX]$/.test(letter)) throw new RegexFault(`\\${letter} is not supported by the embedded store`);
  if (/^[FLlUu]$/.test(letter)) {
    throw new RegexFault(String.raw`PCRE2 does not support \F, \L, \l, \N{name}, \U, or \u`);
  }
  throw new RegexFault('unrecognized character follows \\');
}

/** A number after a backslash: a group, or the code of a character when there are not that many groups. */
function readNumber(reader: PatternReader, output: PatternOutput, first: string): void {
  const digits = first + (reader.match(/^\d{1,2}/)?.[0] ?? '');
  const number = Number(digits);
  if (number < 10 || number <= output.groups) {
    output.reference(number);
    return;
  }
  const octal = /^[0-7]+/.exec(digits)?.[0];
  if (octal === undefined) {
    output.reference(number);
    return;
  }
  output.atom(literal(characterOf(Number.parseInt(octal, 8))));
  for (const point of digits.slice(octal.length)) output.atom(literal(point));
}

function readReference(reader: PatternReader, output: PatternOutput, letter: string): void {
  const relative = letter === 'g' ? reader.match(/^(?:\{([-+]?\d+)\}|([-+]?\d+))/) : undefined;
  const number = relative?.[1] ?? relative?.[2];
  if (number !== undefined) {
    const sign = /^[-+]/.exec(number)?.[0];
    if (sign === '+') output.reference(output.groups + Number(number));
    else output.reference(sign === '-' ? output.groups + 1 + Number(number) : Number(number));
    return;
  }
  if (letter === 'g' && reader.match(/^[<']/) !== undefined) {
    throw new RegexFault(String.raw`recursion with \g is not supported by the embedded store`);
  }
  const name = reader.match(/^(?:\{(\w+)\}|<(\w+)>|'(\w+)')/);
  const found = name?.[1] ?? name?.[2] ?? name?.[3];
  if (found === undefined) {
    const wording =
      letter === 'k' ? String.raw`\k is not followed by a braced, angle-bracketed, or quoted name` : undefined;
    throw new RegexFault(wording ?? String.raw`a numbered reference must not be zero`);
  }
  output.referenceByName(found);
}

import { int, isRegex, typeName, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { compileRegex } from '../../query/compile-regex.ts';
import { isNullish, type OperatorParser } from '../expression.ts';
import { listOperator, namedOperands, position, wrongOperand } from './operands.ts';
import { toText } from './to-text.ts';

function textOf(name: string, value: Value | undefined): string {
  if (typeof value !== 'string') throw wrongOperand(name, 'strings', value);
  return value;
}

/** A value these operators read as text: null is empty, numbers and dates are written out. */
function lenient(name: string, value: Value | undefined): string {
  if (isNullish(value)) return '';
  return toText(value) ?? textOf(name, value);
}

function concat(values: readonly (Value | undefined)[]): Value {
  return values.some(isNullish) ? null : values.map((value) => textOf('$concat', value)).join('');
}

function substringOfPoints([value, start, count]: readonly (Value | undefined)[]): Value {
  const points = Array.from(lenient('$substrCP', value));
  const [from, length] = [position('$substrCP', start), position('$substrCP', count)];
  if (from < 0 || length < 0) throw new CommandError(34_454, '$substrCP: start and length must be non-negative');
  return points.slice(from, from + length).join('');
}

function substringOfBytes([value, start, count]: readonly (Value | undefined)[]): Value {
  const bytes = Buffer.from(lenient('$substrBytes', value));
  const [from, length] = [position('$substrBytes', start), position('$substrBytes', count)];
  if (from < 0) throw new CommandError(50_752, '$substrBytes: starting index must be non-negative');
  const end = length < 0 ? bytes.length : Math.min(bytes.length, from + length);
  const isInside = (at: number): boolean => at < bytes.length && (bytes.readUInt8(at) & 0xc0) === 0x80;
  if (isInside(from) || isInside(end))
    throw new CommandError(28_657, '$substrBytes: Invalid range, a bound is in the middle of a UTF-8 character');
  return bytes.toString('utf8', Math.min(from, end), end);
}

function split([value, separator]: readonly (Value | undefined)[]): Value {
  if (isNullish(value) || isNullish(separator)) return null;
  const delimiter = textOf('$split', separator);
  if (delimiter === '') throw new CommandError(40_087, '$split requires a non-empty separator');
  return textOf('$split', value).split(delimiter);
}

function trimming(name: string, ends: { start: boolean; end: boolean }): [string, OperatorParser] {
  return [
    name,
    (operand, compile) => {
      const parts = namedOperands(name, operand, { required: ['input'], optional: ['chars'] });
      const input = compile(parts.get('input') ?? null);
      const set = parts.get('chars');
      const characters = set === undefined ? undefined : compile(set);
      return (context) => {
        const value = input(context);
        const chosen = characters?.(context);
        if (isNullish(value) || (characters !== undefined && isNullish(chosen))) return null;
        const isTrimmed =
          chosen === undefined
            ? (point: string) => /[\s\0]/.test(point)
            : (point: string) => textOf(name, chosen).includes(point);
        return trim(Array.from(textOf(name, value)), isTrimmed, ends);
      };
    },
  ];
}

function trim(
  points: readonly string[],
  isTrimmed: (point: string) => boolean,
  ends: { start: boolean; end: boolean },
): string {
  let [from, to] = [0, points.length];
  while (ends.start && from < to && isTrimmed(points[from] ?? '')) from += 1;
  while (ends.end && to > from && isTrimmed(points[to - 1] ?? '')) to -= 1;
  return points.slice(from, to).join('');
}

function indexOfPoints([value, search, start]: readonly (Value | undefined)[]): Value {
  if (isNullish(value)) return null;
  const from = start === undefined ? 0 : position('$indexOfCP', start);
  const points = Array.from(textOf('$indexOfCP', value));
  const rest = points.slice(from).join('');
  const found = rest.indexOf(textOf('$indexOfCP', search));
  return int(found === -1 || from > points.length ? -1 : from + Array.from(rest.slice(0, found)).length);
}

const regexMatch: OperatorParser = (operand, compile) => {
  const parts = namedOperands('$regexMatch', operand, { required: ['input', 'regex'], optional: ['options'] });
  const input = compile(parts.get('input') ?? null);
  const pattern = compile(parts.get('regex') ?? null);
  const flags = compile(parts.get('options') ?? '');
  return (context) => {
    const [value, regex, options] = [input(context), pattern(context), flags(context)];
    if (isNullish(value) || isNullish(regex)) return false;
    const source = isRegex(regex)
      ? regex
      : { kind: 'regex' as const, pattern: textOf('$regexMatch', regex), options: '' };
    const extra = isNullish(options) ? '' : textOf('$regexMatch', options);
    return compileRegex({ ...source, options: source.options + extra }).test(textOf('$regexMatch', value));
  };
};

function replacing(name: '$replaceOne' | '$replaceAll'): [string, OperatorParser] {
  return [
    name,
    (operand, compile) => {
      const parts = namedOperands(name, operand, { required: ['input', 'find', 'replacement'] });
      const operands = ['input', 'find', 'replacement'].map((part) => compile(parts.get(part) ?? null));
      return (context) => {
        const values = operands.map((evaluate) => evaluate(context));
        if (values.some(isNullish)) return null;
        const [input = '', find = '', replacement = ''] = values.map((value) => textOf(name, value));
        return name === '$replaceOne'
          ? input.replace(find, () => replacement)
          : input.replaceAll(find, () => replacement);
      };
    },
  ];
}

function compareIgnoringCase([left, right]: readonly (Value | undefined)[]): Value {
  const [first, second] = [left, right].map((value) => Buffer.from(lenient('$strcasecmp', value).toUpperCase()));
  return int(Buffer.compare(first ?? Buffer.alloc(0), second ?? Buffer.alloc(0)));
}

// MongoDB's $toLower and $toUpper change ASCII letters only.
function asciiCase(text: string, change: (letter: string) => string): string {
  return text.replace(/[a-zA-Z]/g, change);
}

/** Text. */
export const STRING_OPERATORS: readonly [string, OperatorParser][] = [
  listOperator('$concat', { min: 0 }, concat),
  listOperator('$toLower', { min: 1, max: 1 }, ([value]) =>
    asciiCase(lenient('$toLower', value), (letter) => letter.toLowerCase()),
  ),
  listOperator('$toUpper', { min: 1, max: 1 }, ([value]) =>
    asciiCase(lenient('$toUpper', value), (letter) => letter.toUpperCase()),
  ),
  listOperator('$strLenCP', { min: 1, max: 1 }, ([value]) => int(Array.from(textOf('$strLenCP', value)).length)),
  listOperator('$strLenBytes', { min: 1, max: 1 }, ([value]) => int(Buffer.byteLength(textOf('$strLenBytes', value)))),
  listOperator('$substrCP', { min: 3, max: 3 }, substringOfPoints),
  listOperator('$substrBytes', { min: 3, max: 3 }, substringOfBytes),
  listOperator('$substr', { min: 3, max: 3 }, substringOfBytes),
  listOperator('$split', { min: 2, max: 2 }, split),
  listOperator('$indexOfCP', { min: 2, max: 3 }, indexOfPoints),
  listOperator('$strcasecmp', { min: 2, max: 2 }, compareIgnoringCase),
  listOperator('$type', { min: 1, max: 1 }, ([value]) => (value === undefined ? 'missing' : typeName(value))),
  trimming('$trim', { start: true, end: true }),
  trimming('$ltrim', { start: true, end: false }),
  trimming('$rtrim', { start: false, end: true }),
  replacing('$replaceOne'),
  replacing('$replaceAll'),
  ['$regexMatch', regexMatch],
];

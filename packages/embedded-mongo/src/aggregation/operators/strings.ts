import { toDouble } from '../../bson/arithmetic.ts';
import { int, isNumber, typeName, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { isNullish, type OperatorParser } from '../expression.ts';
import { listOperator, typeOf, wholeNumber } from './operands.ts';
import { toText } from './to-text.ts';

/** An operand that must be text; MongoDB ends each of its refusals with the type it found. */
function textOf(refusal: string, value: Value | undefined, code: number): string {
  if (typeof value !== 'string') throw new CommandError(code, `${refusal}, found: ${typeOf(value)}`);
  return value;
}

/** A value these operators read as text: null is empty, numbers and dates are written out. */
function lenient(value: Value | undefined): string {
  if (isNullish(value)) return '';
  const text = typeName(value) === 'objectId' || typeof value === 'boolean' ? undefined : toText(value);
  if (text !== undefined) return text;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if (value.kind === 'javascript') return value.source;
    if (value.kind === 'timestamp') return timestampText(value.value);
  }
  throw new CommandError(16_007, `can't convert from BSON type ${typeOf(value)} to String`);
}

function timestampText(value: bigint): string {
  return `Timestamp(${String(value >> 32n)}, ${String(value & 0xffff_ffffn)})`;
}

function concat(values: readonly (Value | undefined)[]): Value {
  let text = '';
  for (const value of values) {
    if (isNullish(value)) return null;
    if (typeof value !== 'string')
      throw new CommandError(16_702, `$concat only supports strings, not ${typeOf(value)}`);
    text += value;
  }
  return text;
}

function substringOfPoints([value, start, count]: readonly (Value | undefined)[]): Value {
  const points = Array.from(lenient(value));
  const from = wholeBound('$substrCP: starting index', start, [34_450, 34_451]);
  const length = wholeBound('$substrCP: length', count, [34_452, 34_453]);
  if (length < 0) throw new CommandError(34_454, '$substrCP: length must be a nonnegative integer.');
  if (from < 0) throw new CommandError(34_455, '$substrCP: the starting index must be nonnegative integer.');
  return points.slice(from, from + length).join('');
}

function wholeBound(label: string, value: Value | undefined, codes: readonly [number, number]): number {
  if (!isNumber(value))
    throw new CommandError(codes[0], `${label} must be a numeric type (is BSON type ${typeOf(value)})`);
  const number = wholeNumber(value);
  if (number === undefined) {
    throw new CommandError(
      codes[1],
      `${label} cannot be represented as a 32-bit integral value: ${String(toDouble(value))}`,
    );
  }
  return number;
}

function byteBound(label: string, value: Value | undefined, code: number): number {
  if (!isNumber(value)) throw new CommandError(code, `${label} must be a numeric type (is BSON type ${typeOf(value)})`);
  return Math.trunc(toDouble(value)) || 0;
}

function substringOfBytes([value, start, count]: readonly (Value | undefined)[]): Value {
  const bytes = Buffer.from(lenient(value));
  const from = byteBound('$substrBytes:  starting index', start, 16_034);
  const length = byteBound('$substrBytes:  length', count, 16_035);
  if (from < 0) {
    throw new CommandError(50_752, `$substrBytes: starting index must be non-negative (got: ${String(from)})`);
  }
  const end = length < 0 ? bytes.length : Math.min(bytes.length, from + length);
  const isInside = (at: number): boolean => at < bytes.length && (bytes.readUInt8(at) & 0xc0) === 0x80;
  if (isInside(from)) {
    throw new CommandError(28_656, '$substrBytes:  Invalid range, starting index is a UTF-8 continuation byte.');
  }
  if (isInside(end)) {
    throw new CommandError(28_657, '$substrBytes:  Invalid range, ending index is in the middle of a UTF-8 character.');
  }
  return bytes.toString('utf8', Math.min(from, end), end);
}

function split([value, separator]: readonly (Value | undefined)[]): Value {
  if (isNullish(value) || isNullish(separator)) return null;
  const text = textOf('$split requires an expression that evaluates to a string as a first argument', value, 40_085);
  const delimiter = textOf(
    '$split requires an expression that evaluates to a string as a second argument',
    separator,
    40_086,
  );
  if (delimiter === '') throw new CommandError(40_087, '$split requires a non-empty separator');
  return text.split(delimiter);
}

/** The bounds of a search: where it begins and ends, or undefined when nothing can be found there. */
export function searchBounds(
  name: string,
  bounds: readonly (Value | undefined)[],
  length: number,
): { from: number; to: number } | undefined {
  const [start, end] = bounds.map((value, index) => searchBound(name, index === 0 ? 'starting' : 'ending', value));
  const from = start ?? 0;
  const to = Math.min(end ?? length, length);
  return from > to ? undefined : { from, to };
}

function searchBound(name: string, which: string, value: Value | undefined): number {
  const number = wholeNumber(value);
  if (number === undefined) {
    throw new CommandError(
      40_096,
      `${name} requires an integral ${which} index, found a value of type: ${typeOf(value)}`,
    );
  }
  if (number < 0) {
    throw new CommandError(40_097, `${name} requires a nonnegative ${which} index, found: ${String(number)}`);
  }
  return number;
}

function indexOfPoints([value, search, ...bounds]: readonly (Value | undefined)[]): Value {
  if (isNullish(value)) return null;
  const points = Array.from(textOf('$indexOfCP requires a string as the first argument', value, 40_093));
  const token = Array.from(textOf('$indexOfCP requires a string as the second argument', search, 40_094));
  const range = searchBounds('$indexOfCP', bounds, points.length);
  if (range === undefined) return int(-1);
  for (let at = range.from; at + token.length <= range.to; at += 1) {
    if (token.every((point, index) => points[at + index] === point)) return int(at);
  }
  return int(-1);
}

function indexOfBytes([value, search, ...bounds]: readonly (Value | undefined)[]): Value {
  if (isNullish(value)) return null;
  const bytes = Buffer.from(textOf('$indexOfBytes requires a string as the first argument', value, 40_091));
  const token = Buffer.from(textOf('$indexOfBytes requires a string as the second argument', search, 40_092));
  const range = searchBounds('$indexOfBytes', bounds, bytes.length);
  if (range === undefined) return int(-1);
  const found = bytes.subarray(range.from, range.to).indexOf(token);
  return int(found === -1 ? -1 : found + range.from);
}

function compareIgnoringCase([left, right]: readonly (Value | undefined)[]): Value {
  const [first, second] = [left, right].map((value) => Buffer.from(asciiCase(lenient(value), toUpper)));
  return int(Buffer.compare(first ?? Buffer.alloc(0), second ?? Buffer.alloc(0)));
}

// MongoDB's $toLower and $toUpper change ASCII letters only.
function asciiCase(text: string, change: (letter: string) => string): string {
  return text.replace(/[a-zA-Z]/g, change);
}

function toUpper(letter: string): string {
  return letter.toUpperCase();
}

/** Text. */
export const STRING_OPERATORS: readonly [string, OperatorParser][] = [
  listOperator('$concat', { min: 0 }, concat),
  listOperator('$toLower', { min: 1, max: 1 }, ([value]) =>
    asciiCase(lenient(value), (letter) => letter.toLowerCase()),
  ),
  listOperator('$toUpper', { min: 1, max: 1 }, ([value]) => asciiCase(lenient(value), toUpper)),
  listOperator('$strLenCP', { min: 1, max: 1 }, ([value]) =>
    int(Array.from(textOf('$strLenCP requires a string argument', value, 34_471)).length),
  ),
  listOperator('$strLenBytes', { min: 1, max: 1 }, ([value]) =>
    int(Buffer.byteLength(textOf('$strLenBytes requires a string argument', value, 34_473))),
  ),
  listOperator('$substrCP', { min: 3, max: 3 }, substringOfPoints),
  listOperator('$substrBytes', { min: 3, max: 3 }, substringOfBytes),
  listOperator('$substr', { min: 3, max: 3 }, substringOfBytes),
  listOperator('$split', { min: 2, max: 2 }, split),
  listOperator('$indexOfCP', { min: 2, max: 4 }, indexOfPoints),
  listOperator('$indexOfBytes', { min: 2, max: 4 }, indexOfBytes),
  listOperator('$strcasecmp', { min: 2, max: 2 }, compareIgnoringCase),
  listOperator('$type', { min: 1, max: 1 }, ([value]) => typeOf(value)),
];

import type { Collation } from '../bson/collation.ts';
import { encodeKey, typeRank, TYPE_RANKS } from '../bson/encode-key.ts';
import { toDouble } from '../bson/arithmetic.ts';
import { isNumber, isRegex, typeName, type TypeName, type Value } from '../bson/value.ts';
import type { Predicate } from '../query/filter.ts';
import { literalPrefix } from '../query/compile-regex.ts';

/**
 * A span of keys of one index field, both ends inclusive; every key that starts with `high` belongs to it. It may be
 * wider than the condition asks, never narrower, because the filter is checked again on each document.
 */
export interface Span {
  readonly low: Buffer;
  readonly high: Buffer;
  /** Set when the span ends before `high` and the keys that start with it. */
  readonly isOpen?: boolean;
}

/**
 * The spans of an index of some collation whose keys can satisfy a condition, or undefined when it does not narrow the
 * index. Texts are only looked up in an index of their own collation, other values in any.
 */
export function spansOf(predicate: Predicate, collation?: Collation): readonly Span[] | undefined {
  const { operand } = predicate;
  if (predicate.name === '$regex') {
    return isRegex(operand) && collation === undefined ? spansOfRegex(operand) : undefined;
  }
  if (predicate.collation !== collation && mayHoldText(operand)) return undefined;
  switch (predicate.name) {
    case '$eq':
      return isPoint(operand) ? [point(operand, collation)] : undefined;
    case '$in':
      return spansOfList(operand, collation);
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return isPoint(operand) ? spansOfComparison(predicate.name, operand, collation) : undefined;
    default:
      return undefined;
  }
}

/** Whether a condition on a top-level field holds for just those entries of an index that are within its spans. */
export function isExact({ name, operand }: Predicate): boolean {
  if (name === '$eq') return isExactPoint(operand);
  if (name === '$in') return Array.isArray(operand) && operand.every(isExactPoint);
  // NaN is among the numbers in an index, but neither above nor below any of them.
  if (name === '$gte' && isNumber(operand)) return !Number.isNaN(toDouble(operand));
  if (name === '$gte' || name === '$lte') return typeName(operand) === 'date' || typeName(operand) === 'objectId';
  if (name !== '$regex' || !isRegex(operand) || operand.options !== '') return false;
  const prefix = literalPrefix(operand);
  return prefix !== '' && !prefix.includes('\0') && operand.pattern === `^${prefix}`;
}

const EXACT_TYPES = new Set<TypeName>(['string', 'bool', 'date', 'objectId', 'int', 'long', 'double', 'decimal']);

function isExactPoint(value: Value): boolean {
  return EXACT_TYPES.has(typeName(value));
}

/** Equality with an array can be met by the array or by one element, and undefined stands for an empty array. */
function isPoint(value: Value): boolean {
  return !Array.isArray(value) && typeRank(value) !== TYPE_RANKS.undefined;
}

/** Whether comparing with a value may mean comparing texts, which collations do each in their way. */
export function mayHoldText(value: Value): boolean {
  const rank = typeRank(value);
  if (Array.isArray(value)) return value.some(mayHoldText);
  return rank === TYPE_RANKS.string || rank === TYPE_RANKS.object;
}

function point(value: Value, collation?: Collation): Span {
  const key = encodeKey(value, collation);
  return { low: key, high: key };
}

const MAX_POINTS = 2_000;

function spansOfList(operand: Value, collation: Collation | undefined): readonly Span[] | undefined {
  if (!Array.isArray(operand) || operand.length > MAX_POINTS) return undefined;
  const spans: Span[] = [];
  for (const item of operand) {
    const found = spansOfItem(item, collation);
    if (found === undefined) return undefined;
    spans.push(...found);
  }
  return mergeSpans(spans);
}

function spansOfItem(item: Value, collation: Collation | undefined): readonly Span[] | undefined {
  if (isRegex(item)) return collation === undefined ? spansOfRegex(item) : undefined;
  return isPoint(item) ? [point(item, collation)] : undefined;
}

/** Spans in key order without overlaps, so that no index entry is read twice. */
export function mergeSpans(spans: readonly Span[]): readonly Span[] {
  if (spans.length === 1) return spans;
  const sorted = spans.toSorted((left, right) => Buffer.compare(left.low, right.low));
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last === undefined || isBeyond(span.low, last.high)) merged.push(span);
    else merged[merged.length - 1] = { low: last.low, high: later(last.high, span.high) };
  }
  return merged;
}

function startsWith(bytes: Buffer, prefix: Buffer): boolean {
  return bytes.length >= prefix.length && bytes.subarray(0, prefix.length).equals(prefix);
}

function isBeyond(low: Buffer, high: Buffer): boolean {
  return Buffer.compare(low, high) > 0 && !startsWith(low, high);
}

function later(left: Buffer, right: Buffer): Buffer {
  if (startsWith(left, right)) return right;
  if (startsWith(right, left)) return left;
  return Buffer.compare(left, right) > 0 ? left : right;
}

/** The part two spans have in common, or undefined when there is none. */
export function intersect(left: Span, right: Span): Span | undefined {
  const low = Buffer.compare(left.low, right.low) > 0 ? left.low : right.low;
  const high = later(left.high, right.high) === left.high ? right.high : left.high;
  return isBeyond(low, high) ? undefined : { low, high };
}

function spansOfComparison(
  name: string,
  operand: Value,
  collation: Collation | undefined,
): readonly Span[] | undefined {
  const rank = typeRank(operand);
  if (rank === TYPE_RANKS.minKey || rank === TYPE_RANKS.maxKey) return undefined;
  const bracket = Buffer.from([rank]);
  const key = encodeKey(operand, collation);
  return name === '$gt' || name === '$gte' ? [{ low: key, high: bracket }] : [{ low: bracket, high: key }];
}

function spansOfRegex(regex: Extract<Value, { kind: 'regex' }>): readonly Span[] | undefined {
  const prefix = literalPrefix(regex);
  if (prefix === '' || prefix.includes('\0')) return undefined;
  const text = Buffer.concat([Buffer.from([TYPE_RANKS.string]), Buffer.from(prefix)]);
  return [{ low: text, high: text }, point(regex)];
}

/** The same span in an index that stores the field's keys inverted. */
export function invertSpan(span: Span): Span {
  return { low: invertBytes(span.high), high: invertBytes(span.low) };
}

function invertBytes(bytes: Buffer): Buffer {
  const inverted = Buffer.from(bytes);
  for (const [at, byte] of bytes.entries()) inverted[at] = ~byte;
  return inverted;
}

import { encodeKey, typeRank, TYPE_RANKS } from '../bson/encode-key.ts';
import { isRegex, type Value } from '../bson/value.ts';
import type { Predicate } from '../query/filter.ts';
import { literalPrefix } from '../query/compile-regex.ts';

/**
 * A span of keys of one index field, both ends inclusive; every key that starts with `high` belongs to it. It may be
 * wider than the condition asks, never narrower, because the filter is checked again on each document.
 */
export interface Span {
  readonly low: Buffer;
  readonly high: Buffer;
}

/** The spans of index keys that can satisfy a condition, or undefined when it does not narrow the index. */
export function spansOf(predicate: Predicate): readonly Span[] | undefined {
  const { operand } = predicate;
  switch (predicate.name) {
    case '$eq':
      return isPoint(operand) ? [point(operand)] : undefined;
    case '$in':
      return spansOfList(operand);
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return isPoint(operand) ? spansOfComparison(predicate.name, operand) : undefined;
    case '$regex':
      return isRegex(operand) ? spansOfRegex(operand) : undefined;
    default:
      return undefined;
  }
}

/** Whether a condition on a top-level field holds for just those entries of an index that are within its spans. */
export function isExact({ name, operand }: Predicate): boolean {
  if (name === '$eq') return typeof operand === 'string';
  if (name !== '$regex' || !isRegex(operand) || operand.options !== '') return false;
  const prefix = literalPrefix(operand);
  return prefix !== '' && !prefix.includes('\0') && operand.pattern === `^${prefix}`;
}

/** Equality with an array can be met by the array or by one element, and undefined stands for an empty array. */
function isPoint(value: Value): boolean {
  return !Array.isArray(value) && typeRank(value) !== TYPE_RANKS.undefined;
}

function point(value: Value): Span {
  const key = encodeKey(value);
  return { low: key, high: key };
}

const MAX_POINTS = 2_000;

function spansOfList(operand: Value): readonly Span[] | undefined {
  if (!Array.isArray(operand) || operand.length > MAX_POINTS) return undefined;
  const spans: Span[] = [];
  for (const item of operand) {
    const found = isRegex(item) ? spansOfRegex(item) : isPoint(item) ? [point(item)] : undefined;
    if (found === undefined) return undefined;
    spans.push(...found);
  }
  return mergeSpans(spans);
}

/** Spans in key order without overlaps, so that no index entry is read twice. */
export function mergeSpans(spans: readonly Span[]): readonly Span[] {
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

function spansOfComparison(name: string, operand: Value): readonly Span[] | undefined {
  const rank = typeRank(operand);
  if (rank === TYPE_RANKS.minKey || rank === TYPE_RANKS.maxKey) return undefined;
  const bracket = Buffer.from([rank]);
  const key = encodeKey(operand);
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

import { addNumbers, toDouble, toInteger, type Numeric } from '../../bson/arithmetic.ts';
import { compareValues } from '../../bson/compare-values.ts';
import { formatValue } from '../../bson/format-value.ts';
import { int, isDocument, isNumber, typeName, type DateTime, type Value } from '../../bson/value.ts';
import type { SortField } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import { constantValue } from '../constant-value.ts';
import { addUnits, parseTimeUnit, type TimeUnit } from '../date-steps.ts';
import type { Partition } from './partition.ts';

/**
 * One end of a window: open, at the current document, or so far from it. In a range, a distance of zero takes in the
 * documents that tie with the current one, which `current` does not.
 */
type Bound = 'unbounded' | 'current' | Numeric;

/** Which documents around the current one a window function looks at. */
export interface WindowBounds {
  readonly kind: 'documents' | 'range';
  readonly lower: Bound;
  readonly upper: Bound;
  readonly unit?: TimeUnit;
}

/** The window of a function that names none: the whole partition. */
export const WHOLE_PARTITION: WindowBounds = { kind: 'documents', lower: 'unbounded', upper: 'unbounded' };

/** Parses a `window` (manual: "$setWindowFields", "window"); what is malformed is refused with FailedToParse. */
export function parseWindowBounds(window: Value, sortBy: readonly SortField[] | undefined): WindowBounds {
  if (!isDocument(window)) throw new CommandError('FailedToParse', "'window' field must be an object");
  const [documents, range, unit] = ['documents', 'range', 'unit'].map((name) => window.get(name));
  const names = [...window.entries()].map(([name]) => name);
  if (documents !== undefined && range !== undefined) {
    throw new CommandError('FailedToParse', "Window bounds can specify either 'documents' or 'unit', not both.");
  }
  if (range === undefined && unit !== undefined) {
    throw new CommandError('FailedToParse', "Window bounds can only specify 'unit' with range-based bounds.");
  }
  if (documents === undefined && range === undefined) {
    if (names.length === 0) return WHOLE_PARTITION;
    throw new CommandError(
      'FailedToParse',
      "'window' field can only contain 'documents' as the only argument or 'range' with an optional 'unit' field",
    );
  }
  const stranger = names.find((name) => !['documents', 'range', 'unit'].includes(name));
  if (stranger !== undefined) {
    throw new CommandError(
      'FailedToParse',
      `'window' field that specifies ${documents === undefined ? 'range' : 'documents'} cannot have other fields`,
    );
  }
  return documents === undefined ? parseRange(range ?? null, unit, sortBy) : parseDocuments(documents, sortBy);
}

function parseDocuments(value: Value, sortBy: readonly SortField[] | undefined): WindowBounds {
  const [lower, upper] = parseEnds(value, (end) => {
    const number = toInteger(end);
    if (number === undefined)
      throw new CommandError('FailedToParse', 'Numeric document-based bounds must be an integer');
    return Number(number);
  });
  if ((lower !== 'unbounded' || upper !== 'unbounded') && sortBy === undefined)
    throw new CommandError(5_339_901, 'Document-based bounds require a sortBy');
  return { kind: 'documents', lower, upper };
}

function parseRange(value: Value, unit: Value | undefined, sortBy: readonly SortField[] | undefined): WindowBounds {
  if (unit !== undefined && typeof unit !== 'string')
    throw new CommandError('FailedToParse', "'unit' must be a string");
  const [lower, upper] = parseEnds(value, (end) => {
    if (unit !== undefined && toInteger(end) === undefined)
      throw new CommandError('FailedToParse', "With 'unit', range-based bounds must be an integer");
    if (!isNumber(end)) throw new CommandError('FailedToParse', 'Range-based bounds expression must be a number');
    return end;
  });
  const [field, second] = sortBy ?? [];
  if (field === undefined || second !== undefined)
    throw new CommandError(5_339_902, 'Range-based bounds require sortBy a single field');
  if (field.isDescending) throw new CommandError(8_947_401, 'Range-based bounds require an ascending sortBy');
  return unit === undefined
    ? { kind: 'range', lower, upper }
    : { kind: 'range', lower, upper, unit: parseTimeUnit(unit) };
}

function parseEnds(value: Value, parse: (end: Value) => Numeric): readonly [Bound, Bound] {
  if (!Array.isArray(value) || value.length !== 2) {
    throw new CommandError('FailedToParse', `Window bounds must be a 2-element array: ${formatValue(value)}`);
  }
  const parseEnd = (end: Value): Bound => {
    if (end === 'unbounded') return 'unbounded';
    if (end === 'current') return end;
    if (typeof end === 'string' && !end.startsWith('$')) {
      throw new CommandError('FailedToParse', "Window bounds must be 'unbounded', 'current', or a number.");
    }
    return parse(constantOf(end));
  };
  const [lower, upper] = [parseEnd(value[0] ?? null), parseEnd(value[1] ?? null)];
  if (lower !== 'unbounded' && upper !== 'unbounded' && compareValues(distanceOf(lower), distanceOf(upper)) > 0) {
    throw new CommandError(
      5_339_900,
      `Lower bound must not exceed upper bound: [${formatValue(lower)}, ${formatValue(upper)}]`,
    );
  }
  return [lower, upper];
}

function distanceOf(bound: Exclude<Bound, 'unbounded'>): Numeric {
  return bound === 'current' ? int(0) : bound;
}

function constantOf(value: Value): Value {
  const constant = constantValue(value);
  if (constant !== undefined) return constant;
  throw new CommandError('FailedToParse', 'Window bounds expression must be a constant.');
}

/** The documents of a window as positions in the partition; `to` is excluded, and an empty window ends at its start. */
export interface Frame {
  readonly from: number;
  readonly to: number;
}

/** The window of every document of a partition, in order. */
export function framesOf(bounds: WindowBounds, partition: Partition): readonly Frame[] {
  return bounds.kind === 'documents' ? documentFrames(bounds, partition) : rangeFrames(bounds, partition);
}

function documentFrames({ lower, upper }: WindowBounds, { documents }: Partition): readonly Frame[] {
  const { length } = documents;
  return documents.map((_document, index) => {
    const from = lower === 'unbounded' ? 0 : Math.max(0, index + toDouble(distanceOf(lower)));
    const to = upper === 'unbounded' ? length : Math.min(length, index + toDouble(distanceOf(upper)) + 1);
    return { from, to: Math.max(from, to) };
  });
}

function rangeFrames(bounds: WindowBounds, { sortValues }: Partition): readonly Frame[] {
  const values = sortValues.map((value) => checkRangeValue(value, bounds.unit));
  let from = 0;
  let to = 0;
  return values.map((value, index) => {
    const low = isNumber(bounds.lower) ? shift(value, bounds.lower, bounds.unit) : undefined;
    const high = isNumber(bounds.upper) ? shift(value, bounds.upper, bounds.unit) : undefined;
    if (bounds.lower === 'current') from = index;
    if (low !== undefined) while (from < values.length && compareValues(values[from], low) < 0) from += 1;
    if (high === undefined) to = bounds.upper === 'current' ? index + 1 : values.length;
    else while (to < values.length && compareValues(values[to], high) <= 0) to += 1;
    return { from, to: Math.max(from, to) };
  });
}

function checkRangeValue(value: Value | undefined, unit: TimeUnit | undefined): Numeric | DateTime {
  if (unit === undefined) {
    if (isDate(value)) {
      throw new CommandError(5_429_413, 'For windows that involve date or time ranges, a unit must be provided.');
    }
    if (isNumber(value)) return value;
    throw new CommandError(
      5_429_414,
      `Invalid range: Expected the sortBy field to be a number, but it was ${nameOf(value)}`,
    );
  }
  if (isDate(value)) return value;
  throw new CommandError(
    5_429_513,
    `Invalid range: Expected the sortBy field to be a Date, but it was ${nameOf(value)}`,
  );
}

function nameOf(value: Value | undefined): string {
  return value === undefined ? 'missing' : typeName(value);
}

/** Whether a value is a date. */
export function isDate(value: Value | undefined): value is DateTime {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === 'date';
}

function shift(value: Numeric | DateTime, by: Numeric, unit: TimeUnit | undefined): Value {
  if (isDate(value)) {
    const amount = toInteger(by) ?? 0n;
    return { kind: 'date', milliseconds: addUnits(value.milliseconds, unit ?? 'millisecond', amount) };
  }
  return addNumbers(value, by, 'double');
}

import { compareValues } from '../../bson/compare-values.ts';
import { Document } from '../../bson/document.ts';
import { formatValue } from '../../bson/format-value.ts';
import { isDocument, typeName, type Value } from '../../bson/value.ts';
import type { MemoryMeter } from '../../query/memory-meter.ts';
import { equalityKey } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import { isNullish } from '../expression.ts';
import type { Accumulator } from './accumulator.ts';

/** `$min` and `$max`: by MongoDB's order of all types; null and missing values do not count. */
export function extreme(isBetter: (order: number) => boolean): Accumulator {
  let best: Value | undefined;
  return {
    add: (value) => {
      if (isNullish(value)) return;
      if (best === undefined || isBetter(compareValues(value, best))) best = value;
    },
    result: () => best ?? null,
  };
}

/** `$first`: the first value, which may be missing. */
export function first(): Accumulator {
  let found: { readonly value: Value | undefined } | undefined;
  return {
    add: (value) => {
      found ??= { value };
    },
    result: () => (found === undefined ? null : found.value),
  };
}

/** `$last`: the last value, which may be missing. */
export function last(): Accumulator {
  let latest: Value | undefined = null;
  return {
    add: (value) => {
      latest = value;
    },
    result: () => latest,
  };
}

/** `$push`: all values but missing ones, in order. */
export function push(meter?: MemoryMeter): Accumulator {
  const items: Value[] = [];
  return {
    add: (value) => {
      if (value === undefined) return;
      meter?.keep(value);
      items.push(value);
    },
    result: () => [...items],
  };
}

/** `$addToSet`: each value once, missing ones left out. */
export function addToSet(meter?: MemoryMeter): Accumulator {
  const items = new Map<string, Value>();
  return {
    add: (value) => {
      if (value === undefined) return;
      const key = equalityKey(value);
      if (items.has(key)) return;
      meter?.keepBytes(key.length);
      meter?.keep(value);
      items.set(key, value);
    },
    result: () => [...items.values()],
  };
}

/** `$mergeObjects`: later fields replace earlier ones; anything but objects and null is refused with 40400. */
export function mergeObjects(): Accumulator {
  const fields = new Map<string, Value>();
  return {
    add: (value) => {
      if (isNullish(value)) return;
      if (!isDocument(value)) {
        throw new CommandError(
          40_400,
          `$mergeObjects requires object inputs, but input ${formatValue(value)} is of type ${typeName(value)}`,
        );
      }
      for (const [name, field] of value.entries()) fields.set(name, field);
    },
    result: () => new Document(new Map(fields)),
  };
}

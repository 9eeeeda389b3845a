import { addNumbers, divideNumbers, type Numeric } from '../bson/arithmetic.ts';
import { compareValues } from '../bson/compare-values.ts';
import { Document } from '../bson/document.ts';
import { int, isDocument, isNumber, type Value } from '../bson/value.ts';
import { equalityKey } from '../query/sort.ts';
import { CommandError } from '../server/command-error.ts';
import { isNullish } from './expression.ts';

/** Takes values one by one and says at the end what they come to. */
export interface Accumulator {
  add(value: Value | undefined): void;
  result(): Value | undefined;
}

function sum(): Accumulator {
  let total: Numeric = int(0);
  return {
    add: (value) => {
      if (isNumber(value)) total = addNumbers(total, value, 'double');
    },
    result: () => total,
  };
}

function average(): Accumulator {
  let total: Numeric = int(0);
  let count = 0;
  return {
    add: (value) => {
      if (!isNumber(value)) return;
      total = addNumbers(total, value, 'double');
      count += 1;
    },
    result: () => (count === 0 ? null : divideNumbers(total, count)),
  };
}

function extreme(isBetter: (order: number) => boolean): Accumulator {
  let best: Value | undefined;
  return {
    add: (value) => {
      if (isNullish(value)) return;
      if (best === undefined || isBetter(compareValues(value, best))) best = value;
    },
    result: () => best ?? null,
  };
}

function first(): Accumulator {
  let found: { readonly value: Value | undefined } | undefined;
  return {
    add: (value) => {
      found ??= { value };
    },
    result: () => found?.value ?? null,
  };
}

function last(): Accumulator {
  let latest: Value | undefined;
  return {
    add: (value) => {
      latest = value;
    },
    result: () => latest ?? null,
  };
}

function push(): Accumulator {
  const items: Value[] = [];
  return {
    add: (value) => {
      if (value !== undefined) items.push(value);
    },
    result: () => items,
  };
}

function addToSet(): Accumulator {
  const items = new Map<string, Value>();
  return {
    add: (value) => {
      if (value !== undefined && !items.has(equalityKey(value))) items.set(equalityKey(value), value);
    },
    result: () => [...items.values()],
  };
}

function mergeObjects(): Accumulator {
  const fields = new Map<string, Value>();
  return {
    add: (value) => {
      if (isNullish(value)) return;
      if (!isDocument(value)) throw new CommandError(40_400, '$mergeObjects requires object inputs');
      for (const [name, field] of value.entries()) fields.set(name, field);
    },
    result: () => new Document(fields),
  };
}

/** The accumulators of `$group` by name. */
export const ACCUMULATORS: ReadonlyMap<string, () => Accumulator> = new Map([
  ['$sum', sum],
  ['$avg', average],
  ['$min', () => extreme((order) => order < 0)],
  ['$max', () => extreme((order) => order > 0)],
  ['$first', first],
  ['$last', last],
  ['$push', push],
  ['$addToSet', addToSet],
  ['$mergeObjects', mergeObjects],
]);

/** What an accumulator makes of a list of values. */
export function accumulate(name: string, values: Iterable<Value | undefined>): Value | undefined {
  const accumulator = ACCUMULATORS.get(name)?.();
  if (accumulator === undefined) throw new CommandError(15_952, `unknown group operator '${name}'`);
  for (const value of values) accumulator.add(value);
  return accumulator.result();
}

import type { Collation } from './collation.ts';

/*
 * Whatever compares values on behalf of one command follows that command's collation: filters, sorts, groups,
 * accumulators and every comparing expression. The collation is therefore a property of the running command, like the
 * call stack, and not of each of those functions. Commands run to their end or to the next document without pause, so
 * one variable holds it. Keys of stored indexes never depend on it: they name their collation themselves.
 */
let active: Collation | undefined;

/** The collation of the running command; undefined for the binary order. */
export function activeCollation(): Collation | undefined {
  return active;
}

/** Runs synchronous work under a collation and returns what it returns. */
export function collating<T>(collation: Collation | undefined, work: () => T): T {
  const outer = active;
  active = collation;
  try {
    return work();
  } finally {
    active = outer;
  }
}

/** The same items, each of them made under a collation however late it is asked for. */
export function collatingEach<T>(collation: Collation | undefined, items: Iterable<T>): Iterable<T> {
  return collation === undefined ? items : eachUnder(collation, items);
}

function* eachUnder<T>(collation: Collation, items: Iterable<T>): Generator<T> {
  const iterator = collating(collation, () => items[Symbol.iterator]());
  try {
    for (;;) {
      const next = collating(collation, () => iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    collating(collation, () => iterator.return?.());
  }
}

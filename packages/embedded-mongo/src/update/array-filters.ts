import type { Document } from '../bson/document.ts';
import { formatValue } from '../bson/format-value.ts';
import { isDocument, type Value } from '../bson/value.ts';
import type { Filter } from '../query/filter.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { refuseBeyondQueries } from '../query/special-conditions.ts';
import { CommandError, inContext } from '../server/command-error.ts';

/** Parses `arrayFilters` into one filter per identifier. */
export function parseArrayFilters(value: Value | undefined): ReadonlyMap<string, Filter> {
  const filters = new Map<string, Filter>();
  if (value === undefined) return filters;
  if (!Array.isArray(value))
    throw new CommandError('TypeMismatch', "BSON field 'update.updates.arrayFilters' must be an array");
  for (const item of value) {
    if (!isDocument(item)) throw new CommandError('TypeMismatch', 'Each array filter must be an object');
    const filter = parsePart(item);
    const [name, ...others] = new Set(identifiers(filter));
    if (name === undefined)
      throw new CommandError(
        'FailedToParse',
        'Cannot use an expression without a top-level field name in arrayFilters',
      );
    if (others.length > 0) {
      throw new CommandError(
        'FailedToParse',
        `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${name}' and '${others[0] ?? ''}'`,
      );
    }
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
      throw new CommandError(
        'BadValue',
        `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${name}'`,
      );
    }
    if (filters.has(name))
      throw new CommandError(
        'FailedToParse',
        `Found multiple array filters with the same top-level field name ${name}`,
      );
    filters.set(name, filter);
  }
  return filters;
}

function parsePart(item: Document): Filter {
  return inContext('Error parsing array filter', () => {
    refuseBeyondQueries(item);
    return parseFilter(item);
  });
}

function identifiers(filter: Filter): readonly string[] {
  switch (filter.op) {
    case 'field':
      return filter.segments.slice(0, 1);
    case 'not':
      return identifiers(filter.filter);
    case 'and':
    case 'or':
    case 'nor':
      return filter.filters.flatMap(identifiers);
    case 'expression':
  }
  return [];
}

/** Refuses array filters no path of an update refers to. */
export function refuseUnusedFilters(filters: ReadonlyMap<string, Filter>, update: Document): void {
  if (filters.size === 0) return;
  const paths = [...update.entries()].flatMap(([, operand]) =>
    isDocument(operand) ? [...operand.entries()].map(([path]) => path) : [],
  );
  const used = new Set(paths.flatMap((path) => path.split('.')));
  for (const name of filters.keys()) {
    if (!used.has(`$[${name}]`)) {
      throw new CommandError(
        'FailedToParse',
        `The array filter for identifier '${name}' was not used in the update ${formatValue(update)}`,
      );
    }
  }
}

import type { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import type { Filter } from './filter.ts';

/** The conditions that do not belong everywhere, by the operator that makes them. */
export type SpecialCondition = '$expr' | '$jsonSchema' | '$text';

/** The first condition in a filter, and in those of its `$elemMatch`, that is one of these kinds. */
function findSpecial(filter: Filter, kinds: readonly SpecialCondition[]): SpecialCondition | undefined {
  switch (filter.op) {
    case 'expression':
      return kinds.find((kind) => kind === filter.special);
    case 'and':
    case 'or':
    case 'nor':
      return filter.filters.map((part) => findSpecial(part, kinds)).find((kind) => kind !== undefined);
    case 'not':
      return findSpecial(filter.filter, kinds);
    case 'field':
  }
  const { element } = filter.predicate;
  return element === undefined ? undefined : findSpecial(element, kinds);
}

const LISTS = new Set(['$and', '$or', '$nor']);

/** The conditions of a filter that is not parsed yet, with those of its lists. */
function* conditionsOf(filter: Document): Generator<readonly [string, Value]> {
  for (const [name, value] of filter.entries()) {
    yield [name, value];
    if (!LISTS.has(name) || !Array.isArray(value)) continue;
    for (const item of value) if (isDocument(item)) yield* conditionsOf(item);
  }
}

const WHOLE_DOCUMENT = new Set(['$expr', '$text', '$where']);

/** Refuses conditions on the whole document, before they are parsed, where only a part of it is tested. */
export function refuseInElement(filter: Document): void {
  for (const [name] of conditionsOf(filter)) {
    if (WHOLE_DOCUMENT.has(name)) {
      throw new CommandError('BadValue', `${name} can only be applied to the top-level document`);
    }
  }
}

const NOT_ALLOWED = new Set(['$expr', '$jsonSchema']);
const BAD_VALUES = new Set(['$text', '$where']);
const NEAR = new Set(['$geoNear', '$near', '$nearSphere']);

/** Refuses, before they are parsed, the conditions of queries only: not in array filters and not over partial indexes. */
export function refuseBeyondQueries(filter: Document): void {
  for (const [name, value] of conditionsOf(filter)) {
    if (NOT_ALLOWED.has(name)) {
      throw new CommandError('QueryFeatureNotAllowed', `${name} is not allowed in this context`);
    }
    if (BAD_VALUES.has(name)) throw new CommandError('BadValue', `${name} is not allowed in this context`);
    if (isDocument(value) && NEAR.has(value.firstName() ?? '')) {
      throw new CommandError('BadValue', '$geoNear, $near, and $nearSphere are not allowed in this context');
    }
  }
}

/** Refuses every special condition, as `$pull` and the projection `$elemMatch` do. */
export function refuseSpecial(filter: Filter): Filter {
  const found = findSpecial(filter, ['$text', '$expr', '$jsonSchema']);
  if (found === undefined) return filter;
  throw new CommandError(
    found === '$text' ? 'BadValue' : 'QueryFeatureNotAllowed',
    `${found} is not allowed in this context`,
  );
}

/** Refuses an `$expr` in the filter of an upsert, from which no document can be made. */
export function refuseExpressionInUpsert(filter: Filter): void {
  if (findSpecial(filter, ['$expr']) === undefined) return;
  throw new CommandError('QueryFeatureNotAllowed', '$expr is not allowed in the query predicate for an upsert');
}

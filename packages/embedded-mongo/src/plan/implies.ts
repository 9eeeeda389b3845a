import { isEqual } from '../bson/compare-values.ts';
import type { Value } from '../bson/value.ts';
import type { Filter, Predicate } from '../query/filter.ts';

/** Whether every document a query matches also matches a partial index's filter; in doubt it says no. */
export function isImpliedBy(partial: Filter, query: Filter): boolean {
  if (partial.op === 'and') return partial.filters.every((part) => isImpliedBy(part, query));
  if (partial.op !== 'field') return false;
  return conditionsOn(query, partial.path).some((predicate) => implies(predicate, partial.predicate));
}

function conditionsOn(query: Filter, path: string): readonly Predicate[] {
  if (query.op === 'and') return query.filters.flatMap((part) => conditionsOn(part, path));
  return query.op === 'field' && query.path === path ? [query.predicate] : [];
}

const VALUE_TESTS = new Set(['$eq', '$in', '$gt', '$gte', '$lt', '$lte', '$exists', '$type']);

function implies(known: Predicate, wanted: Predicate): boolean {
  if (known.name === wanted.name && isEqual(known.operand, wanted.operand)) return true;
  if (!VALUE_TESTS.has(wanted.name)) return false;
  switch (known.name) {
    case '$eq':
      return isPlain(known.operand) && wanted.test(known.operand);
    case '$in':
      return Array.isArray(known.operand) && known.operand.every((item) => isPlain(item) && wanted.test(item));
    case '$gt':
    case '$gte':
      return isPlain(known.operand) && ['$gt', '$gte', '$exists'].includes(wanted.name) && wanted.test(known.operand);
    case '$lt':
    case '$lte':
      return isPlain(known.operand) && ['$lt', '$lte', '$exists'].includes(wanted.name) && wanted.test(known.operand);
    default:
      return false;
  }
}

/** Values whose match says that the field is there and has this very value, in itself or as an element. */
function isPlain(value: Value): boolean {
  if (value === null || Array.isArray(value)) return false;
  return typeof value !== 'object' || !['undefined', 'minKey', 'maxKey', 'regex'].includes(value.kind);
}

import { encodeKey } from '../bson/encode-key.ts';
import type { Value } from '../bson/value.ts';
import type { Filter, Predicate } from '../query/filter.ts';
import { mayHoldText } from './bounds.ts';

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
  const isComparing = wanted.name !== '$exists' && wanted.name !== '$type';
  // What one collation says of texts tells nothing about another one.
  if (isComparing && known.collation !== wanted.collation && mayHoldText(wanted.operand)) return false;
  if (known.name === wanted.name && isSameOperand(known, wanted)) return true;
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

function isSameOperand(known: Predicate, wanted: Predicate): boolean {
  return encodeKey(known.operand).equals(encodeKey(wanted.operand));
}

/** Values whose match says that the field is there and has this very value, in itself or as an element. */
function isPlain(value: Value): boolean {
  if (value === null || Array.isArray(value)) return false;
  return typeof value !== 'object' || !['undefined', 'minKey', 'maxKey', 'regex'].includes(value.kind);
}

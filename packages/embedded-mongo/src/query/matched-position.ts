import type { Document } from '../bson/document.ts';
import { isDocument, isRegex, type Value } from '../bson/value.ts';
import { arrayPosition, type Filter, type Predicate } from './filter.ts';

type FieldFilter = Extract<Filter, { op: 'field' }>;

/**
 * The position of the array element that made a document match, for the positional operator: that of the last
 * condition which went through an array, whatever its path. Conditions below `$or`, `$nor` and `$not` tell no position,
 * but a `$or` of equalities on one path is a `$in`.
 */
export function matchedPosition(filter: Filter, document: Document): number | undefined {
  switch (filter.op) {
    case 'and':
      return conjuncts(filter)
        .toSorted(byOrderOfMatching)
        .map((part) => matchedPosition(part, document))
        .findLast((position) => position !== undefined);
    case 'or': {
      const only = asOneCondition(disjuncts(filter));
      return only === undefined ? undefined : matchedPosition(only, document);
    }
    case 'field':
      return hitBelow(document, filter.segments, filter.predicate)?.position;
    case 'nor':
    case 'not':
    case 'expression':
  }
  return undefined;
}

function conjuncts(filter: Filter): readonly Filter[] {
  return filter.op === 'and' ? filter.filters.flatMap(conjuncts) : [filter];
}

function disjuncts(filter: Filter): readonly Filter[] {
  return filter.op === 'or' ? filter.filters.flatMap(disjuncts) : [filter];
}

/** MongoDB tests the conditions of a conjunction in this order, those of one kind by their paths. */
const ORDER = [
  'or',
  '$elemMatch',
  '$size',
  '$eq',
  '$lte',
  '$lt',
  '$gt',
  '$gte',
  '$regex',
  '$mod',
  '$exists',
  '$in',
  '$bitsAllSet',
  '$bitsAllClear',
  '$bitsAnySet',
  '$bitsAnyClear',
  'not',
  'nor',
  '$type',
];

function byOrderOfMatching(left: Filter, right: Filter): number {
  const byKind = ORDER.indexOf(kindOf(left)) - ORDER.indexOf(kindOf(right));
  if (byKind !== 0 || left.op !== 'field' || right.op !== 'field') return byKind;
  return Number(left.path > right.path) - Number(left.path < right.path);
}

function kindOf(filter: Filter): string {
  if (filter.op === 'or') {
    const only = asOneCondition(disjuncts(filter));
    return only === undefined ? 'or' : kindOf(only);
  }
  if (filter.op !== 'field') return filter.op;
  const { name, operand } = filter.predicate;
  const [only, ...others] = name === '$in' && Array.isArray(operand) ? operand : [];
  if (only === undefined || others.length > 0) return name;
  return isRegex(only) ? '$regex' : '$eq';
}

function asOneCondition(parts: readonly Filter[]): Filter | undefined {
  const [first, ...others] = parts;
  if (first === undefined || others.length === 0) return first;
  const fields = parts.filter((part): part is FieldFilter => part.op === 'field' && isEquality(part.predicate));
  const [{ path, segments } = { path: '', segments: [] }] = fields;
  if (fields.length < parts.length || fields.some((field) => field.path !== path)) return undefined;
  const operand = fields.map(({ predicate }) => predicate.operand);
  const test = (value: Value | undefined): boolean => fields.some(({ predicate }) => predicate.test(value));
  return { op: 'field', path, segments, predicate: { name: '$in', operand, expandsArrays: true, test } };
}

function isEquality({ name }: Predicate): boolean {
  return name === '$eq' || name === '$regex';
}

/** Whether a condition holds at or below a value, and which element of the outermost array on the way made it hold. */
type Hit = { readonly position: number | undefined } | undefined;

const WITHOUT_POSITION: Hit = { position: undefined };

function hitBelow(value: Value | undefined, segments: readonly string[], predicate: Predicate): Hit {
  const [segment, ...rest] = segments;
  if (segment === undefined) return hitAtEnd(value, predicate);
  if (isDocument(value)) return hitBelow(value.get(segment), rest, predicate);
  if (!Array.isArray(value)) return predicate.test(undefined) ? WITHOUT_POSITION : undefined;
  for (const [position, item] of value.entries()) {
    if (isDocument(item) && hitBelow(item, segments, predicate) !== undefined) return { position };
    const hit = position === arrayPosition(segment) ? hitAtPosition(item, rest, predicate) : undefined;
    if (hit !== undefined) return hit;
  }
  return undefined;
}

/** An element that the path itself names is not the one a positional operator means. */
function hitAtPosition(item: Value, rest: readonly string[], predicate: Predicate): Hit {
  if (rest.length === 0) return predicate.test(item) ? WITHOUT_POSITION : undefined;
  return isDocument(item) || Array.isArray(item) ? hitBelow(item, rest, predicate) : undefined;
}

function hitAtEnd(value: Value | undefined, predicate: Predicate): Hit {
  if (Array.isArray(value) && (predicate.expandsArrays || predicate.name === '$elemMatch')) {
    const isElement = predicate.name === '$elemMatch';
    const position = value.findIndex((item) => predicate.test(isElement ? [item] : item));
    if (position !== -1) return { position };
  }
  return predicate.test(value) ? WITHOUT_POSITION : undefined;
}

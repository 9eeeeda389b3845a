import { isDocument, isRegex, type Value } from '../bson/value.ts';
import type { Document } from '../bson/document.ts';
import type { Filter, Predicate } from '../query/filter.ts';
import { equalTo, memberOf } from '../query/predicates.ts';

/**
 * The filter of a join: the field equals one of the values. Unlike in `$in`, a regular expression stands for itself
 * here, and so does a document with operators.
 */
export function equalsOneOf(path: string, values: readonly Value[]): Filter {
  const segments = path.split('.');
  const condition = (predicate: Predicate): Filter => ({ op: 'field', path, segments, predicate });
  const plain = values.filter((value) => !isSpecial(value));
  const special = values.filter(isSpecial).map((value) => condition(equalTo(value)));
  const members = condition(memberOf(plain, '$lookup'));
  return special.length === 0 ? members : { op: 'or', filters: [members, ...special] };
}

function isSpecial(value: Value): boolean {
  return isRegex(value) || (isDocument(value) && value.firstName()?.startsWith('$') === true);
}

/**
 * Every value a path leads to, through arrays of documents, and of an array its elements. A number after an array is a
 * position in it, never a field of its documents.
 */
export function* valuesAtPath(document: Document, segments: readonly string[]): Generator<Value> {
  yield* valuesBelow(document, segments, 0);
}

const POSITION = /^(?:0|[1-9]\d*)$/;

function* valuesBelow(value: Value | undefined, segments: readonly string[], at: number): Generator<Value> {
  const segment = segments[at];
  if (segment === undefined) {
    if (Array.isArray(value)) yield* value;
    else if (value !== undefined) yield value;
    return;
  }
  if (isDocument(value)) yield* valuesBelow(value.get(segment), segments, at + 1);
  else if (Array.isArray(value) && POSITION.test(segment)) yield* valuesBelow(value[Number(segment)], segments, at + 1);
  else if (Array.isArray(value)) {
    for (const item of value) if (isDocument(item)) yield* valuesBelow(item, segments, at);
  }
}

import type { Collation } from '../bson/collation.ts';
import type { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import type { TextSearch } from '../text/text-search.ts';

/** A test of one value at the end of a path. */
export interface Predicate {
  /** The operator, such as `$gt`, for the planner. */
  readonly name: string;
  readonly operand: Value;
  readonly test: (value: Value | undefined) => boolean;
  /** Whether a value that is an array also passes when one of its elements does. */
  readonly expandsArrays: boolean;
  /** What texts were compared by; the planner may use an index only if it agrees. */
  readonly collation?: Collation | undefined;
  /** For `$elemMatch` with field conditions: what one element must match. */
  readonly element?: Filter;
}

/** A parsed query filter. */
export type Filter =
  | { readonly op: 'and' | 'or' | 'nor'; readonly filters: readonly Filter[] }
  | { readonly op: 'not'; readonly filter: Filter }
  | {
      readonly op: 'field';
      readonly path: string;
      readonly segments: readonly string[];
      readonly predicate: Predicate;
    }
  | {
      readonly op: 'expression';
      readonly test: (document: Document) => boolean;
      /** Set when the condition is a `$text`. */
      readonly text?: TextSearch;
    };

/** Whether a value, usually a whole document, satisfies a filter. */
export function matches(filter: Filter, root: Value): boolean {
  switch (filter.op) {
    case 'and':
      return filter.filters.every((part) => matches(part, root));
    case 'or':
      return filter.filters.some((part) => matches(part, root));
    case 'nor':
      return !filter.filters.some((part) => matches(part, root));
    case 'not':
      return !matches(filter.filter, root);
    case 'field':
      return someAt(root, filter.segments, 0, (value) => passes(filter.predicate, value, filter.segments.length > 0));
    case 'expression':
  }
  return isDocument(root) && filter.test(root);
}

function passes(predicate: Predicate, value: Value | undefined, mayExpand: boolean): boolean {
  if (predicate.test(value)) return true;
  return mayExpand && predicate.expandsArrays && Array.isArray(value) && value.some((item) => predicate.test(item));
}

/** Whether a test holds for any value a dotted path reaches, through arrays of documents and array positions alike. */
export function someAt(
  value: Value | undefined,
  segments: readonly string[],
  at: number,
  test: (value: Value | undefined) => boolean,
): boolean {
  const segment = segments[at];
  if (segment === undefined) return test(value);
  if (isDocument(value)) return someAt(value.get(segment), segments, at + 1, test);
  if (!Array.isArray(value)) return test(undefined);
  const position = arrayPosition(segment);
  if (position !== undefined && position < value.length && someAt(value[position], segments, at + 1, test)) return true;
  return value.some((item) => isDocument(item) && someAt(item, segments, at, test));
}

/** The array position a path segment names, or undefined when it is not a number without leading zeros. */
export function arrayPosition(segment: string): number | undefined {
  return /^(?:0|[1-9]\d{0,8})$/.test(segment) ? Number(segment) : undefined;
}

/**
 * The position of the array element that made a document match, for the positional operator: that of the first
 * condition on a path below `arrayPath` which went through the array there.
 */
export function matchedPosition(filter: Filter, document: Document, arrayPath: readonly string[]): number | undefined {
  switch (filter.op) {
    case 'and':
      return firstDefined(filter.filters, (part) => matchedPosition(part, document, arrayPath));
    case 'or':
      return firstDefined(filter.filters, (part) =>
        matches(part, document) ? matchedPosition(part, document, arrayPath) : undefined,
      );
    case 'field':
      return positionInArray(filter, document, arrayPath);
    case 'nor':
    case 'not':
    case 'expression':
  }
  return undefined;
}

function firstDefined<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function positionInArray(
  filter: Extract<Filter, { op: 'field' }>,
  document: Document,
  arrayPath: readonly string[],
): number | undefined {
  const { segments, predicate } = filter;
  if (!arrayPath.every((segment, index) => segments[index] === segment)) return undefined;
  let array: Value | undefined = document;
  for (const segment of arrayPath) array = isDocument(array) ? array.get(segment) : undefined;
  if (!Array.isArray(array)) return undefined;
  const rest = segments.slice(arrayPath.length);
  const element = predicate.element;
  const isHit = (item: Value): boolean => {
    if (rest.length === 0 && element !== undefined) return matches(element, item);
    if (rest.length === 0) return predicate.name === '$elemMatch' ? predicate.test([item]) : predicate.test(item);
    return isDocument(item) && someAt(item, rest, 0, (value) => passes(predicate, value, true));
  };
  const found = array.findIndex(isHit);
  return found === -1 ? undefined : found;
}

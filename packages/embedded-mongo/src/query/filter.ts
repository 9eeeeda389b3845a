import type { Collation } from '../bson/collation.ts';
import type { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import type { TextSearch } from '../text/text-search.ts';
import type { SpecialCondition } from './special-conditions.ts';

/** A test of one value at the end of a path. */
export interface Predicate {
  /** The operator, such as `$gt`, for the planner. */
  readonly name: string;
  readonly operand: Value;
  readonly test: (value: Value | undefined) => boolean;
  /** Whether a value that is an array also passes when one of its elements does. */
  readonly expandsArrays: boolean;
  /** The UTF-8 bytes of the one text that passes, when texts need not be read to be compared with it. */
  readonly text?: Buffer | undefined;
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
      /** Set when the operator that makes the condition does not belong everywhere. */
      readonly special?: SpecialCondition;
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
      return matchesField(filter, root);
    case 'expression':
  }
  return isDocument(root) && filter.test(root);
}

function matchesField({ segments, predicate }: Extract<Filter, { readonly op: 'field' }>, root: Value): boolean {
  const [name] = segments;
  if (name !== undefined && segments.length === 1 && isDocument(root)) {
    const isText = predicate.text === undefined ? undefined : root.isText(name, predicate.text);
    return isText ?? passes(predicate, root.get(name), true);
  }
  return someAt(root, segments, 0, (value, isPositioned) =>
    passes(predicate, value, segments.length > 0 && !isPositioned),
  );
}

function passes(predicate: Predicate, value: Value | undefined, mayExpand: boolean): boolean {
  if (predicate.test(value)) return true;
  return mayExpand && predicate.expandsArrays && Array.isArray(value) && value.some((item) => predicate.test(item));
}

/**
 * Whether a test holds for any value a dotted path reaches, through arrays of documents and array positions alike. The
 * test learns whether the value was reached by its position: then it is one value, even if it is an array.
 */
export function someAt(
  value: Value | undefined,
  segments: readonly string[],
  at: number,
  test: (value: Value | undefined, isPositioned: boolean) => boolean,
): boolean {
  const segment = segments[at];
  if (segment === undefined) return test(value, false);
  if (isDocument(value)) return someAt(value.get(segment), segments, at + 1, test);
  if (!Array.isArray(value)) return test(undefined, false);
  if (value.some((item) => isDocument(item) && someAt(item, segments, at, test))) return true;
  const position = arrayPosition(segment);
  const item = position === undefined ? undefined : value[position];
  if (item === undefined) return false;
  if (at + 1 === segments.length) return test(item, true);
  // What is neither a document nor an array has nothing below it, not even a missing field.
  return (isDocument(item) || Array.isArray(item)) && someAt(item, segments, at + 1, test);
}

/** The array position a path segment names, or undefined when it is not a number without leading zeros. */
export function arrayPosition(segment: string): number | undefined {
  return /^(?:0|[1-9]\d{0,8})$/.test(segment) ? Number(segment) : undefined;
}

import type { Document } from '../bson/document.ts';
import { formatDocument } from '../bson/format-value.ts';
import { isDocument } from '../bson/value.ts';
import type { Filter } from '../query/filter.ts';
import { CommandError } from '../server/command-error.ts';
import type { IndexSpec } from './entries.ts';

/** MongoDB's `internalPartialFilterExpressionMaxDepth`. */
const MAX_DEPTH = 4;

const ALLOWED = new Set(['$eq', '$gt', '$gte', '$lt', '$lte', '$in', '$exists', '$type']);

/**
 * Refuses a partial index over conditions MongoDB allows none over, such as `$ne` or `$exists: false` (manual: "Partial
 * Indexes"). Only new indexes are checked, so that one made before stays usable.
 */
export function checkPartialFilter({ partialFilter, document }: IndexSpec): void {
  if (partialFilter === undefined) return;
  const shown = document.get('partialFilterExpression');
  if (isDocument(shown) && depthOf(shown) > MAX_DEPTH) {
    throw new CommandError('CannotCreateIndex', `partialFilterExpression depth may not exceed ${String(MAX_DEPTH)}`);
  }
  if (isAllowed(partialFilter)) return;
  throw new CommandError(
    'CannotCreateIndex',
    `Expression not supported in partial index: ${isDocument(shown) ? formatDocument(shown) : ''}`,
  );
}

/** How deep a filter nests as it is written: one that says several things is a conjunction of them. */
function depthOf(filter: Document): number {
  const parts = [...filter.entries()].flatMap(([name, value]): readonly number[] => {
    if (Array.isArray(value) && (name === '$and' || name === '$or')) {
      return [1 + Math.max(0, ...value.map((part) => (isDocument(part) ? depthOf(part) : 1)))];
    }
    const isOperators = isDocument(value) && value.firstName()?.startsWith('$') === true;
    return isOperators ? [...value.entries()].map(() => 1) : [1];
  });
  return Math.max(0, ...parts) + (parts.length === 1 ? 0 : 1);
}

function isAllowed(filter: Filter): boolean {
  if (filter.op === 'field') return ALLOWED.has(filter.predicate.name);
  if (filter.op === 'and' || filter.op === 'or') return filter.filters.every(isAllowed);
  return false;
}

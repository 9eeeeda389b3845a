import { formatDocument } from '../bson/format-value.ts';
import { isDocument } from '../bson/value.ts';
import type { Filter } from '../query/filter.ts';
import { CommandError } from '../server/command-error.ts';
import type { IndexSpec } from './entries.ts';

const ALLOWED = new Set(['$eq', '$gt', '$gte', '$lt', '$lte', '$in', '$exists', '$type']);

/**
 * Refuses a partial index over conditions MongoDB allows none over, such as `$ne` or `$exists: false` (manual: "Partial
 * Indexes"). Only new indexes are checked, so that one made before stays usable.
 */
export function checkPartialFilter({ partialFilter, document }: IndexSpec): void {
  if (partialFilter === undefined || isAllowed(partialFilter)) return;
  const shown = document.get('partialFilterExpression');
  throw new CommandError(
    'CannotCreateIndex',
    `Expression not supported in partial index: ${isDocument(shown) ? formatDocument(shown) : ''}`,
  );
}

function isAllowed(filter: Filter): boolean {
  if (filter.op === 'field') return ALLOWED.has(filter.predicate.name);
  if (filter.op === 'and' || filter.op === 'or') return filter.filters.every(isAllowed);
  return false;
}

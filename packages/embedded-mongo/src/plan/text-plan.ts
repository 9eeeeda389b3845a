import { encodeKey } from '../bson/encode-key.ts';
import type { CollectionEntry } from '../catalogue/entries.ts';
import type { Filter } from '../query/filter.ts';
import { CommandError } from '../server/command-error.ts';
import type { TextSearch } from '../text/text-search.ts';
import { mergeSpans } from './bounds.ts';
import type { Plan } from './choose-plan.ts';
import { isImpliedBy } from './implies.ts';

/** The `$text` condition of a filter, which every match must meet; below `$or` it is refused, as only an index finds it. */
export function textSearchOf(filter: Filter): TextSearch | undefined {
  const found = searchesIn(filter);
  if (found.length > 1) throw new CommandError('BadValue', 'Too many text expressions');
  return found[0];
}

function searchesIn(filter: Filter): readonly TextSearch[] {
  switch (filter.op) {
    case 'expression':
      return filter.text === undefined ? [] : [filter.text];
    case 'and':
      return filter.filters.flatMap(searchesIn);
    case 'or':
      if (filter.filters.some((part) => searchesIn(part).length > 0)) {
        throw new CommandError(
          'NoQueryExecutionPlans',
          'Failed to produce a solution for TEXT under OR - other non-TEXT clauses under OR have to be indexed as well.',
        );
      }
      return [];
    case 'nor':
    case 'not':
    case 'field':
  }
  return [];
}

/** The plan of a text search: the records the text index has under one of its terms. */
export function planText(collection: CollectionEntry, search: TextSearch, filter: Filter, isSorting: boolean): Plan {
  const index = collection.indexes.find((entry) => entry.text !== undefined && !entry.isHidden);
  if (index?.text === undefined) throw new CommandError('IndexNotFound', 'text index required for $text query');
  if (index.partialFilter !== undefined && !isImpliedBy(index.partialFilter, filter)) {
    throw new CommandError(
      'NoQueryExecutionPlans',
      'the text index is partial and does not hold all the query may match',
    );
  }
  search.bind(index.text);
  const keys = search.terms().map((term) => encodeKey(term));
  return {
    index,
    ranges: mergeSpans(keys.map((key) => ({ low: key, high: key }))),
    isReverse: false,
    isSorted: !isSorting,
    met: new Set(),
  };
}

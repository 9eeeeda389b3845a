import type { Filter } from '../query/filter.ts';

/** Whether a filter has a `$text` anywhere in it. */
export function holdsText(filter: Filter): boolean {
  switch (filter.op) {
    case 'expression':
      return filter.text !== undefined;
    case 'and':
    case 'or':
    case 'nor':
      return filter.filters.some(holdsText);
    case 'not':
      return holdsText(filter.filter);
    case 'field':
  }
  return false;
}

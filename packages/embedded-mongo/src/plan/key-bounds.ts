import { activeCollation } from '../bson/active-collation.ts';
import { encodeKey } from '../bson/encode-key.ts';
import type { Document } from '../bson/document.ts';
import type { IndexEntry } from '../catalogue/entries.ts';
import { CommandError } from '../server/command-error.ts';
import { mayHoldText, type Span } from './bounds.ts';

/** The index keys `min` (inclusive) and `max` (exclusive) of a find command ask for. */
export interface KeyBounds {
  readonly min: Document | undefined;
  readonly max: Document | undefined;
}

/**
 * The span of an index between two keys in its own order. Both must name the index's fields in its order, or 51174 is
 * raised; 51175 when min does not come before max (manual: "cursor.min()", "cursor.max()").
 */
export function spanBetween(index: IndexEntry, { min, max }: KeyBounds): Span {
  const low = min === undefined ? Buffer.alloc(0) : keyOf(index, min);
  if (max === undefined) return { low, high: Buffer.alloc(0) };
  const high = keyOf(index, max);
  if (min !== undefined && Buffer.compare(low, high) >= 0) {
    throw new CommandError(
      51_175,
      'The value provided for min() does not come before the value provided for max() in the hint index',
    );
  }
  return { low, high, isOpen: true };
}

function keyOf(index: IndexEntry, bound: Document): Buffer {
  const values = [...bound.entries()];
  const isFitting =
    values.length === index.fields.length &&
    index.fields.every((field, at) => {
      const [path, value] = values[at] ?? [];
      // Texts have another order under another collation than the index's.
      const isComparable = field.collation === activeCollation() || value === undefined || !mayHoldText(value);
      return field.path === path && isComparable;
    });
  if (!isFitting) throw new CommandError(51_174, 'The index chosen is not compatible with min/max');
  return Buffer.concat(
    values.map(([, value], at) => {
      const field = index.fields[at];
      const key = encodeKey(value, field?.collation);
      return field?.isDescending === true ? key.map((byte) => ~byte) : key;
    }),
  );
}

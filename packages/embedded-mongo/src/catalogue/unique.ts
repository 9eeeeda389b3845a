import { Document } from '../bson/document.ts';
import { formatBriefly, formatDocument } from '../bson/format-value.ts';
import type { Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { integerOf, statementOn } from '../store/connection.ts';
import type { View } from './catalogue-state.ts';
import { indexTable, refusesSame, type CollectionEntry, type IndexEntry } from './entries.ts';
import type { IndexKey } from './index-keys.ts';

const HELD_BY_ANOTHER = statementOn(
  (index: IndexEntry) => `SELECT rid FROM ${indexTable(index)} WHERE k = ? AND rid <> ? LIMIT 1`,
);

/** Refuses keys of a unique index that another record than `rid` already holds, with MongoDB's E11000 shape. */
export function checkUnique(
  view: View,
  collection: CollectionEntry,
  index: IndexEntry,
  keys: readonly IndexKey[],
  rid: number | undefined,
): void {
  if (!refusesSame(index)) return;
  for (const key of keys) {
    const row = view.connection.get(HELD_BY_ANOTHER(index), key.bytes, rid ?? -1);
    if (row !== undefined && integerOf(row[0]) !== rid) throw duplicateKey(collection, index, key.values);
  }
}

/** MongoDB's error for values an index already holds, one for each of its fields. */
export function duplicateKey(
  collection: CollectionEntry,
  index: IndexEntry,
  held: readonly (Value | undefined)[],
): CommandError {
  const pattern = index.document.get('key') ?? null;
  const values = index.fields.map((field, position): [string, Value] => [field.path, held[position] ?? null]);
  const shown = values.map(([path, value]) => `${path}: ${formatBriefly(value)}`).join(', ');
  const order = index.fields[0]?.collation;
  const collation = order === undefined ? '' : ` collation: ${formatDocument(order.document)}`;
  return new CommandError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${collection.namespace} index: ${index.name}${collation} dup key: { ${shown} }`,
    {
      fields: [
        ['keyPattern', pattern],
        ['keyValue', new Document(new Map(values))],
      ],
    },
  );
}

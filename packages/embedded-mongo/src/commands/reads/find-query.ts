import type { Variables } from '../../aggregation/expression.ts';
import { Document } from '../../bson/document.ts';
import type { Value } from '../../bson/value.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import type { CollectionEntry } from '../../catalogue/entries.ts';
import { indexKeysOf } from '../../catalogue/index-keys.ts';
import { isNaturalReverse, readHint, type Hint } from '../../plan/hint.ts';
import { planQuery } from '../../plan/plan-query.ts';
import { successor } from '../../plan/scan.ts';
import type { RecordQuery } from '../../query/find-records.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import { parseSort } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import type { StoredRecord } from '../../store/records.ts';
import type { Arguments } from '../arguments.ts';

/** What a `find` command asks for, apart from the shape of its documents. */
export function readFindQuery(view: View, namespace: string, values: Arguments, variables: Variables): RecordQuery {
  const sort = values.optionalDocument('sort');
  const limit = values.count('limit') ?? 0;
  const bounds = { min: boundOf(values, 'min'), max: boundOf(values, 'max') };
  refuseDifferentFields(bounds.min, bounds.max);
  return {
    filter: parseFilter(values.optionalDocument('filter') ?? EMPTY_FILTER, variables),
    sort: parseSort(sort?.has('$natural') === true ? undefined : sort),
    skip: values.count('skip') ?? 0,
    limit: limit === 0 ? undefined : limit,
    hint: naturalSort(sort, readHint(view, namespace, values.value('hint'))),
    bounds,
  };
}

const EMPTY_FILTER = new Document(new Map());

function refuseDifferentFields(min: Document | undefined, max: Document | undefined): void {
  if (min === undefined || max === undefined) return;
  const [least, most] = [min, max].map((bound) => [...bound.entries()].map(([path]) => path));
  if (least?.join('\0') === most?.join('\0')) return;
  throw new CommandError(51_176, 'min and max must have the same field names');
}

function boundOf(values: Arguments, name: 'min' | 'max'): Document | undefined {
  const bound = values.optionalDocument(name);
  return bound?.firstName() === undefined ? undefined : bound;
}

/** A sort by `$natural` is a hint at the collection in one direction; it allows neither other fields nor an index. */
function naturalSort(sort: Document | undefined, hint: Hint | undefined): Hint | undefined {
  if (sort === undefined || !sort.has('$natural')) return hint;
  const isReverse = isNaturalReverse(sort, 'sort');
  if (hint !== undefined && (hint.kind === 'index' || hint.isReverse !== isReverse)) {
    throw new CommandError('BadValue', 'Cannot use a $natural sort with another hint');
  }
  return { kind: 'natural', isReverse };
}

/** What `returnKey` answers with: for each record the key of the index that found it, or nothing without an index. */
export function* indexKeysFound(
  view: View,
  collection: CollectionEntry,
  query: RecordQuery,
  records: Iterable<StoredRecord>,
): Generator<Document> {
  const { plans } = planQuery(view, collection, query);
  const [plan] = plans;
  for (const { document } of records) {
    const fields = new Map<string, Value>();
    if (plan?.index !== undefined && plans.length === 1) {
      const { keys } = indexKeysOf(plan.index, document);
      const isFound = (bytes: Buffer): boolean =>
        plan.ranges.some(
          ({ low, high, isOpen }) =>
            Buffer.compare(bytes, low) >= 0 && Buffer.compare(bytes, isOpen === true ? high : successor(high)) < 0,
        );
      const found = keys.find(({ bytes }) => isFound(bytes));
      for (const [at, field] of plan.index.fields.entries()) fields.set(field.path, found?.values[at] ?? null);
    }
    yield new Document(fields);
  }
}

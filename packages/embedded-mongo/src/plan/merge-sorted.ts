import { sortKeyOf, type SortField } from '../query/sort.ts';
import type { StoredRecord } from '../store/records.ts';

interface Source {
  readonly records: Iterator<StoredRecord>;
  record: StoredRecord;
  key: Buffer;
}

/** Merges sequences that are each in the order of a sort into one that is. */
export function* mergeSorted(
  sequences: readonly Iterable<StoredRecord>[],
  sort: readonly SortField[],
): Generator<StoredRecord> {
  const sources: Source[] = [];
  for (const sequence of sequences) {
    const records = sequence[Symbol.iterator]();
    const first = records.next();
    if (first.done === true) continue;
    sources.push({ records, record: first.value, key: sortKeyOf(sort, first.value.document) });
  }
  for (;;) {
    const [first, ...others] = sources;
    if (first === undefined) return;
    const least = others.reduce((best, other) => (Buffer.compare(other.key, best.key) < 0 ? other : best), first);
    yield least.record;
    const next = least.records.next();
    if (next.done === true) {
      sources.splice(sources.indexOf(least), 1);
    } else {
      least.record = next.value;
      least.key = sortKeyOf(sort, next.value.document);
    }
  }
}

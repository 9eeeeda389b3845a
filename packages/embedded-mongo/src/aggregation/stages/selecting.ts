import { buildDocument } from '../../bson/build-document.ts';
import { toInteger } from '../../bson/arithmetic.ts';
import type { Document } from '../../bson/document.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import { matches } from '../../query/filter.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import { parseSort, sortItems, type SortField } from '../../query/sort.ts';
import { countOf, take } from '../../query/take.ts';
import { CommandError } from '../../server/command-error.ts';
import type { StageParser } from '../stage.ts';

const match: StageParser = (specification) => {
  if (!isDocument(specification)) throw new CommandError(15_959, 'the match filter must be an expression in an object');
  parseFilter(specification);
  return {
    match: specification,
    *run(input, { variables }) {
      const filter = parseFilter(specification, variables);
      for (const document of input) if (matches(filter, document)) yield document;
    },
  };
};

const sort: StageParser = (specification) => {
  if (!isDocument(specification)) throw new CommandError(15_973, 'the $sort key specification must be an object');
  const fields = parseSort(specification);
  if (fields.length === 0) throw new CommandError(15_976, '$sort stage must have at least one sort key');
  return {
    sort: fields,
    run: (input) => sortDocuments(input, fields),
  };
};

/** Sorted documents; with a limit only that many are kept in memory. */
export function* sortDocuments(
  input: Iterable<Document>,
  fields: readonly SortField[],
  limit?: number,
): Generator<Document> {
  yield* sortItems(input, fields, (document) => document, limit);
}

function wholeNumber(name: string, specification: Value, minimum: bigint): number {
  const number = toInteger(specification);
  if (number === undefined) throw new CommandError(2_107_201, `invalid argument to ${name} stage: Expected a number`);
  if (number < minimum)
    throw new CommandError(
      name === '$limit' ? 15_958 : 15_956,
      `invalid argument to ${name} stage: must be at least ${String(minimum)}`,
    );
  return Number(number);
}

const limit: StageParser = (specification) => {
  const count = wholeNumber('$limit', specification, 1n);
  return { limit: count, run: (input) => take(input, count) };
};

const skip: StageParser = (specification) => {
  const count = wholeNumber('$skip', specification, 0n);
  return {
    *run(input) {
      let passed = 0;
      for (const document of input) {
        passed += 1;
        if (passed > count) yield document;
      }
    },
  };
};

const count: StageParser = (specification) => {
  if (
    typeof specification !== 'string' ||
    specification === '' ||
    specification.startsWith('$') ||
    specification.includes('.')
  ) {
    throw new CommandError(40_156, 'the count field must be a non-empty string without $ and .');
  }
  return {
    *run(input) {
      const total = countOf(input);
      if (total > 0) yield buildDocument({ [specification]: total });
    },
  };
};

const sample: StageParser = (specification) => {
  const size = isDocument(specification) ? specification.get('size') : undefined;
  const wanted = wholeNumber('$sample', size ?? null, 1n);
  return {
    *run(input) {
      const kept: Document[] = [];
      let seen = 0;
      for (const document of input) {
        seen += 1;
        const slot = Math.floor(Math.random() * seen);
        if (kept.length < wanted) kept.push(document);
        else if (slot < wanted) kept[slot] = document;
      }
      yield* kept;
    },
  };
};

/** The stages that choose and order documents without changing them, and those that count. */
export const SELECTING_STAGES: readonly [string, StageParser][] = [
  ['$match', match],
  ['$sort', sort],
  ['$limit', limit],
  ['$skip', skip],
  ['$count', count],
  ['$sample', sample],
];

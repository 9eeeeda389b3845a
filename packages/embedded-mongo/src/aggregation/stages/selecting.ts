import { buildDocument } from '../../bson/build-document.ts';
import { toInteger } from '../../bson/arithmetic.ts';
import type { Document } from '../../bson/document.ts';
import { formatValue } from '../../bson/format-value.ts';
import { isDocument, isNumber, type Value } from '../../bson/value.ts';
import { matches } from '../../query/filter.ts';
import { createMemoryMeter } from '../../query/memory-meter.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import { parseSort, sortItems, type SortField } from '../../query/sort.ts';
import { countOf, take } from '../../query/take.ts';
import { CommandError } from '../../server/command-error.ts';
import type { Stage, StageParser } from '../stage.ts';
import { scopeVariables } from '../variable-scope.ts';

const match: StageParser = (specification) => {
  if (!isDocument(specification)) throw new CommandError(15_959, 'the match filter must be an expression in an object');
  parseFilter(specification, scopeVariables());
  return matchStage(specification);
};

/** The stage of a filter that has been parsed before. */
export function matchStage(specification: Document): Stage {
  return {
    match: specification,
    *run(input, { variables }) {
      const filter = parseFilter(specification, variables);
      for (const document of input) if (matches(filter, document)) yield document;
    },
  };
}

const sort: StageParser = (specification) => {
  if (!isDocument(specification)) throw new CommandError(15_973, 'the $sort key specification must be an object');
  const fields = parseSort(specification);
  if (fields.length === 0) throw new CommandError(15_976, '$sort stage must have at least one sort key');
  return {
    sort: fields,
    leavesAlone: () => true,
    run: (input, { view }) => sortDocuments(input, fields, undefined, view.memoryLimit),
  };
};

/** Sorted documents; with a limit only that many are kept in memory. */
export function* sortDocuments(
  input: Iterable<Document>,
  fields: readonly SortField[],
  limit?: number,
  memoryLimit?: number,
): Generator<Document> {
  yield* sortItems(input, fields, (document) => document, limit, createMemoryMeter(memoryLimit));
}

/** A whole number of at least zero, as `$limit` and `$skip` take it. */
function wholeNumber(name: string, code: number, specification: Value): number {
  const number = toInteger(specification);
  if (number === undefined) {
    throw new CommandError(
      code,
      `invalid argument to ${name} stage: Expected ${isNumber(specification) ? 'an integer' : 'a number'} in: ${name}: ${formatValue(specification)}`,
    );
  }
  if (number < 0n) {
    throw new CommandError(
      code,
      `invalid argument to ${name} stage: Expected a non-negative number in: ${name}: ${formatValue(specification)}`,
    );
  }
  return Number(number);
}

const limit: StageParser = (specification) => {
  const count = wholeNumber('$limit', 5_107_201, specification);
  if (count === 0) throw new CommandError(15_958, 'the limit must be positive');
  return limitStage(count);
};

/** The stage that lets so many documents pass; more than none. */
export function limitStage(count: number): Stage {
  return { limit: count, run: (input) => take(input, count) };
}

const skip: StageParser = (specification) => {
  const count = wholeNumber('$skip', 5_107_200, specification);
  return {
    skip: count,
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
  if (typeof specification !== 'string') throw new CommandError(40_156, 'the count field must be a non-empty string');
  if (specification === '') throw new CommandError(40_157, 'the count field must be a non-empty string');
  if (specification.startsWith('$')) throw new CommandError(40_158, 'the count field cannot be a $-prefixed path');
  if (specification.includes('\0')) throw new CommandError(40_159, 'the count field cannot contain a null byte');
  if (specification.includes('.')) throw new CommandError(40_160, "the count field cannot contain '.'");
  const ofCount = (total: number): readonly Document[] =>
    total === 0 ? [] : [buildDocument({ [specification]: total })];
  return {
    ofCount,
    *run(input) {
      yield* ofCount(countOf(input));
    },
  };
};

function sampleSize(specification: Value): number {
  if (!isDocument(specification)) throw new CommandError(28_745, 'the $sample stage specification must be an object');
  for (const [name] of specification.entries()) {
    if (name !== 'size') throw new CommandError(28_748, `unrecognized option to $sample: ${name}`);
  }
  const size = specification.get('size');
  if (size === undefined) throw new CommandError(28_749, '$sample stage must specify a size');
  if (!isNumber(size)) throw new CommandError(28_746, 'size argument to $sample must be a number');
  const number = toInteger(size, { truncates: true });
  if (number === undefined || number <= 0n)
    throw new CommandError(28_747, 'size argument to $sample must be a positive integer');
  return Number(number);
}

const sample: StageParser = (specification) => {
  const wanted = sampleSize(specification);
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

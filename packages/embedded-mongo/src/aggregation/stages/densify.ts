import { addNumbers, toInteger, type Numeric } from '../../bson/arithmetic.ts';
import { compareValues } from '../../bson/compare-values.ts';
import { Document } from '../../bson/document.ts';
import { isNumber, type DateTime, type Value } from '../../bson/value.ts';
import { equalityKey, parseSort } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import { addUnits } from '../date-steps.ts';
import { isNullish } from '../expression.ts';
import { putPath, setPath, valueThroughDocuments } from '../set-path.ts';
import type { StageParser } from '../stage.ts';
import { isDate } from '../windows/window-bounds.ts';
import { parseDensify, type Densifying } from './densify-options.ts';
import { sortDocuments } from './selecting.ts';

/** MongoDB's `internalQueryMaxAllowedDensifyDocs`. */
const MAX_GENERATED = 500_000;

type Point = Numeric | DateTime;

/** A partition with the next point of its grid that may be missing. */
interface Progress {
  readonly shared: Document;
  next: Point;
}

/** `$densify`: documents for the points of a grid that no document has (manual: "$densify"). */
const densify: StageParser = (specification) => {
  const options = parseDensify(specification);
  const paths = [...(options.bounds === 'full' ? [] : options.partitionPaths), options.path];
  const order = parseSort(new Document(new Map(paths.map((path) => [path, 1]))));
  return {
    *run(input, { view }) {
      yield* densified(sortDocuments(input, order, undefined, view.memoryLimit), options);
    },
  };
};

function* densified(sorted: Iterable<Document>, options: Densifying): Generator<Document> {
  const segments = options.path.split('.');
  const { bounds } = options;
  const partitions = new Map<string, Progress>();
  const count = { generated: 0 };
  let lowest: Point | undefined;
  let highest: Point | undefined;
  if (options.partitionPaths.length === 0 && typeof bounds !== 'string') {
    partitions.set('', { shared: EMPTY, next: bounds[0] });
  }
  for (const document of sorted) {
    const value = valueThroughDocuments(document, segments);
    if (isNullish(value)) {
      yield document;
      continue;
    }
    const point = checkPoint(value, options);
    lowest ??= point;
    highest = point;
    const start = typeof bounds === 'string' ? (bounds === 'full' ? lowest : point) : bounds[0];
    const progress = progressOf(partitions, document, start, options);
    yield* generate(progress, typeof bounds === 'string' ? point : lesser(point, bounds[1]), options, count);
    if (compareValues(progress.next, point) === 0) progress.next = following(point, options);
    yield document;
  }
  if (bounds === 'partition' || (bounds === 'full' && highest === undefined)) return;
  for (const progress of partitions.values()) {
    if (bounds === 'full') {
      // The highest value of all partitions belongs to the grid of each.
      if (highest !== undefined) yield* generate(progress, following(highest, options), options, count, highest);
    } else yield* generate(progress, bounds[1], options, count);
  }
}

const EMPTY = new Document(new Map());

function progressOf(
  partitions: Map<string, Progress>,
  document: Document,
  start: Point,
  { partitionPaths }: Densifying,
): Progress {
  let shared = EMPTY;
  for (const path of partitionPaths) {
    const segments = path.split('.');
    const value = valueThroughDocuments(document, segments);
    if (Array.isArray(value)) throw new CommandError(5_733_307, '$densify cannot generate fields nested inside arrays');
    shared = setPath(shared, segments, value);
  }
  const key = partitionPaths.length === 0 ? '' : equalityKey(shared);
  const known = partitions.get(key) ?? { shared, next: start };
  partitions.set(key, known);
  return known;
}

/** The missing points below `end`; with `last`, also not beyond it. */
function* generate(
  progress: Progress,
  end: Point,
  options: Densifying,
  count: { generated: number },
  last?: Point,
): Generator<Document> {
  const segments = options.path.split('.');
  while (compareValues(progress.next, end) < 0) {
    if (last !== undefined && compareValues(progress.next, last) > 0) return;
    count.generated += 1;
    if (count.generated > MAX_GENERATED) {
      throw new CommandError(
        5_897_900,
        `Generated ${String(count.generated)} documents in $densify, which is over the limit of ${String(MAX_GENERATED)}. Increase the 'internalQueryMaxAllowedDensifyDocs' parameter to allow more generated documents`,
      );
    }
    yield putPath(progress.shared, segments, progress.next);
    progress.next = following(progress.next, options);
  }
}

function following(point: Point, { step, unit }: Densifying): Point {
  if (!isDate(point)) return addNumbers(point, step, 'double');
  const amount = toInteger(step) ?? 0n;
  return { kind: 'date', milliseconds: addUnits(point.milliseconds, unit ?? 'millisecond', amount) };
}

function lesser(left: Point, right: Point): Point {
  return compareValues(left, right) <= 0 ? left : right;
}

function checkPoint(value: Value, { unit }: Densifying): Point {
  if (isDate(value)) {
    if (unit !== undefined) return value;
    throw new CommandError(
      6_053_600,
      'Encountered date densify value in collection when step does not have a date unit.',
    );
  }
  if (!isNumber(value)) throw new CommandError(5_733_201, 'Densify field type must be numeric or a date');
  if (unit === undefined) return value;
  throw new CommandError(6_053_601, 'Encountered numeric densify value in collection when step has a date unit.');
}

/** The stage that completes series. */
export const DENSIFY_STAGES: readonly [string, StageParser][] = [['$densify', densify]];

import { toDouble, toInteger } from '../../bson/arithmetic.ts';
import { buildDocument, verbatim } from '../../bson/build-document.ts';
import { compareValues } from '../../bson/compare-values.ts';
import { Document } from '../../bson/document.ts';
import { typeRank } from '../../bson/encode-key.ts';
import { formatValue } from '../../bson/format-value.ts';
import { isDocument, isNumber, typeName, type Value } from '../../bson/value.ts';
import { createMemoryMeter, type MemoryMeter } from '../../query/memory-meter.ts';
import { CommandError } from '../../server/command-error.ts';
import { withoutTextScore } from '../../text/text-score.ts';
import { compileExpression } from '../compile-expression.ts';
import { constantValue } from '../constant-value.ts';
import type { Expression, ExpressionContext } from '../expression.ts';
import type { StageParser } from '../stage.ts';
import { parseRounder, type Rounder } from './granularity.ts';
import { constantInScope } from '../variable-scope.ts';
import { parseGroupField, type GroupField } from './grouping.ts';

const EMPTY = new Document(new Map());

/** `$bucket`: groups by ranges between boundaries (manual: "$bucket"). */
const bucket: StageParser = (specification) => {
  if (!isDocument(specification)) {
    throw new CommandError(
      40_201,
      `Argument to $bucket stage must be an object, but found type: ${typeName(specification)}.`,
    );
  }
  const known = ['groupBy', 'boundaries', 'default', 'output'];
  for (const [name] of specification.entries()) {
    if (!known.includes(name)) throw new CommandError(40_197, `Unrecognized option to $bucket: ${name}.`);
  }
  const [groupBy, edges, fallback] = known.map((name) => specification.get(name));
  if (groupBy === undefined || edges === undefined)
    throw new CommandError(40_198, "$bucket requires 'groupBy' and 'boundaries' to be specified.");
  const evaluate = parseGroupBy('$bucket', 40_202, groupBy);
  const boundaries = parseBoundaries(edges);
  const other = fallback === undefined ? undefined : parseDefault(fallback, boundaries);
  const fields = parseOutput('$bucket', 40_196, specification.get('output'));
  return {
    *run(input, { variables, view }) {
      const meter = createMemoryMeter(view.memoryLimit, '$bucket');
      const buckets = new Map<number, Bucket>();
      for (const root of input) {
        const context = { root, variables };
        const position = bucketOf(evaluate(context), boundaries, other);
        const found = buckets.get(position) ?? startBucket(fields, context, meter);
        buckets.set(position, found);
        addTo(found, fields, context);
      }
      const named = [...buckets].map(([position, found]) => {
        const id = position === DEFAULT ? (other ?? null) : (boundaries[position] ?? null);
        return { id, document: bucketDocument(id, found, fields) };
      });
      for (const { document } of named.toSorted((left, right) => compareValues(left.id, right.id))) yield document;
    },
  };
};

const DEFAULT = -1;

function bucketOf(value: Value | undefined, boundaries: readonly Value[], other: Value | undefined): number {
  const above = boundaries.findIndex((boundary) => compareValues(value, boundary) < 0);
  // A missing value sorts with null, which no boundary of another type has below it.
  if (above > 0 && value !== undefined) return above - 1;
  if (other !== undefined) return DEFAULT;
  throw new CommandError(
    40_066,
    '$switch could not find a matching branch for an input, and no default was specified.',
  );
}

function parseGroupBy(stage: string, code: number, value: Value): Expression {
  const isPath = typeof value === 'string' && value.startsWith('$');
  const isExpression = isDocument(value) && value.firstName()?.startsWith('$') === true;
  if (isPath || isExpression) return compileExpression(value);
  throw new CommandError(
    code,
    `The ${stage} 'groupBy' field must be defined as a $-prefixed path or an expression, but found: ${formatValue(value)}.`,
  );
}

function parseBoundaries(value: Value): readonly Value[] {
  if (!Array.isArray(value)) {
    throw new CommandError(
      40_200,
      `The $bucket 'boundaries' field must be an array, but found type: ${typeName(value)}.`,
    );
  }
  const boundaries = value.map((item) =>
    constantOf(item, 40_191, "'boundaries' field must be an array of constant values"),
  );
  if (boundaries.length < 2) {
    throw new CommandError(
      40_192,
      `The $bucket 'boundaries' field must have at least 2 values, but found ${String(boundaries.length)} value(s).`,
    );
  }
  for (const [index, upper] of boundaries.entries()) {
    const lower = boundaries[index - 1];
    if (lower === undefined) continue;
    if (typeRank(lower) !== typeRank(upper)) {
      throw new CommandError(
        40_193,
        `All values in the the 'boundaries' option to $bucket must have the same type. Found conflicting types ${typeName(lower)} and ${typeName(upper)}.`,
      );
    }
    if (compareValues(lower, upper) >= 0) {
      throw new CommandError(
        40_194,
        `The 'boundaries' option to $bucket must be sorted, but elements ${String(index - 1)} and ${String(index)} are not in ascending order (${formatValue(lower)} is not less than ${formatValue(upper)}).`,
      );
    }
  }
  return boundaries;
}

function constantOf(value: Value, code: number, rule: string): Value {
  const constant = constantValue(value);
  if (constant !== undefined) return constant;
  throw new CommandError(code, `The $bucket ${rule}, but found value: ${formatValue(value)}.`);
}

function parseDefault(value: Value, boundaries: readonly Value[]): Value {
  const constant = constantOf(value, 40_195, "'default' field must be a constant");
  const isInside = compareValues(constant, boundaries[0]) >= 0 && compareValues(constant, boundaries.at(-1)) < 0;
  if (isInside) {
    throw new CommandError(
      40_199,
      "The $bucket 'default' field must be less than the lowest boundary or greater than or equal to the highest boundary.",
    );
  }
  return constant;
}

function parseOutput(stage: string, code: number, value: Value | undefined): readonly GroupField[] {
  if (value === undefined) return [parseGroupField('count', buildDocument({ $sum: 1 }))];
  if (isDocument(value)) return [...value.entries()].map(([name, field]) => parseGroupField(name, field));
  throw new CommandError(code, `The ${stage} 'output' field must be an object, but found type: ${typeName(value)}.`);
}

type Bucket = readonly ReturnType<GroupField['start']>[];

function startBucket(fields: readonly GroupField[], context: ExpressionContext, meter: MemoryMeter): Bucket {
  return fields.map((field) => field.start({ ...context, root: EMPTY }, meter));
}

function addTo(found: Bucket, fields: readonly GroupField[], context: ExpressionContext): void {
  for (const [index, field] of fields.entries()) found[index]?.add(field.evaluate(context));
}

function bucketDocument(id: Value, found: Bucket, fields: readonly GroupField[]): Document {
  const result = new Map<string, Value>([['_id', id]]);
  for (const [index, { name }] of fields.entries()) result.set(name, found[index]?.result() ?? null);
  return withoutTextScore(new Document(result));
}

/** `$bucketAuto`: groups into so many ranges of about equal size (manual: "$bucketAuto"). */
const bucketAuto: StageParser = (specification) => {
  if (!isDocument(specification)) {
    throw new CommandError(
      40_240,
      `The argument to $bucketAuto must be an object, but found type: ${typeName(specification)}.`,
    );
  }
  const known = ['groupBy', 'buckets', 'output', 'granularity'];
  for (const [name] of specification.entries()) {
    if (!known.includes(name)) throw new CommandError(40_245, `Unrecognized option to $bucketAuto: ${name}.`);
  }
  const [groupBy, buckets, output, granularity] = known.map((name) => specification.get(name));
  if (groupBy === undefined || buckets === undefined)
    throw new CommandError(40_246, "$bucketAuto requires 'groupBy' and 'buckets' to be specified.");
  const evaluate = parseGroupBy('$bucketAuto', 40_239, groupBy);
  const count = parseBucketCount(buckets);
  const fields = parseOutput('$bucketAuto', 40_244, output);
  for (const field of fields) checkCount(field);
  const rounder = granularity === undefined ? undefined : parseRounder(granularity);
  return {
    *run(input, { variables, view }) {
      const meter = createMemoryMeter(view.memoryLimit, '$bucketAuto');
      const entries: Entry[] = [];
      for (const root of input) {
        meter.keep(root);
        const context = { root, variables };
        const value = evaluate(context) ?? null;
        if (rounder !== undefined) checkRoundable(value);
        entries.push({ value, context });
      }
      entries.sort((left, right) => compareValues(left.value, right.value));
      for (const { min, max, members } of rangesOf(entries, count, rounder)) {
        const first = members[0];
        if (first === undefined) continue;
        const accumulators = startBucket(fields, first.context, meter);
        for (const { context } of members) addTo(accumulators, fields, context);
        const id = buildDocument({ min: verbatim(min), max: verbatim(max) });
        yield bucketDocument(id, accumulators, fields);
      }
    },
  };
};

/** A bucket has no `_id` yet when its accumulators start, so that nothing can refer to it. */
function checkCount({ count }: GroupField): void {
  if (count === undefined || constantInScope(count, compileExpression) !== undefined) return;
  throw new CommandError(4_544_714, "Can't refer to the group key in $bucketAuto");
}

function parseBucketCount(value: Value): number {
  if (!isNumber(value)) {
    throw new CommandError(
      40_241,
      `The $bucketAuto 'buckets' field must be a numeric value, but found type: ${typeName(value)}.`,
    );
  }
  const count = toInteger(value);
  if (count === undefined || count > 0x7fff_ffffn || count < -0x8000_0000n) {
    throw new CommandError(
      40_242,
      `The $bucketAuto 'buckets' field must be representable as a 32-bit integer, but found ${formatValue(value)}.`,
    );
  }
  if (count <= 0n) {
    throw new CommandError(
      40_243,
      `The $bucketAuto 'buckets' field must be greater than 0, but found: ${String(count)}.`,
    );
  }
  return Number(count);
}

function checkRoundable(value: Value): void {
  if (!isNumber(value)) {
    throw new CommandError(
      40_258,
      `$bucketAuto can specify a 'granularity' with numeric boundaries only, but found a value with type: ${typeName(value)}`,
    );
  }
  const number = toDouble(value);
  if (Number.isNaN(number))
    throw new CommandError(
      40_259,
      "$bucketAuto can specify a 'granularity' with numeric boundaries only, but found a NaN",
    );
  if (number < 0) {
    throw new CommandError(
      40_260,
      `$bucketAuto can specify a 'granularity' with non-negative numbers only, but found a negative number: ${formatValue(value)}`,
    );
  }
}

interface Entry {
  readonly value: Value;
  readonly context: ExpressionContext;
}

interface Range {
  readonly min: Value;
  readonly max: Value;
  readonly members: readonly Entry[];
}

/** Cuts sorted entries into ranges; equal values never part, and rounded boundaries take in what is below them. */
function* rangesOf(entries: readonly Entry[], count: number, rounder: Rounder | undefined): Generator<Range> {
  const size = Math.max(1, Math.round(entries.length / count));
  let at = 0;
  let previousMax: Value | undefined;
  for (let made = 1; made <= count && at < entries.length; made += 1) {
    const start = at;
    at = made === count ? entries.length : Math.min(entries.length, at + size);
    const first = entries[start]?.value ?? null;
    const min = rounder === undefined ? first : (previousMax ?? rounder.down(first));
    const last = entries[at - 1]?.value ?? null;
    const limit = rounder === undefined ? last : rounder.up(last);
    const isInside = (value: Value): boolean =>
      rounder === undefined ? compareValues(value, limit) === 0 : compareValues(value, limit) < 0;
    while (at < entries.length && isInside(entries[at]?.value ?? null)) at += 1;
    const next = entries[at]?.value;
    previousMax = maxOf(limit, next, rounder);
    yield { min, max: previousMax, members: entries.slice(start, at) };
  }
}

function maxOf(limit: Value, next: Value | undefined, rounder: Rounder | undefined): Value {
  if (next === undefined) return limit;
  if (rounder === undefined) return next;
  // A first range of nothing but zeros ends below the next value, as zero cannot be rounded up.
  return isNumber(limit) && toDouble(limit) === 0 ? rounder.down(next) : limit;
}

/** The stages that group by ranges. */
export const BUCKET_STAGES: readonly [string, StageParser][] = [
  ['$bucket', bucket],
  ['$bucketAuto', bucketAuto],
];

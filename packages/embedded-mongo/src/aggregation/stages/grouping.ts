import { buildDocument, verbatim } from '../../bson/build-document.ts';
import { Document } from '../../bson/document.ts';
import { isDocument, typeName, type Value } from '../../bson/value.ts';
import { createMemoryMeter } from '../../query/memory-meter.ts';
import { equalityKey, parseSort } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import { withoutTextScore } from '../../text/text-score.ts';
import type { Accumulator, AccumulatorField } from '../accumulators/accumulator.ts';
import { parseAccumulator } from '../accumulators.ts';
import { compileExpression } from '../compile-expression.ts';
import type { Stage, StageParser } from '../stage.ts';
import { sortDocuments } from './selecting.ts';
import { stageWithin } from './stage-names.ts';

/** A field of a group: its name, and what it accumulates. */
export interface GroupField extends AccumulatorField {
  readonly name: string;
}

const group: StageParser = (specification) => {
  if (!isDocument(specification)) throw new CommandError(15_947, "a group's fields must be specified in an object");
  const id = specification.get('_id');
  if (id === undefined) throw new CommandError(15_955, 'a group specification must include an _id');
  const evaluateId = compileExpression(id);
  const fields = [...specification.entries()]
    .filter(([name]) => name !== '_id')
    .map(([name, value]) => parseGroupField(name, value));
  return {
    ...tallying(id, specification),
    *run(input, { variables, view }) {
      const meter = createMemoryMeter(view.memoryLimit, '$group');
      const groups = new Map<
        string,
        { readonly id: Value | undefined; readonly accumulators: readonly Accumulator[] }
      >();
      for (const root of input) {
        const context = { root, variables };
        const value = evaluateId(context);
        const key = equalityKey(value);
        let known = groups.get(key);
        if (known === undefined) {
          const groupContext = { root: isDocument(value) ? value : NO_FIELDS, variables };
          known = { id: value, accumulators: fields.map((field) => field.start(groupContext, meter)) };
          groups.set(key, known);
          meter.keepBytes(key.length + GROUP_BYTES * (fields.length + 1));
          meter.keep(value);
        }
        for (const [index, field] of fields.entries()) known.accumulators[index]?.add(field.evaluate(context));
      }
      for (const { id: groupId, accumulators } of groups.values()) yield groupDocument(groupId, fields, accumulators);
    },
  };
};

/** What a group, and each of its accumulators, takes besides the values. */
const GROUP_BYTES = 64;

function isConstant(value: Value): boolean {
  return typeof value === 'string' ? !value.startsWith('$') : !Array.isArray(value) && !isDocument(value);
}

/** How a single group that only counts, as drivers' countDocuments asks for, answers without seeing documents. */
function tallying(id: Value, specification: Document): Pick<Stage, 'ofCount'> {
  const names = [...specification.entries()].filter(([name]) => name !== '_id');
  if (!isConstant(id) || !names.every(([, accumulator]) => isTally(accumulator))) return {};
  return {
    ofCount: (count) =>
      count === 0
        ? []
        : [buildDocument({ _id: verbatim(id), ...Object.fromEntries(names.map(([name]) => [name, count])) })],
  };
}

/** Whether an accumulator adds a 32-bit 1 for each document. */
function isTally(accumulator: Value): boolean {
  if (!isDocument(accumulator)) return false;
  const sum = accumulator.get('$sum');
  const isOne = typeof sum === 'object' && sum !== null && !Array.isArray(sum) && sum.kind === 'int' && sum.value === 1;
  return isOne || accumulator.has('$count');
}

/** What `n` of `$firstN` and the like sees when the group's `_id` is no document. */
const NO_FIELDS = new Document(new Map());

function groupDocument(
  id: Value | undefined,
  fields: readonly GroupField[],
  accumulators: readonly Accumulator[],
): Document {
  const result = new Map<string, Value>([['_id', id ?? null]]);
  for (const [index, field] of fields.entries()) result.set(field.name, accumulators[index]?.result() ?? null);
  return withoutTextScore(new Document(result));
}

/** Parses `name: {accumulator: operand}`, refusing what `$group` refuses; an unknown accumulator is 15952. */
export function parseGroupField(name: string, value: Value): GroupField {
  if (!isDocument(value) || value.firstName()?.startsWith('$') !== true) {
    throw new CommandError(40_234, `The field '${name}' must be an accumulator object`);
  }
  if (name.includes('.')) throw new CommandError(40_235, `The field name '${name}' cannot contain '.'`);
  if (name.startsWith('$')) throw new CommandError(40_236, `The field name '${name}' cannot be an operator name`);
  const [first, second] = [...value.entries()];
  if (first === undefined || second !== undefined)
    throw new CommandError(40_238, `The field '${name}' must specify one accumulator`);
  const [operator, operand] = first;
  if (Array.isArray(operand)) throw new CommandError(40_237, `The ${operator} accumulator is a unary operator`);
  const field = parseAccumulator(operator, operand);
  if (field === undefined) throw new CommandError(15_952, `unknown group operator '${operator}'`);
  return { name, ...field };
}

const sortByCount: StageParser = (specification, tools) => {
  if (isDocument(specification)) {
    if (specification.firstName()?.startsWith('$') !== true) {
      throw new CommandError(
        40_147,
        'the sortByCount field must be defined as a $-prefixed path or an expression inside an object',
      );
    }
  } else if (typeof specification !== 'string') {
    throw new CommandError(40_149, 'the sortByCount field must be specified as a string or as an object');
  } else if (!specification.startsWith('$')) {
    throw new CommandError(40_148, 'the sortByCount field must be specified as a $-prefixed path');
  }
  const grouping = group(buildDocument({ _id: verbatim(specification), count: { $sum: 1 } }), tools);
  const fields = parseSort(buildDocument({ count: -1 }));
  return { run: (input, context) => sortDocuments(grouping.run(input, context), fields) };
};

const facet: StageParser = (specification, tools) => {
  if (!isDocument(specification)) throw new CommandError(40_169, 'the $facet specification must be a non-empty object');
  const facets = [...specification.entries()].map(([name, stages]) => {
    if (name.includes('.') || name.startsWith('$')) {
      throw new CommandError(name.startsWith('$') ? 16_410 : 16_412, `FieldPath field names may not be '${name}'`);
    }
    if (!Array.isArray(stages))
      throw new CommandError(40_170, `arguments to $facet must be arrays, ${name} is type ${typeName(stages)}`);
    const refused = stageWithin(stages, NOT_IN_FACETS);
    if (refused !== undefined)
      throw new CommandError(40_600, `${refused} is not allowed to be used within a $facet stage`);
    return { name, stages: tools.parsePipeline(stages) };
  });
  if (facets.length === 0) throw new CommandError(40_169, 'the $facet specification must be a non-empty object');
  return {
    *run(input, context) {
      const meter = createMemoryMeter(context.view.memoryLimit, '$facet');
      const documents: Document[] = [];
      for (const document of input) {
        meter.keep(document);
        documents.push(document);
      }
      yield withoutTextScore(
        new Document(
          new Map(
            facets.map(({ name, stages }): [string, Value] => [name, [...tools.runStages(documents, stages, context)]]),
          ),
        ),
      );
    },
  };
};

/** Stages that read something else than their input, or write (manual: "$facet", "Behavior"). */
const NOT_IN_FACETS: readonly string[] = [
  '$facet',
  '$out',
  '$merge',
  '$geoNear',
  '$collStats',
  '$indexStats',
  '$documents',
  '$changeStream',
  '$search',
  '$searchMeta',
  '$vectorSearch',
  '$listSearchIndexes',
];

/** The stages that bring documents together. */
export const GROUPING_STAGES: readonly [string, StageParser][] = [
  ['$group', group],
  ['$sortByCount', sortByCount],
  ['$facet', facet],
];

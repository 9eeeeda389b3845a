import { buildDocument, verbatim } from '../../bson/build-document.ts';
import { Document } from '../../bson/document.ts';
import { int, isDocument, type Value } from '../../bson/value.ts';
import { equalityKey, parseSort } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import { ACCUMULATORS, type Accumulator } from '../accumulators.ts';
import { compileExpression } from '../compile-expression.ts';
import type { Expression } from '../expression.ts';
import type { StageParser } from '../stage.ts';
import { sortDocuments } from './selecting.ts';

interface GroupField {
  readonly name: string;
  readonly start: () => Accumulator;
  readonly evaluate: Expression;
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
    *run(input, { variables }) {
      const groups = new Map<
        string,
        { readonly id: Value | undefined; readonly accumulators: readonly Accumulator[] }
      >();
      for (const root of input) {
        const context = { root, variables };
        const value = evaluateId(context);
        const key = equalityKey(value);
        const known = groups.get(key) ?? { id: value, accumulators: fields.map((field) => field.start()) };
        groups.set(key, known);
        for (const [index, field] of fields.entries()) known.accumulators[index]?.add(field.evaluate(context));
      }
      for (const { id: groupId, accumulators } of groups.values()) yield groupDocument(groupId, fields, accumulators);
    },
  };
};

function groupDocument(
  id: Value | undefined,
  fields: readonly GroupField[],
  accumulators: readonly Accumulator[],
): Document {
  const result = new Map<string, Value>([['_id', id ?? null]]);
  for (const [index, field] of fields.entries()) result.set(field.name, accumulators[index]?.result() ?? null);
  return new Document(result);
}

function parseGroupField(name: string, value: Value): GroupField {
  if (name.includes('.')) throw new CommandError(40_235, `The field name '${name}' cannot contain '.'`);
  if (name.startsWith('$')) throw new CommandError(40_236, `The field name '${name}' cannot be an operator name`);
  if (!isDocument(value)) throw new CommandError(40_234, `The field '${name}' must be an accumulator object`);
  const [first, second] = [...value.entries()];
  if (first === undefined || second !== undefined)
    throw new CommandError(40_238, `The field '${name}' must specify one accumulator`);
  const [operator, operand] = first;
  if (operator === '$count') {
    const start = ACCUMULATORS.get('$sum');
    if (start !== undefined) return { name, start, evaluate: () => int(1) };
  }
  const start = ACCUMULATORS.get(operator);
  if (start === undefined) throw new CommandError(15_952, `unknown group operator '${operator}'`);
  return { name, start, evaluate: compileExpression(operand) };
}

const sortByCount: StageParser = (specification, tools) => {
  const grouping = group(buildDocument({ _id: verbatim(specification), count: { $sum: 1 } }), tools);
  const fields = parseSort(buildDocument({ count: -1 }));
  return { run: (input, context) => sortDocuments(grouping.run(input, context), fields) };
};

const facet: StageParser = (specification, tools) => {
  if (!isDocument(specification)) throw new CommandError(40_169, 'the $facet specification must be a non-empty object');
  const facets = [...specification.entries()].map(([name, stages]) => ({ name, stages: tools.parsePipeline(stages) }));
  if (facets.length === 0) throw new CommandError(40_169, 'the $facet specification must be a non-empty object');
  return {
    *run(input, context) {
      const documents = [...input];
      yield new Document(
        new Map(
          facets.map(({ name, stages }): [string, Value] => [name, [...tools.runStages(documents, stages, context)]]),
        ),
      );
    },
  };
};

/** The stages that bring documents together. */
export const GROUPING_STAGES: readonly [string, StageParser][] = [
  ['$group', group],
  ['$sortByCount', sortByCount],
  ['$facet', facet],
];

import { activeCollation } from '../../bson/active-collation.ts';
import { encodeKey } from '../../bson/encode-key.ts';
import type { Document } from '../../bson/document.ts';
import { isDocument, typeName, type Value } from '../../bson/value.ts';
import { createMemoryMeter, type MemoryMeter } from '../../query/memory-meter.ts';
import { parseSort, sortKeyOf, type SortField } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import { wrongFieldType } from '../../server/wrong-field-type.ts';
import { compileExpression } from '../compile-expression.ts';
import type { Expression, ExpressionContext } from '../expression.ts';
import { setPath, splitFieldPath } from '../set-path.ts';
import type { Stage, StageParser } from '../stage.ts';
import type { Partition, WindowFunction } from '../windows/partition.ts';
import { parseWindowFunction } from '../windows/parse-window-function.ts';

interface Output {
  readonly segments: readonly string[];
  readonly compute: WindowFunction;
}

interface Sorting {
  readonly partitionBy: Expression | undefined;
  readonly sortBy: readonly SortField[] | undefined;
  readonly outputs: readonly Output[];
}

const FIELDS = ['partitionBy', 'sortBy', 'output'];

/** `$setWindowFields`: fields computed from the neighbours of each document (manual: "$setWindowFields"). */
const setWindowFields: StageParser = (specification) => {
  if (!isDocument(specification)) {
    throw new CommandError(
      'FailedToParse',
      `the $setWindowFields stage specification must be an object, found ${typeName(specification)}`,
    );
  }
  for (const [name, value] of specification.entries()) {
    if (!FIELDS.includes(name))
      throw new CommandError(40_415, `BSON field '$setWindowFields.${name}' is an unknown field.`);
    if (name !== 'partitionBy' && !isDocument(value)) throw wrongType(name, value);
  }
  const [partitionBy, order, output] = FIELDS.map((name) => specification.get(name));
  if (output === undefined)
    throw new CommandError(40_414, "BSON field '$setWindowFields.output' is missing but a required field");
  if (!isDocument(output)) throw wrongType('output', output);
  if (order !== undefined && !isDocument(order)) throw wrongType('sortBy', order);
  const sortBy = order === undefined || order.firstName() === undefined ? undefined : parseSort(order);
  const outputs = [...output.entries()].map(([path, value]): Output => ({
    segments: splitFieldPath(path),
    compute: parseWindowFunction(value, sortBy),
  }));
  refuseConflicts(outputs);
  return windowStage({
    partitionBy: partitionBy === undefined ? undefined : compileExpression(partitionBy),
    sortBy,
    outputs,
  });
};

function wrongType(name: string, value: Value): CommandError {
  return wrongFieldType(`$setWindowFields.${name}`, value, 'object');
}

function refuseConflicts(outputs: readonly Output[]): void {
  const paths = outputs.map(({ segments }) => `${segments.join('.')}.`).toSorted();
  if (paths.some((path, index) => paths[index + 1]?.startsWith(path) === true)) {
    throw new CommandError(6_307_900, "$setWindowFields 'output' specification contains two conflicting paths");
  }
}

/** A stage that sorts into partitions and sets fields there; other stages are made of it, too. */
export function windowStage(sorting: Sorting): Stage {
  return {
    *run(input, { variables, view }) {
      const meter = createMemoryMeter(view.memoryLimit, '$setWindowFields');
      const entries: Entry[] = [];
      for (const root of input) {
        meter.keep(root);
        entries.push(entryOf({ root, variables }, sorting));
      }
      if (sorting.partitionBy !== undefined || sorting.sortBy !== undefined)
        entries.sort(
          (left, right) =>
            Buffer.compare(left.partition, right.partition) || Buffer.compare(left.sortKey, right.sortKey),
        );
      for (const partition of partitionsOf(entries))
        yield* outputOf(partition, sorting, createMemoryMeter(view.memoryLimit, '$setWindowFields'));
    },
  };
}

interface Entry {
  readonly context: ExpressionContext;
  readonly partition: Buffer;
  readonly sortKey: Buffer;
}

const NO_KEY = Buffer.alloc(0);

function entryOf(context: ExpressionContext, { partitionBy, sortBy }: Sorting): Entry {
  const value = partitionBy?.(context);
  if (Array.isArray(value)) {
    throw new CommandError('TypeMismatch', 'An expression used to partition cannot evaluate to value of type array');
  }
  return {
    context,
    partition: partitionBy === undefined ? NO_KEY : encodeKey(value, activeCollation()),
    sortKey: sortBy === undefined ? NO_KEY : sortKeyOf(sortBy, context.root),
  };
}

function* partitionsOf(entries: readonly Entry[]): Generator<readonly Entry[]> {
  let start = 0;
  for (const [index, entry] of entries.entries()) {
    const next = entries[index + 1];
    if (next !== undefined && next.partition.equals(entry.partition)) continue;
    yield entries.slice(start, index + 1);
    start = index + 1;
  }
}

function* outputOf(entries: readonly Entry[], { sortBy, outputs }: Sorting, meter: MemoryMeter): Generator<Document> {
  const contexts = entries.map(({ context }) => context);
  const sortValue = sortBy?.length === 1 ? compileExpression(`$${sortBy[0]?.path ?? ''}`) : () => undefined;
  const partition: Partition = {
    documents: contexts.map(({ root }) => root),
    contexts,
    sortValues: contexts.map(sortValue),
    sortKeys: entries.map(({ sortKey }) => sortKey.toString('latin1')),
    meter,
  };
  const columns = outputs.map(({ segments, compute }) => ({ segments, values: compute(partition) }));
  for (const [index, document] of partition.documents.entries()) {
    yield columns.reduce((changed, { segments, values }) => setPath(changed, segments, values[index]), document);
  }
}

/** The stage of window functions. */
export const WINDOW_STAGES: readonly [string, StageParser][] = [['$setWindowFields', setWindowFields]];

import { Document } from '../../bson/document.ts';
import { isDocument, typeName, type Value } from '../../bson/value.ts';
import { parseSort, type SortField } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import { wrongFieldType } from '../../server/wrong-field-type.ts';
import { compileExpression } from '../compile-expression.ts';
import { isNullish, type Expression } from '../expression.ts';
import { setPath, splitFieldPath } from '../set-path.ts';
import type { Stage, StageParser } from '../stage.ts';
import { parseWindowFunction } from '../windows/parse-window-function.ts';
import { windowStage } from './set-window-fields.ts';

const TYPES: ReadonlyMap<string, readonly string[]> = new Map([
  ['partitionBy', ['string', 'object']],
  ['partitionByFields', ['array']],
  ['sortBy', ['object']],
  ['output', ['object']],
]);

interface Filling {
  readonly segments: readonly string[];
  readonly current: Expression;
  readonly fallback: Expression;
}

/** `$fill`: values for fields that are null or missing (manual: "$fill"). */
const fill: StageParser = (specification) => {
  const fields = read(specification);
  const output = fields.get('output');
  if (!isDocument(output) || output.firstName() === undefined) {
    throw new CommandError(6_050_203, "The output field in '$fill' must contain an object with at least one element");
  }
  const order = fields.get('sortBy');
  const sortBy = isDocument(order) && order.firstName() !== undefined ? parseSort(order) : undefined;
  const parsed = [...output.entries()].map(([path, value]) => parseOutput(path, value, sortBy));
  const methods = parsed.flatMap(({ method }) => method ?? []);
  const values = parsed.flatMap(({ filling }) => filling ?? []);
  const partitionBy = parsePartition(fields);
  const windows: Stage | undefined =
    methods.length === 0 ? undefined : windowStage({ partitionBy, sortBy, outputs: methods });
  return {
    *run(input, context) {
      const documents = windows === undefined ? input : windows.run(input, context);
      for (const document of documents) {
        yield values.reduce((filled, { segments, current, fallback }) => {
          const here = { root: document, variables: context.variables };
          return isNullish(current(here)) ? setPath(filled, segments, fallback(here)) : filled;
        }, document);
      }
    },
  };
};

function read(specification: Value): ReadonlyMap<string, Value> {
  if (!isDocument(specification)) {
    throw new CommandError(
      'FailedToParse',
      `The $fill stage specification must be an object, found ${typeName(specification)}`,
    );
  }
  const fields = new Map<string, Value>();
  for (const [name, value] of specification.entries()) {
    const types = TYPES.get(name);
    if (types === undefined) throw new CommandError(40_415, `BSON field '$fill.${name}' is an unknown field.`);
    if (!types.includes(typeName(value))) {
      throw new CommandError(
        'TypeMismatch',
        `BSON field '$fill.${name}' is the wrong type '${typeName(value)}', expected type '${types.join("' or '")}'`,
      );
    }
    fields.set(name, value);
  }
  if (!fields.has('output'))
    throw new CommandError(40_414, "BSON field '$fill.output' is missing but a required field");
  return fields;
}

interface Parsed {
  readonly method?: Parameters<typeof windowStage>[0]['outputs'][number];
  readonly filling?: Filling;
}

function parseOutput(path: string, value: Value, sortBy: readonly SortField[] | undefined): Parsed {
  const segments = splitFieldPath(path);
  if (!isDocument(value)) {
    throw new CommandError(6_050_200, 'Each fill output specification must be an object with exactly one field');
  }
  for (const [name] of value.entries()) {
    if (name !== 'method' && name !== 'value')
      throw new CommandError(40_415, `BSON field '$fill.${name}' is an unknown field.`);
  }
  const [method, fallback] = [value.get('method'), value.get('value')];
  if ((method === undefined) === (fallback === undefined)) {
    throw new CommandError(
      6_050_201,
      "Each fill output specification must have exactly one of 'method' or 'value' fields, not both",
    );
  }
  if (fallback !== undefined) {
    return {
      filling: { segments, current: compileExpression(`$${path}`), fallback: compileExpression(fallback) },
    };
  }
  if (method !== 'locf' && method !== 'linear')
    throw new CommandError(6_050_202, 'Method must be either locf or linear');
  const name = method === 'locf' ? '$locf' : '$linearFill';
  const call = new Document(new Map([[name, `$${path}`]]));
  return { method: { segments, compute: parseWindowFunction(call, sortBy) } };
}

function parsePartition(fields: ReadonlyMap<string, Value>): Expression | undefined {
  const [partitionBy, names] = [fields.get('partitionBy'), fields.get('partitionByFields')];
  if (partitionBy !== undefined) {
    if (names === undefined) return compileExpression(partitionBy);
    throw new CommandError(
      6_050_204,
      "Maximum one of 'partitionBy' and 'partitionByFields can be specified in '$fill'",
    );
  }
  if (!Array.isArray(names)) return undefined;
  const parts = names.map((name): [string, Expression] => {
    if (typeof name !== 'string') {
      throw wrongFieldType('$fill.partitionByFields', name, 'string');
    }
    splitFieldPath(name);
    return [name, compileExpression(`$${name}`)];
  });
  return (context) => {
    const values = new Map<string, Value>();
    for (const [name, evaluate] of parts) {
      const value = evaluate(context);
      if (value !== undefined) values.set(name, value);
    }
    return new Document(values);
  };
}

/** The stage that fills gaps. */
export const FILL_STAGES: readonly [string, StageParser][] = [['$fill', fill]];

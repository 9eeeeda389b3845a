import { Document } from '../../bson/document.ts';
import { isDocument, typeName, type Value } from '../../bson/value.ts';
import { parseProjectStage } from '../../query/projection.ts';
import { CommandError, inContext } from '../../server/command-error.ts';
import { keepTextScore } from '../../text/text-score.ts';
import { compileExpression } from '../compile-expression.ts';
import type { Expression, Variables } from '../expression.ts';
import { setPath, splitFieldPath } from '../set-path.ts';
import type { Stage, StageParser } from '../stage.ts';
import { allBut, effectOfChange } from './field-effects.ts';

/** Turns one document into another. */
export type DocumentChange = (document: Document, variables: Variables) => Document;

type ChangeParser = (specification: Value) => DocumentChange;

function asStage(name: string, specification: Value, change: DocumentChange): Stage {
  return {
    ...effectOfChange(name, specification),
    *run(input, { variables }) {
      for (const document of input) yield keepTextScore(document, change(document, variables));
    },
  };
}

function documentOf(name: string, specification: Value): Document {
  if (!isDocument(specification)) throw new CommandError(15_969, `${name} specification must be an object`);
  return specification;
}

const project: ChangeParser = (specification) => {
  const projection = parseProjectStage(documentOf('$project', specification), '$project');
  return (document, variables) => projection(document, () => undefined, variables);
};

interface Assignment {
  readonly segments: readonly string[];
  readonly evaluate: Expression;
}

function addFields(name: '$addFields' | '$set', specification: Value): DocumentChange {
  if (!isDocument(specification)) {
    throw new CommandError(40_272, `${name} specification stage must be an object, got ${typeName(specification)}`);
  }
  const assignments = assignmentsOf(name, specification);
  return (document, variables) => {
    const target = new Document(new Map(document.entries()));
    for (const { segments, evaluate } of assignments)
      assign(target.fields, segments, evaluate({ root: document, variables }));
    return target;
  };
}

/** What a stage sets; failures name the stage as it was called. */
function assignmentsOf(name: string, specification: Document): readonly Assignment[] {
  const assignments: Assignment[] = [];
  inContext(`Invalid ${name}`, () => {
    collect(specification, [], assignments);
    if (assignments.length === 0) throw new CommandError(40_177, 'specification must have at least one field');
    refuseConflicts(assignments);
  });
  return assignments;
}

function collect(specification: Document, prefix: readonly string[], assignments: Assignment[]): void {
  for (const [path, value] of specification.entries()) {
    const segments = [...prefix, ...splitFieldPath(path)];
    if (isDocument(value) && value.firstName() === undefined) {
      throw new CommandError(
        40_180,
        `an empty object is not a valid value. Found empty object at path ${segments.join('.')}`,
      );
    }
    if (isDocument(value) && !isOperation(value)) collect(value, segments, assignments);
    else assignments.push({ segments, evaluate: compileExpression(value) });
  }
}

/** Whether a document is one operator with its operand, not fields of its own. */
function isOperation(value: Document): boolean {
  return value.firstName()?.startsWith('$') === true && [...value.entries()].length === 1;
}

function refuseConflicts(assignments: readonly Assignment[]): void {
  const paths = assignments.map(({ segments }) => `${segments.join('.')}.`).toSorted();
  for (const [index, path] of paths.entries()) {
    const next = paths[index + 1];
    if (next?.startsWith(path) !== true) continue;
    throw new CommandError(
      40_176,
      `specification contains two conflicting paths. Cannot specify both '${path.slice(0, -1)}' and '${next.slice(0, -1)}'`,
    );
  }
}

/**
 * Sets a path in a copy, element by element through arrays; a missing value removes the field. What is on the way
 * becomes a document even then.
 */
function assign(fields: Map<string, Value>, segments: readonly string[], value: Value | undefined): void {
  const [name = '', ...rest] = segments;
  if (rest.length === 0) {
    if (value === undefined) fields.delete(name);
    else fields.set(name, value);
    return;
  }
  const existing = fields.get(name);
  if (Array.isArray(existing))
    fields.set(
      name,
      existing.map((item) => assignInto(item, rest, value)),
    );
  else fields.set(name, assignInto(existing, rest, value));
}

function assignInto(container: Value | undefined, segments: readonly string[], value: Value | undefined): Value {
  if (Array.isArray(container)) return container.map((item) => assignInto(item, segments, value));
  const copy = new Document(new Map(isDocument(container) ? container.entries() : []));
  assign(copy.fields, segments, value);
  return copy;
}

const unset: ChangeParser = (specification) => {
  if (typeof specification !== 'string' && !Array.isArray(specification)) {
    throw new CommandError(31_002, '$unset specification must be a string or an array');
  }
  const paths = Array.isArray(specification) ? specification : [specification];
  if (paths.length === 0) {
    throw new CommandError(31_119, '$unset specification must be a string or an array with at least one field');
  }
  const fields = paths.map((path): [string, Value] => {
    if (typeof path !== 'string')
      throw new CommandError(31_120, '$unset specification must be a string or an array containing only string values');
    return [path, false];
  });
  const projection = parseProjectStage(new Document(new Map(fields)), '$unset');
  return (document, variables) => projection(document, () => undefined, variables);
};

function replacing(name: string, expression: Value): DocumentChange {
  const evaluate = compileExpression(expression);
  return (document, variables) => {
    const result = evaluate({ root: document, variables });
    if (isDocument(result)) return result;
    throw new CommandError(
      40_228,
      `'newRoot' expression of ${name} must evaluate to an object, but resulting value was of type: ${result === undefined ? 'missing' : typeName(result)}`,
    );
  };
}

const replaceRoot: ChangeParser = (specification) => {
  if (!isDocument(specification)) {
    throw new CommandError(
      40_229,
      `expected an object as specification for $replaceRoot stage, got ${typeName(specification)}`,
    );
  }
  for (const [name] of specification.entries()) {
    if (name !== 'newRoot') throw new CommandError(40_415, `BSON field '$replaceRoot.${name}' is an unknown field.`);
  }
  const newRoot = specification.get('newRoot');
  if (newRoot === undefined)
    throw new CommandError(40_414, "BSON field '$replaceRoot.newRoot' is missing but a required field");
  return replacing('$replaceRoot', newRoot);
};

interface Unwinding {
  readonly segments: readonly string[];
  readonly keepsEmpty: boolean;
  readonly indexSegments: readonly string[] | undefined;
}

const unwind: StageParser = (specification) => {
  const options = parseUnwind(specification);
  return {
    leavesAlone: allBut([options.segments, options.indexSegments ?? []].map((path) => path.join('.')).filter(Boolean)),
    *run(input) {
      for (const document of input) yield* unwindDocument(document, options);
    },
  };
};

function parseUnwind(specification: Value): Unwinding {
  if (typeof specification !== 'string' && !isDocument(specification)) {
    throw new CommandError(
      15_981,
      `expected either a string or an object as specification for $unwind stage, got ${typeName(specification)}`,
    );
  }
  const parts = isDocument(specification) ? specification : new Document(new Map([['path', specification]]));
  for (const [name] of parts.entries()) {
    if (!['path', 'preserveNullAndEmptyArrays', 'includeArrayIndex'].includes(name))
      throw new CommandError(28_811, `unrecognized option to $unwind stage: ${name}`);
  }
  const path = parts.get('path');
  if (path === undefined) throw new CommandError(28_812, 'no path specified to $unwind stage');
  if (typeof path !== 'string') throw new CommandError(28_808, 'expected a string as the path for $unwind stage');
  if (!path.startsWith('$') || path === '$')
    throw new CommandError(28_818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  const index = parts.get('includeArrayIndex');
  if (index !== undefined && (typeof index !== 'string' || index === '')) {
    throw new CommandError(28_810, 'expected a non-empty string for the includeArrayIndex option to $unwind stage');
  }
  if (index?.startsWith('$') === true) {
    throw new CommandError(
      28_822,
      `includeArrayIndex option to $unwind stage should not be prefixed with a '$': ${index}`,
    );
  }
  const indexSegments = index === undefined ? undefined : splitFieldPath(index);
  const keeps = parts.get('preserveNullAndEmptyArrays');
  if (keeps !== undefined && typeof keeps !== 'boolean') {
    throw new CommandError(
      28_809,
      `expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage, got ${typeName(keeps)}`,
    );
  }
  return {
    segments: splitFieldPath(path.slice(1)),
    keepsEmpty: keeps === true,
    indexSegments,
  };
}

function* unwindDocument(document: Document, { segments, keepsEmpty, indexSegments }: Unwinding): Generator<Document> {
  const withIndex = (changed: Document, index: bigint | null): Document =>
    indexSegments === undefined ? changed : setPath(changed, indexSegments, index);
  const parent = segments
    .slice(0, -1)
    .reduce<Value | undefined>((value, name) => (isDocument(value) ? value.get(name) : undefined), document);
  const value = isDocument(parent) ? parent.get(segments.at(-1) ?? '') : undefined;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield withIndex(setPath(document, segments, item), BigInt(index));
    if (value.length === 0 && keepsEmpty) yield withIndex(setPath(document, segments, undefined), null);
  } else if (keepsEmpty || (value !== undefined && value !== null && typeName(value) !== 'undefined')) {
    yield withIndex(document, null);
  }
}

/** The stages that only change one document at a time, which updates may use too. */
export const DOCUMENT_CHANGES: ReadonlyMap<string, ChangeParser> = new Map([
  ['$project', project],
  ['$addFields', (specification: Value) => addFields('$addFields', specification)],
  ['$set', (specification: Value) => addFields('$set', specification)],
  ['$unset', unset],
  ['$replaceRoot', replaceRoot],
  ['$replaceWith', (specification: Value) => replacing('$replaceWith', specification)],
]);

/** The stages that work on each document by itself. */
export const SHAPING_STAGES: readonly [string, StageParser][] = [
  ...[...DOCUMENT_CHANGES].map(([name, parse]): [string, StageParser] => [
    name,
    (specification) => asStage(name, specification, parse(specification)),
  ]),
  ['$unwind', unwind],
];

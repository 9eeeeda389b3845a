import { compileExpression, isExpressionName } from '../aggregation/compile-expression.ts';
import { isTruthy, NO_VARIABLES, type Expression, type Variables } from '../aggregation/expression.ts';
import { splitFieldPath } from '../aggregation/set-path.ts';
import { toInteger } from '../bson/arithmetic.ts';
import { Document } from '../bson/document.ts';
import { formatValue } from '../bson/format-value.ts';
import { isDocument, isNumber, typeName, type Value } from '../bson/value.ts';
import { CommandError, inContext } from '../server/command-error.ts';
import { keepMatchedElement } from './positional-projection.ts';
import { projectDocument, type ProjectionNode } from './project-document.ts';
import { parseFilter } from './parse-filter.ts';
import { matches } from './filter.ts';
import { refuseSpecial } from './special-conditions.ts';

/** Shapes one document; `positionOf` finds the array element the query matched, for `path.$`. */
export type Projection = (document: Document, positionOf: () => number | undefined, variables?: Variables) => Document;

interface Parsing {
  readonly tree: Map<string, ProjectionNode>;
  /** Set by the first field that is included or excluded, `_id` aside. */
  mode: 'include' | 'exclude' | undefined;
  /** `find` knows `$slice`, `$elemMatch` and `path.$`; `$project` reads them as expressions. */
  readonly isFind: boolean;
  idMode: 'include' | 'exclude' | undefined;
  /** The path before `.$`. */
  positional: readonly string[] | undefined;
  /** Which of the forms only `find` knows stand in it; they include or exclude nothing themselves. */
  hasSlice: boolean;
  hasElementMatch: boolean;
}

/** Parses a `find` projection. */
export function parseProjection(projection: Document): Projection {
  return parse(projection, true);
}

/** Parses the argument of `$project`, or of a stage that stands for one; failures name the stage. */
export function parseProjectStage(projection: Document, stage: '$project' | '$unset'): Projection {
  return inContext(`Invalid ${stage}`, () => {
    if (projection.firstName() === undefined) {
      throw new CommandError(51_272, 'projection specification must have at least one field');
    }
    return parse(projection, false);
  });
}

function parse(projection: Document, isFind: boolean): Projection {
  const parsing: Parsing = {
    tree: new Map(),
    mode: undefined,
    isFind,
    idMode: undefined,
    positional: undefined,
    hasSlice: false,
    hasElementMatch: false,
  };
  for (const [path, value] of projection.entries()) addField(parsing, path, value);
  const mode = parsing.mode ?? undecidedMode(parsing);
  if (parsing.idMode === 'exclude') parsing.tree.set('_id', { kind: 'exclude' });
  else if (mode === 'include' && !parsing.tree.has('_id')) parsing.tree.set('_id', { kind: 'include' });
  if (mode === 'exclude' && parsing.idMode === 'include') parsing.tree.delete('_id');
  const { tree, positional } = parsing;
  return (document, positionOf, variables = NO_VARIABLES) => {
    const projected = projectDocument(tree, { root: document, keepsOthers: mode === 'exclude', variables });
    return positional === undefined ? projected : keepMatchedElement(projected, positional, positionOf);
  };
}

/** A `$slice` leaves the other fields unless `_id` is included; an `$elemMatch` alone does not. */
function undecidedMode({ hasSlice, hasElementMatch, idMode }: Parsing): 'include' | 'exclude' {
  return idMode === 'include' || (hasElementMatch && !hasSlice) ? 'include' : 'exclude';
}

function addField(parsing: Parsing, path: string, value: Value): void {
  if (path.endsWith('.$') || path.includes('.$.')) {
    addPositional(parsing, path, value);
    return;
  }
  splitFieldPath(path);
  if (typeof value === 'boolean' || isNumber(value)) {
    addFlag(parsing, path, isTruthy(value));
    return;
  }
  if (isDocument(value) && !isOperator(value)) {
    if (value.firstName() === undefined)
      throw new CommandError(51_270, 'An empty sub-projection is not a valid value. Found empty object at path');
    for (const [name, inner] of value.entries()) addField(parsing, `${path}.${name}`, inner);
    return;
  }
  addComputed(parsing, path, value);
}

function addPositional(parsing: Parsing, path: string, value: Value): void {
  if (!parsing.isFind) throw new CommandError(31_324, 'Cannot use positional projection in aggregation projection');
  if (isDocument(value)) {
    throw new CommandError(31_271, 'positional projection cannot be used with an expression or sub object');
  }
  if (typeof value !== 'boolean' && !isNumber(value)) {
    throw new CommandError(31_308, 'positional projection cannot be used with a literal');
  }
  if (path.includes('.$.')) {
    throw new CommandError(
      31_394,
      "As of 4.4, it's illegal to specify positional operator in the middle of a path.Positional projection may only be used at the end, for example: a.b.$. If the query previously used a form like a.b.$.d, remove the parts following the '$' and the results will be equivalent.",
    );
  }
  if (!isTruthy(value)) throw new CommandError(31_395, 'positional projection cannot be used with exclusion');
  if (parsing.positional !== undefined) {
    throw new CommandError(31_276, 'Cannot specify more than one positional projection per query.');
  }
  if (parsing.hasElementMatch) {
    throw new CommandError(31_256, 'Cannot specify positional operator and $elemMatch.');
  }
  const array = path.slice(0, -2);
  if (array === '') throw new CommandError(5_392_900, 'Positional projection needs a path before its operator.');
  parsing.positional = splitFieldPath(array);
  setMode(parsing, 'include', path);
  insertNode(parsing.tree, parsing.positional, { kind: 'include' }, path);
}

function isOperator(value: Document): boolean {
  return value.firstName()?.startsWith('$') === true && [...value.entries()].length === 1;
}

function addFlag(parsing: Parsing, path: string, isIncluded: boolean): void {
  if (path === '_id') {
    parsing.idMode = isIncluded ? 'include' : 'exclude';
    if (isIncluded) insertNode(parsing.tree, ['_id'], { kind: 'include' }, path);
    return;
  }
  setMode(parsing, isIncluded ? 'include' : 'exclude', path);
  insertNode(parsing.tree, path.split('.'), { kind: isIncluded ? 'include' : 'exclude' }, path);
}

function setMode(parsing: Parsing, mode: 'include' | 'exclude', path: string): void {
  if (parsing.mode === undefined) parsing.mode = mode;
  if (parsing.mode === mode) return;
  throw mode === 'exclude'
    ? new CommandError(31_254, `Cannot do exclusion on field ${path} in inclusion projection`)
    : new CommandError(31_253, `Cannot do inclusion on field ${path} in exclusion projection`);
}

function setComputedMode(parsing: Parsing, path: string, value: Value): void {
  if (parsing.mode !== 'exclude') {
    parsing.mode = 'include';
    return;
  }
  throw isDocument(value)
    ? new CommandError(31_252, 'Cannot use expression other than $meta in exclusion projection')
    : new CommandError(31_310, `Cannot use an expression ${path}: ${formatValue(value)} in an exclusion projection`);
}

function addComputed(parsing: Parsing, path: string, value: Value): void {
  if (parsing.isFind && isDocument(value)) {
    const name = value.firstName();
    const operand = value.get(name ?? '') ?? null;
    if (name === '$slice') {
      addSlice(parsing, path, value, operand);
      return;
    }
    if (name === '$elemMatch') {
      if (parsing.positional !== undefined) {
        throw new CommandError(31_255, 'Cannot specify positional operator and $elemMatch.');
      }
      if (path.includes('.')) {
        throw new CommandError(31_275, 'Cannot use $elemMatch projection on a nested field.');
      }
      parsing.hasElementMatch = true;
      insertNode(parsing.tree, path.split('.'), { kind: 'element', isMatch: parseElement(operand) }, path);
      return;
    }
  }
  const name = isDocument(value) ? (value.firstName() ?? '') : '';
  if (name.startsWith('$') && !isExpressionName(name)) {
    throw new CommandError(31_325, `Unknown expression ${name}`);
  }
  // Metadata comes on top of whatever else a find returns.
  const isMetadata = parsing.isFind && isDocument(value) && value.firstName() === '$meta';
  if (!isMetadata) setComputedMode(parsing, path, value);
  const evaluate: Expression = compileExpression(value);
  insertNode(parsing.tree, path.split('.'), { kind: 'computed', evaluate }, path);
}

type Slice = (items: readonly Value[]) => Value[];

/** What `find` reads as its own `$slice`: a number, or a number to skip and how many to keep. */
function findSlice(operand: Value): Slice | CommandError {
  const [first = null, second = null, ...others] = Array.isArray(operand) ? operand : [operand];
  const count = toInteger(first, { truncates: true });
  if (!Array.isArray(operand)) {
    if (count === undefined) return new CommandError(31_273, '$slice only supports numbers and [skip, limit] arrays');
    return (items) => (count >= 0n ? items.slice(0, Number(count)) : items.slice(Number(count)));
  }
  if (operand.length !== 2 || others.length > 0) {
    return new CommandError(31_272, '$slice array argument should be of form [skip, limit]');
  }
  const limit = toInteger(second, { truncates: true });
  if (count === undefined) {
    return new CommandError(31_257, `$slice expects the skip argument to be a number, got ${typeName(first)}`);
  }
  if (limit === undefined) {
    return new CommandError(31_258, `$slice expects the limit argument to be a number, got ${typeName(second)}`);
  }
  if (limit <= 0n) return new CommandError(31_259, `$slice limit must be positive, got ${String(limit)}`);
  return (items) => {
    const start = count >= 0n ? Number(count) : Math.max(0, items.length + Number(count));
    return items.slice(start, start + Number(limit));
  };
}

/** A `$slice` that `find` does not read as its own is the expression of that name. */
function addSlice(parsing: Parsing, path: string, value: Document, operand: Value): void {
  const slice = findSlice(operand);
  if (!(slice instanceof CommandError)) {
    insertNode(parsing.tree, path.split('.'), { kind: 'slice', slice }, path);
    parsing.hasSlice = true;
    return;
  }
  setComputedMode(parsing, path, value);
  inContext(
    `Invalid $slice syntax. The given syntax ${formatValue(value)} did not match the find() syntax because :: Location${String(slice.code)}: ${slice.message} :: The given syntax did not match the expression $slice syntax.`,
    () => insertNode(parsing.tree, path.split('.'), { kind: 'computed', evaluate: compileExpression(value) }, path),
  );
}

function parseElement(operand: Value): (item: Value) => boolean {
  if (!isDocument(operand))
    throw new CommandError(31_274, `elemMatch: Invalid argument, object required, but got ${typeName(operand)}`);
  const wrapped = refuseSpecial(parseFilter(documentWith('x', documentWith('$elemMatch', operand))));
  return (item) => matches(wrapped, documentWith('x', [item]));
}

function documentWith(name: string, value: Value): Document {
  return new Document(new Map([[name, value]]));
}

function insertNode(
  tree: Map<string, ProjectionNode>,
  segments: readonly string[],
  node: ProjectionNode,
  path: string,
): void {
  const [name = '', ...rest] = segments;
  const existing = tree.get(name);
  if (rest.length === 0) {
    if (existing !== undefined) throw new CommandError(31_250, `Path collision at ${path}`);
    tree.set(name, node);
    return;
  }
  if (existing !== undefined && existing.kind !== 'tree')
    throw new CommandError(31_249, `Path collision at ${path} remaining portion ${rest.join('.')}`);
  const children: Map<string, ProjectionNode> = new Map(existing?.children);
  insertNode(children, rest, node, path);
  tree.set(name, { kind: 'tree', children });
}

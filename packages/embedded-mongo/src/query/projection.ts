import { compileExpression } from '../aggregation/compile-expression.ts';
import { isTruthy, NO_VARIABLES, type Expression, type Variables } from '../aggregation/expression.ts';
import { toInteger } from '../bson/arithmetic.ts';
import { Document } from '../bson/document.ts';
import { isDocument, isNumber, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { projectDocument, type ProjectionNode } from './project-document.ts';
import { parseFilter } from './parse-filter.ts';
import { matches } from './filter.ts';

/** Shapes one document; `positionOf` finds the array element the query matched, for `path.$`. */
export type Projection = (
  document: Document,
  positionOf: (path: readonly string[]) => number | undefined,
  variables?: Variables,
) => Document;

interface Parsing {
  readonly tree: Map<string, ProjectionNode>;
  /** Set by the first field that is included or excluded, `_id` aside. */
  mode: 'include' | 'exclude' | undefined;
  /** `find` knows `$slice`, `$elemMatch` and `path.$`; `$project` reads them as expressions. */
  readonly isFind: boolean;
  idMode: 'include' | 'exclude' | undefined;
}

/** Parses a `find` projection. */
export function parseProjection(projection: Document): Projection {
  return parse(projection, true);
}

/** Parses the argument of `$project`. */
export function parseProjectStage(projection: Document): Projection {
  if (projection.firstName() === undefined) {
    throw new CommandError(
      51_272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    );
  }
  return parse(projection, false);
}

function parse(projection: Document, isFind: boolean): Projection {
  const parsing: Parsing = { tree: new Map(), mode: undefined, isFind, idMode: undefined };
  for (const [path, value] of projection.entries()) addField(parsing, path, value);
  const mode = parsing.mode ?? (parsing.idMode === 'include' ? 'include' : 'exclude');
  if (parsing.idMode === 'exclude') parsing.tree.set('_id', { kind: 'exclude' });
  else if (mode === 'include' && !parsing.tree.has('_id')) parsing.tree.set('_id', { kind: 'include' });
  if (mode === 'exclude' && parsing.idMode === 'include') parsing.tree.delete('_id');
  return (document, positionOf, variables = NO_VARIABLES) =>
    projectDocument(parsing.tree, { root: document, keepsOthers: mode === 'exclude', positionOf, variables });
}

function addField(parsing: Parsing, path: string, value: Value): void {
  if (path === '' || path.split('.').includes(''))
    throw new CommandError(40_352, 'FieldPath field names may not be empty strings.');
  if (path.startsWith('$'))
    throw new CommandError(
      16_410,
      `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
    );
  if (parsing.isFind && path.endsWith('.$')) {
    setMode(parsing, 'include', path);
    insertNode(
      parsing.tree,
      path.slice(0, -2).split('.'),
      { kind: 'positional', path: path.slice(0, -2).split('.') },
      path,
    );
    return;
  }
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

function isOperator(value: Document): boolean {
  return value.firstName()?.startsWith('$') === true;
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

function addComputed(parsing: Parsing, path: string, value: Value): void {
  if (parsing.isFind && isDocument(value)) {
    const name = value.firstName();
    const operand = value.get(name ?? '') ?? null;
    if (name === '$slice') {
      insertNode(parsing.tree, path.split('.'), { kind: 'slice', slice: parseSlice(operand) }, path);
      return;
    }
    if (name === '$elemMatch') {
      setMode(parsing, 'include', path);
      insertNode(parsing.tree, path.split('.'), { kind: 'element', isMatch: parseElement(operand) }, path);
      return;
    }
  }
  // Metadata comes on top of whatever else a find returns.
  const isMetadata = parsing.isFind && isDocument(value) && value.firstName() === '$meta';
  if (!isMetadata) setMode(parsing, 'include', path);
  const evaluate: Expression = compileExpression(value);
  insertNode(parsing.tree, path.split('.'), { kind: 'computed', evaluate }, path);
}

function parseSlice(operand: Value): (items: readonly Value[]) => Value[] {
  const [first, second] = (Array.isArray(operand) ? operand : [operand]).map((item) =>
    toInteger(item, { truncates: true }),
  );
  if (first === undefined) throw new CommandError(28_667, '$slice must be a number or an array of a skip and a limit');
  if (!Array.isArray(operand)) {
    const count = Number(first);
    return (items) => (count >= 0 ? items.slice(0, count) : items.slice(count));
  }
  if (second === undefined || second <= 0n) throw new CommandError(28_724, '$slice limit must be positive');
  const [skip, limit] = [Number(first), Number(second)];
  return (items) => {
    const start = skip >= 0 ? skip : Math.max(0, items.length + skip);
    return items.slice(start, start + limit);
  };
}

function parseElement(operand: Value): (item: Value) => boolean {
  if (!isDocument(operand)) throw new CommandError(31_274, '$elemMatch: Invalid argument, object required');
  const wrapped = parseFilter(documentWith('x', documentWith('$elemMatch', operand)));
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

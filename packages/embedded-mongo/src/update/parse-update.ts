import type { Document } from '../bson/document.ts';
import { formatValue } from '../bson/format-value.ts';
import { isDocument, typeName, type Value } from '../bson/value.ts';
import { arrayPosition } from '../query/filter.ts';
import { CommandError } from '../server/command-error.ts';
import { ARRAY_OPERATORS } from './array-operators.ts';
import { refuseMergedPaths } from './merged-paths.ts';
import { checkRename, renaming } from './rename.ts';
import { resolveSlots, type UpdateContext } from './slots.ts';
import { checkUpdatePath, ReachedPlaces, refuseConflicts } from './update-paths.ts';
import { VALUE_OPERATORS, type FieldChange } from './value-operators.ts';

/** Changes a document in place. */
export type Modify = (document: Document, context: UpdateContext) => void;

interface Change {
  readonly operator: string;
  readonly path: string;
  readonly segments: readonly string[];
  readonly change: FieldChange;
}

/** Parses an update made of operators; unknown operators and conflicting paths are refused. */
export function parseOperators(update: Document, filters: ReadonlySet<string>): Modify {
  const changes: Change[] = [];
  for (const [operator, operand] of update.entries()) {
    checkOperator(operator, operand);
    if (!isDocument(operand)) continue;
    for (const [path, value] of operand.entries()) {
      changes.push(...parseChange(operator, path, value, filters));
    }
  }
  refuseConflicts(changes);
  const ordered = changes.toSorted((left, right) => compareSegments(left.segments, right.segments));
  const isDynamic = changes.length > 1 && changes.some(({ path }) => path.includes('.$'));
  return (document, context) => {
    if (isDynamic) refuseSharedPlaces(ordered, document, context);
    const reached = isDynamic ? new ReachedPlaces() : undefined;
    for (const change of ordered) applyChange(change, document, context, reached);
  };
}

function checkOperator(operator: string, operand: Value): void {
  if (!VALUE_OPERATORS.has(operator) && !ARRAY_OPERATORS.has(operator) && operator !== '$rename') {
    throw new CommandError(
      'FailedToParse',
      `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  }
  if (!isDocument(operand)) {
    throw new CommandError(
      'FailedToParse',
      `Modifiers operate on fields but we found type ${typeName(operand)} instead. For example: {$mod: {<field>: ...}} not {${operator}: ${typeName(operand)}}`,
    );
  }
}

function parseChange(operator: string, path: string, value: Value, filters: ReadonlySet<string>): readonly Change[] {
  checkUpdatePath(path, filters);
  const segments = path.split('.');
  if (operator === '$rename') return parseRename(path, value, filters);
  const parse = VALUE_OPERATORS.get(operator) ?? ARRAY_OPERATORS.get(operator);
  return parse === undefined ? [] : [{ operator, path, segments, change: parse(path, value) }];
}

function parseRename(path: string, target: Value, filters: ReadonlySet<string>): readonly Change[] {
  if (typeof target !== 'string') {
    throw new CommandError('BadValue', `The 'to' field for $rename must be a string: ${path}: ${formatValue(target)}`);
  }
  checkUpdatePath(target, filters);
  checkRename(path, target);
  const source: FieldChange = { creates: false, toleratesBlocked: true, apply: () => {} };
  return [
    { operator: '$rename', path, segments: path.split('.'), change: source },
    { operator: '$rename', path: target, segments: target.split('.'), change: renaming(path, target) },
  ];
}

/** Refuses changes of one place before any of them can hide it from the others; new places are seen when made. */
function refuseSharedPlaces(changes: readonly Change[], document: Document, context: UpdateContext): void {
  const applied = changes.filter(({ operator }) => operator !== '$setOnInsert' || context.isInsert);
  refuseMergedPaths(
    document,
    applied.map(({ segments }) => segments),
    context,
  );
  const places = new ReachedPlaces();
  for (const { segments } of applied) {
    const slots = resolveSlots(document, segments, context, { creates: false, toleratesBlocked: true });
    places.add(slots.map(({ path }) => path));
  }
}

function applyChange(
  { operator, segments, change }: Change,
  document: Document,
  context: UpdateContext,
  reached: ReachedPlaces | undefined,
): void {
  if (operator === '$setOnInsert' && !context.isInsert) return;
  if (change.isNeeded?.(document) === false) return;
  if (change.creates) refuseDollarField(document, segments);
  const slots = resolveSlots(document, segments, context, change);
  reached?.add(slots.map(({ path }) => path));
  for (const slot of slots) change.apply(slot, context, document);
}

/** A field of the document itself may start with a dollar sign only as an insert or a replacement stage put it there. */
function refuseDollarField(document: Document, segments: readonly string[]): void {
  const [first = ''] = segments;
  if (!first.startsWith('$') || (segments.length > 1 && document.has(first))) return;
  throw new CommandError(
    'DollarPrefixedFieldName',
    `The dollar ($) prefixed field '${first}' in '${first}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
  );
}

/** Fields are changed in the order of their names, numbers by value, whatever the order of the update. */
function compareSegments(left: readonly string[], right: readonly string[]): number {
  for (const [index, name] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (name === other) continue;
    const [first, second] = [arrayPosition(name), arrayPosition(other)];
    if (first !== undefined && second !== undefined) return first - second;
    return name < other ? -1 : 1;
  }
  return left.length - right.length;
}

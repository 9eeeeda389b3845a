import type { Document } from '../bson/document.ts';
import { isDocument, typeName, type Value } from '../bson/value.ts';
import { arrayPosition } from '../query/filter.ts';
import { CommandError } from '../server/command-error.ts';
import { ARRAY_OPERATORS } from './array-operators.ts';
import { resolveSlots, type Slot, type UpdateContext } from './slots.ts';
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
export function parseOperators(update: Document): Modify {
  const changes: Change[] = [];
  for (const [operator, operand] of update.entries()) {
    checkOperator(operator, operand);
    if (!isDocument(operand)) continue;
    for (const [path, value] of operand.entries()) {
      checkPath(path);
      changes.push(...parseChange(operator, path, value));
    }
  }
  refuseConflicts(changes);
  const ordered = changes.toSorted((left, right) => compareSegments(left.segments, right.segments));
  return (document, context) => {
    for (const change of ordered) applyChange(change, document, context);
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

function checkPath(path: string): void {
  if (path === '') throw new CommandError(56, 'An empty update path is not valid.');
  const segments = path.split('.');
  if (segments.includes(''))
    throw new CommandError(56, `The update path '${path}' contains an empty field name, which is not allowed.`);
  if (segments[0] === '$' || segments[0]?.startsWith('$[') === true) {
    throw new CommandError(
      'BadValue',
      `Cannot have positional (i.e. '$') element in the first position in path '${path}'`,
    );
  }
}

function parseChange(operator: string, path: string, value: Value): readonly Change[] {
  const segments = path.split('.');
  if (operator === '$rename') return parseRename(path, segments, value);
  const parse = VALUE_OPERATORS.get(operator) ?? ARRAY_OPERATORS.get(operator);
  return parse === undefined ? [] : [{ operator, path, segments, change: parse(path, value) }];
}

function parseRename(path: string, segments: readonly string[], target: Value): readonly Change[] {
  if (typeof target !== 'string') {
    throw new CommandError('BadValue', `The 'to' field for $rename must be a string: ${path}`);
  }
  checkPath(target);
  if ([path, target].some((name) => name.split('.').some((segment) => segment.startsWith('$')))) {
    throw new CommandError('BadValue', `The source and target field for $rename may not be dynamic: ${path}`);
  }
  const targetSegments = target.split('.');
  const source: FieldChange = { creates: false, apply: () => {} };
  const change: FieldChange = {
    creates: true,
    isNeeded: (root) => plainSlot(root, segments)?.get() !== undefined,
    apply: (slot, _context, root) => {
      const from = plainSlot(root, segments);
      const value = from?.get();
      if (value === undefined || from === undefined) return;
      from.remove();
      slot.set(value);
    },
  };
  return [
    { operator: '$rename', path, segments, change: source },
    { operator: '$rename', path: target, segments: targetSegments, change },
  ];
}

function plainSlot(root: Document, segments: readonly string[]): Slot | undefined {
  const context: UpdateContext = { isInsert: false, matchedPosition: () => undefined, arrayFilters: new Map(), now: 0 };
  let value: Value | undefined = root;
  for (const segment of segments.slice(0, -1)) {
    if (Array.isArray(value)) throw new CommandError('BadValue', 'The source field cannot be an array element');
    value = isDocument(value) ? value.get(segment) : undefined;
  }
  if (Array.isArray(value)) throw new CommandError('BadValue', 'The source field cannot be an array element');
  return resolveSlots(root, segments, context, false)[0];
}

function applyChange({ operator, segments, change }: Change, document: Document, context: UpdateContext): void {
  if (operator === '$setOnInsert' && !context.isInsert) return;
  if (change.isNeeded?.(document) === false) return;
  for (const slot of resolveSlots(document, segments, context, change.creates)) change.apply(slot, context, document);
}

function refuseConflicts(changes: readonly Change[]): void {
  const seen = new Map<string, string>();
  for (const { path, segments } of changes) {
    const clash = segments
      .map((_segment, index) => segments.slice(0, index + 1).join('.'))
      .find((prefix) => seen.has(prefix));
    const inner = [...seen.keys()].find((other) => other.startsWith(`${path}.`));
    if (clash !== undefined || inner !== undefined) {
      throw new CommandError(
        'ConflictingUpdateOperators',
        `Updating the path '${path}' would create a conflict at '${clash ?? path}'`,
      );
    }
    seen.set(path, path);
  }
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

import { addNumbers, multiplyNumbers, narrowInteger, toInteger, type Numeric } from '../bson/arithmetic.ts';
import { compareValues } from '../bson/compare-values.ts';
import type { Document } from '../bson/document.ts';
import { formatBriefly } from '../bson/format-value.ts';
import { dateTime, int, isDocument, isNumber, typeName, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { nextTimestamp } from './empty-timestamps.ts';
import type { Slot, UpdateContext } from './slots.ts';

/** An operator with its operand parsed: changes one place. */
export interface FieldChange {
  readonly creates: boolean;
  /** Whether a path that cannot exist leaves the document as it is instead of failing. */
  readonly toleratesBlocked?: boolean;
  /** Says before any parent is made whether there is anything to do; absent means always. */
  readonly isNeeded?: (root: Document) => boolean;
  apply(slot: Slot, context: UpdateContext, root: Document): void;
}

type ParseChange = (path: string, operand: Value) => FieldChange;

/** The operators that set, compute or remove one value. */
export const VALUE_OPERATORS: ReadonlyMap<string, ParseChange> = new Map<string, ParseChange>([
  ['$set', (_path, operand) => ({ creates: true, apply: (slot) => slot.set(operand) })],
  ['$unset', () => ({ creates: false, toleratesBlocked: true, apply: (slot) => slot.remove() })],
  ['$setOnInsert', (_path, operand) => ({ creates: true, apply: (slot) => slot.set(operand) })],
  ['$inc', (path, operand) => arithmetic('$inc', path, operand)],
  ['$mul', (path, operand) => arithmetic('$mul', path, operand)],
  ['$min', (_path, operand) => extreme(operand, (order) => order < 0)],
  ['$max', (_path, operand) => extreme(operand, (order) => order > 0)],
  ['$currentDate', (_path, operand) => currentDate(operand)],
  ['$bit', bitwise],
]);

function arithmetic(name: '$inc' | '$mul', path: string, operand: Value): FieldChange {
  if (!isNumber(operand)) {
    const verb = name === '$inc' ? 'increment' : 'multiply';
    throw new CommandError(
      'TypeMismatch',
      `Cannot ${verb} with non-numeric argument: {${path}: ${formatBriefly(operand)}}`,
    );
  }
  return {
    creates: true,
    apply: (slot, _context, root) => {
      const value = slot.get();
      if (value === undefined) {
        slot.set(name === '$inc' ? operand : multiplyNumbers(operand, int(0), 'throw'));
        return;
      }
      if (!isNumber(value)) {
        const field = path.split('.').at(-1) ?? path;
        throw new CommandError(
          'TypeMismatch',
          `Cannot apply ${name} to a value of non-numeric type. {${describeId(root)}} has the field '${field}' of non-numeric type ${typeName(value)}`,
        );
      }
      slot.set(computed(name, value, operand, root));
    },
  };
}

function computed(name: '$inc' | '$mul', value: Numeric, operand: Numeric, root: Document): Numeric {
  try {
    return name === '$inc' ? addNumbers(value, operand, 'throw') : multiplyNumbers(value, operand, 'throw');
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const type = typeof value === 'bigint' ? 'NumberLong' : 'NumberInt';
    throw new CommandError(
      'BadValue',
      `Failed to apply ${name} operations to current value ((${type})${formatBriefly(value)}) for document {${describeId(root)}}`,
    );
  }
}

/** How an error message names the document being changed; one that is being made has no identifier yet. */
export function describeId(root: Document): string {
  const id = root.get('_id');
  return id === undefined ? 'no id' : `_id: ${formatBriefly(id)}`;
}

function extreme(operand: Value, isBetter: (order: number) => boolean): FieldChange {
  return {
    creates: true,
    apply: (slot) => {
      const value = slot.get();
      if (value === undefined || isBetter(compareValues(operand, value))) slot.set(operand);
    },
  };
}

function currentDate(operand: Value): FieldChange {
  if (typeof operand !== 'boolean' && !isDocument(operand)) {
    throw new CommandError(
      'BadValue',
      `${typeName(operand)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    );
  }
  const unknown = isDocument(operand) ? [...operand.entries()].find(([name]) => name !== '$type') : undefined;
  if (unknown !== undefined) throw new CommandError('BadValue', `Unrecognized $currentDate option: ${unknown[0]}`);
  const type = isDocument(operand) ? operand.get('$type') : 'date';
  if (type !== 'date' && type !== 'timestamp') {
    throw new CommandError(
      'BadValue',
      "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
    );
  }
  return {
    creates: true,
    apply: (slot, { now }) =>
      slot.set(type === 'timestamp' ? { kind: 'timestamp', value: nextTimestamp() } : dateTime(now)),
  };
}

const BIT_OPERATIONS: ReadonlyMap<string, (left: bigint, right: bigint) => bigint> = new Map([
  ['and', (left, right) => left & right],
  ['or', (left, right) => left | right],
  ['xor', (left, right) => left ^ right],
]);

function bitwise(path: string, operand: Value): FieldChange {
  if (!isDocument(operand)) {
    throw new CommandError(
      'BadValue',
      `The $bit modifier is not compatible with a ${typeName(operand)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    );
  }
  const steps = [...operand.entries()].map(([name, argument]) => {
    const operation = BIT_OPERATIONS.get(name);
    const step = `{${name}: ${formatBriefly(argument)}}`;
    if (operation === undefined) {
      throw new CommandError(
        'BadValue',
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: ${step}`,
      );
    }
    if (typeName(argument) !== 'int' && typeName(argument) !== 'long') {
      throw new CommandError(
        'BadValue',
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeName(argument)}' is not supported here: ${step}`,
      );
    }
    return { operation, argument };
  });
  if (steps.length === 0) {
    throw new CommandError(
      'BadValue',
      'You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}}',
    );
  }
  return {
    creates: true,
    apply: (slot, _context, root) => {
      for (const { operation, argument } of steps) {
        const value = slot.get() ?? int(0);
        const [left, right] = [toInteger(value), toInteger(argument)];
        if (
          left === undefined ||
          right === undefined ||
          typeName(value) === 'double' ||
          typeName(value) === 'decimal'
        ) {
          throw new CommandError(
            'BadValue',
            `Cannot apply $bit to a value of non-integral type.${describeId(root)} has the field ${path.split('.').at(-1) ?? path} of non-integer type ${typeName(value)}`,
          );
        }
        const result = operation(left, right);
        slot.set(typeof value === 'bigint' || typeof argument === 'bigint' ? result : narrowInteger(result));
      }
    },
  };
}

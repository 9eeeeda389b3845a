import { addNumbers, multiplyNumbers, narrowInteger, toInteger } from '../bson/arithmetic.ts';
import { compareValues } from '../bson/compare-values.ts';
import type { Document } from '../bson/document.ts';
import { formatValue } from '../bson/format-value.ts';
import { dateTime, int, isDocument, isNumber, typeName, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { describeType, type Slot, type UpdateContext } from './slots.ts';

/** An operator with its operand parsed: changes one place. */
export interface FieldChange {
  readonly creates: boolean;
  /** Says before any parent is made whether there is anything to do; absent means always. */
  readonly isNeeded?: (root: Document) => boolean;
  apply(slot: Slot, context: UpdateContext, root: Document): void;
}

type ParseChange = (path: string, operand: Value) => FieldChange;

/** The operators that set, compute or remove one value. */
export const VALUE_OPERATORS: ReadonlyMap<string, ParseChange> = new Map<string, ParseChange>([
  ['$set', (_path, operand) => ({ creates: true, apply: (slot) => slot.set(operand) })],
  ['$unset', () => ({ creates: false, apply: (slot) => slot.remove() })],
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
      `Cannot ${verb} with non-numeric argument: {${path}: ${formatValue(operand)}}`,
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
        const document = `{_id: ${formatValue(root.get('_id') ?? null)}}`;
        const field = path.split('.').at(-1) ?? path;
        throw new CommandError(
          'TypeMismatch',
          `Cannot apply ${name} to a value of non-numeric type. ${document} has the field '${field}' of non-numeric type ${typeName(value)}`,
        );
      }
      slot.set(name === '$inc' ? addNumbers(value, operand, 'throw') : multiplyNumbers(value, operand, 'throw'));
    },
  };
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
  const type = isDocument(operand) ? operand.get('$type') : operand;
  if (typeof type !== 'boolean' && type !== 'date' && type !== 'timestamp') {
    throw new CommandError(
      'BadValue',
      "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
    );
  }
  return {
    creates: true,
    apply: (slot, { now }) => {
      const seconds = BigInt(Math.floor(now / 1000));
      slot.set(type === 'timestamp' ? { kind: 'timestamp', value: (seconds << 32n) | 1n } : dateTime(now));
    },
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
    if (operation === undefined)
      throw new CommandError('BadValue', `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}'`);
    if (typeName(argument) !== 'int' && typeName(argument) !== 'long') {
      throw new CommandError(
        'BadValue',
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeName(argument)}' is not supported here: ${path}`,
      );
    }
    return { operation, argument };
  });
  return {
    creates: true,
    apply: (slot) => {
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
            `Cannot apply $bit to a value of non-integral type ${describeType(value)} at ${path}`,
          );
        }
        const result = operation(left, right);
        slot.set(typeof value === 'bigint' || typeof argument === 'bigint' ? result : narrowInteger(result));
      }
    },
  };
}

import { toInteger } from '../bson/arithmetic.ts';
import { compareValues, isEqual } from '../bson/compare-values.ts';
import { Document } from '../bson/document.ts';
import { formatValue } from '../bson/format-value.ts';
import { isDocument, isNumber, isRegex, typeName, type Value } from '../bson/value.ts';
import { matches } from '../query/filter.ts';
import { parseFieldOperators } from '../query/parse-field-operators.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { refuseSpecial } from '../query/special-conditions.ts';
import { parseInteger } from '../query/parse-integer.ts';
import { regexMatch } from '../query/predicates.ts';
import { equalityKey, parseSort, sortItems } from '../query/sort.ts';
import { CommandError } from '../server/command-error.ts';
import { describeId, type FieldChange } from './value-operators.ts';
import type { Slot } from './slots.ts';

type ParseChange = (path: string, operand: Value) => FieldChange;

/** The operators that add to and take from arrays. */
export const ARRAY_OPERATORS: ReadonlyMap<string, ParseChange> = new Map<string, ParseChange>([
  ['$push', push],
  ['$addToSet', addToSet],
  ['$pop', pop],
  ['$pull', (_path, operand) => removal('$pull', pullTest(operand))],
  ['$pullAll', pullAll],
]);

function arrayAt(slot: Slot, onOther: (value: Value) => CommandError): Value[] | undefined {
  const value = slot.get();
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw onOther(value);
  return value;
}

function push(path: string, operand: Value): FieldChange {
  const modifiers = parsePushModifiers(operand);
  return {
    creates: true,
    apply: (slot, _context, root) => {
      const array = arrayAt(slot, (value) => {
        const document = `{${describeId(root)}}`;
        return new CommandError(
          'BadValue',
          `The field '${path}' must be an array but is of type ${typeName(value)} in document ${document}`,
        );
      });
      slot.set(modifiers.reduce<Value[]>((items, modify) => modify(items), [...(array ?? [])]));
    },
  };
}

type Modify = (items: Value[]) => Value[];

const PUSH_MODIFIERS = new Set(['$each', '$position', '$slice', '$sort']);

function parsePushModifiers(operand: Value): readonly Modify[] {
  if (!isDocument(operand) || !operand.has('$each')) return [(items) => [...items, operand]];
  for (const [name] of operand.entries()) {
    if (!PUSH_MODIFIERS.has(name)) throw new CommandError('BadValue', `Unrecognized clause in $push: ${name}`);
  }
  const each = operand.get('$each');
  if (!Array.isArray(each)) {
    throw new CommandError(
      'BadValue',
      `The argument to $each in $push must be an array but it was of type: ${typeName(each ?? null)}`,
    );
  }
  const position = integerModifier(operand, '$position');
  const slice = integerModifier(operand, '$slice');
  const sort = operand.get('$sort');
  const modify: Modify[] = [(items) => items.toSpliced(position ?? items.length, 0, ...each)];
  if (sort !== undefined) modify.push(sortModifier(sort));
  if (slice !== undefined) modify.push((items) => (slice >= 0 ? items.slice(0, slice) : items.slice(slice)));
  return modify;
}

function integerModifier(operand: Document, name: string): number | undefined {
  const value = operand.get(name);
  if (value === undefined) return undefined;
  const number = toInteger(value);
  if (number === undefined) {
    const wrong = name === '$position' ? ', not of type:' : ' but was given type:';
    throw new CommandError('BadValue', `The value for ${name} must be an integer value${wrong} ${typeName(value)}`);
  }
  return Number(number);
}

function sortModifier(sort: Value): Modify {
  if (isDocument(sort)) {
    checkSortPattern(sort);
    const fields = parseSort(sort);
    return (items) => [...sortItems(items, fields, (item) => (isDocument(item) ? item : new Document(new Map())))];
  }
  if (!isNumber(sort)) {
    throw new CommandError(
      'BadValue',
      'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
    );
  }
  const direction = sortDirection(sort);
  return (items) => items.toSorted((left, right) => Number(direction) * compareValues(left, right));
}

function checkSortPattern(pattern: Document): void {
  const fields = [...pattern.entries()];
  if (fields.length === 0) {
    throw new CommandError('BadValue', 'The $sort pattern is empty when it should be a set of fields.');
  }
  for (const [name, direction] of fields) {
    sortDirection(direction);
    if (name === '') throw new CommandError('BadValue', 'The $sort field cannot be empty');
    if (name.split('.').includes('')) {
      throw new CommandError('BadValue', `The $sort field is a dotted field but has an empty part: ${name}`);
    }
  }
}

function sortDirection(value: Value): bigint {
  const direction = toInteger(value);
  if (direction === 1n || direction === -1n) return direction;
  throw new CommandError('BadValue', 'The $sort element value must be either 1 or -1');
}

function addToSet(path: string, operand: Value): FieldChange {
  const additions = parseAdditions(operand);
  return {
    creates: true,
    apply: (slot) => {
      const array = arrayAt(
        slot,
        (value) =>
          new CommandError(
            'BadValue',
            `Cannot apply $addToSet to non-array field. Field named '${path.split('.').at(-1) ?? path}' has non-array type ${typeName(value)}`,
          ),
      );
      const items = [...(array ?? [])];
      const known = new Set(items.map(equalityKey));
      for (const addition of additions) {
        const key = equalityKey(addition);
        if (!known.has(key)) items.push(addition);
        known.add(key);
      }
      slot.set(items);
    },
  };
}

function parseAdditions(operand: Value): readonly Value[] {
  if (!isDocument(operand) || operand.firstName() !== '$each') return [operand];
  const each = operand.get('$each');
  if (!Array.isArray(each)) {
    throw new CommandError(
      'TypeMismatch',
      `The argument to $each in $addToSet must be an array but it was of type ${typeName(each ?? null)}`,
    );
  }
  if ([...operand.entries()].length > 1) {
    throw new CommandError('BadValue', `Found unexpected fields after $each in $addToSet: ${formatValue(operand)}`);
  }
  return each;
}

function pop(path: string, operand: Value): FieldChange {
  const direction = parseInteger(path, operand);
  if (direction !== 1n && direction !== -1n) {
    throw new CommandError('FailedToParse', `$pop expects 1 or -1, found: ${formatValue(operand)}`);
  }
  return {
    creates: false,
    apply: (slot) => {
      const array = arrayAt(
        slot,
        (value) =>
          new CommandError('TypeMismatch', `Path '${path}' contains an element of non-array type '${typeName(value)}'`),
      );
      if (array !== undefined) slot.set(direction === 1n ? array.slice(0, -1) : array.slice(1));
    },
  };
}

function removal(name: string, isPulled: (item: Value) => boolean): FieldChange {
  return {
    creates: false,
    apply: (slot) => {
      const array = arrayAt(slot, () => new CommandError('BadValue', `Cannot apply ${name} to a non-array value`));
      if (array !== undefined) slot.set(array.filter((item) => !isPulled(item)));
    },
  };
}

/** Operators that say something of a whole element instead of comparing it. */
const WHOLE_CONDITIONS = new Set(['$and', '$or', '$nor', '$expr', '$jsonSchema', '$text', '$where', '$comment']);

function pullTest(operand: Value): (item: Value) => boolean {
  if (isRegex(operand)) return regexMatch(operand, undefined).test;
  if (!isDocument(operand)) return (item) => isEqual(item, operand);
  const first = operand.firstName();
  if (first !== undefined && first.startsWith('$') && !WHOLE_CONDITIONS.has(first)) {
    const filters = parseFieldOperators({ path: '', segments: [] }, operand.entries(), parseFilter);
    return (item) => filters.every((filter) => matches(filter, item));
  }
  const filter = refuseSpecial(parseFilter(operand));
  return (item) => isDocument(item) && matches(filter, item);
}

function pullAll(_path: string, operand: Value): FieldChange {
  if (!Array.isArray(operand))
    throw new CommandError('BadValue', `$pullAll requires an array argument but was given a ${typeName(operand)}`);
  const keys = new Set(operand.map(equalityKey));
  return removal('$pullAll', (item) => keys.has(equalityKey(item)));
}

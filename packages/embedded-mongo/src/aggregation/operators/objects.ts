import { Document } from '../../bson/document.ts';
import { encodeDocument } from '../../bson/encode-document.ts';
import { formatValue } from '../../bson/format-value.ts';
import { int, isDocument, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { mergeObjects } from '../accumulators/collecting.ts';
import { isNullish, type Compile, type Expression, type OperatorParser } from '../expression.ts';
import { isLiteralName } from '../literal-name.ts';
import { splitFieldPath } from '../set-path.ts';
import { ARGUMENT_WORDING, documentOf, listOperator, namedOperands, typeOf } from './operands.ts';

function objectToArray([value]: readonly (Value | undefined)[]): Value {
  if (isNullish(value)) return null;
  if (!isDocument(value)) {
    throw new CommandError(40_390, `$objectToArray requires a document input, found: ${typeOf(value)}`);
  }
  return Array.from(value.entries(), ([key, content]) =>
    documentOf([
      ['k', key],
      ['v', content],
    ]),
  );
}

function arrayToObject([value]: readonly (Value | undefined)[]): Value {
  if (isNullish(value)) return null;
  if (!Array.isArray(value)) {
    throw new CommandError(40_386, `$arrayToObject requires an array input, found: ${typeOf(value)}`);
  }
  const [first] = value;
  const arePairs = Array.isArray(first);
  if (first !== undefined && !arePairs && !isDocument(first)) {
    throw new CommandError(40_398, `Unrecognised input type format for $arrayToObject: ${typeOf(first)}`);
  }
  return new Document(new Map(value.map((item) => (arePairs ? pairOfArray(item) : pairOfObject(item)))));
}

const MIXED = '$arrayToObject requires a consistent input format. Elements must all be arrays or all be objects.';

function pairOfArray(item: Value): [string, Value] {
  if (!Array.isArray(item)) throw new CommandError(40_396, `${MIXED} Array was detected, now found: ${typeOf(item)}`);
  const [key, content] = item;
  if (item.length !== 2 || content === undefined) {
    throw new CommandError(
      40_397,
      `$arrayToObject requires an array of size 2 arrays,found array of size: ${String(item.length)}`,
    );
  }
  if (typeof key !== 'string') {
    throw new CommandError(
      40_395,
      `$arrayToObject requires an array of key-value pairs, where the key must be of type string. Found key type: ${typeOf(key)}`,
    );
  }
  return [checkKey(key, 4_940_400), content];
}

function pairOfObject(item: Value): [string, Value] {
  if (!isDocument(item)) throw new CommandError(40_391, `${MIXED} Object was detected, now found: ${typeOf(item)}`);
  const count = [...item.entries()].length;
  const required = "$arrayToObject requires an object with keys 'k' and 'v'";
  if (count !== 2) throw new CommandError(40_392, `${required}. Found incorrect number of keys:${String(count)}`);
  const [key, content] = [item.get('k'), item.get('v')];
  if (key === undefined || content === undefined) {
    throw new CommandError(40_393, `${required}. Missing either or both keys from: ${formatValue(item)}`);
  }
  if (typeof key !== 'string') {
    throw new CommandError(
      40_394,
      `${required}, where the value of 'k' must be of type string. Found type: ${typeOf(key)}`,
    );
  }
  return [checkKey(key, 4_940_401), content];
}

function checkKey(key: string, code: number): string {
  if (key.includes('\0')) throw new CommandError(code, 'Key field cannot contain an embedded null byte');
  return key;
}

const getField: OperatorParser = (operand, compile) => {
  if (isDocument(operand) && operand.firstName()?.startsWith('$') !== true) {
    const codes = { object: 3_041_704, unknown: 3_041_701, missing: [3_041_702, 3_041_703] };
    const parts = namedOperands('$getField', operand, {
      required: ['field', 'input'],
      codes,
      wording: ARGUMENT_WORDING,
    });
    return fieldOf(parts.get('field') ?? null, compile(parts.get('input') ?? null), compile);
  }
  return fieldOf(operand, compile('$$CURRENT'), compile);
};

/** A constant that is no text is refused at once, with a code of its own. */
function fieldOf(field: Value, input: Expression, compile: Compile): Expression {
  const constant = literalValue(field);
  if (constant !== undefined) fieldName(constant, 5_654_602);
  const nameOf = compile(field);
  return (context) => {
    const name = fieldName(nameOf(context), 3_041_704);
    const value = input(context);
    if (isNullish(value)) return value === undefined ? undefined : null;
    return isDocument(value) ? value.get(name) : undefined;
  };
}

function fieldName(value: Value | undefined, code: number): string {
  if (typeof value === 'string') return value;
  throw new CommandError(code, `$getField requires 'field' to evaluate to type String, but got ${typeOf(value)}`);
}

/** The value an operand is written as: anything but a path, an array, an object or an operator other than `$literal`. */
function literalValue(operand: Value): Value | undefined {
  if (isDocument(operand)) {
    const name = operand.firstName();
    return isLiteralName(name) ? operand.get(name) : undefined;
  }
  return Array.isArray(operand) || (typeof operand === 'string' && operand.startsWith('$')) ? undefined : operand;
}

const SETTING_WORDING = {
  ...ARGUMENT_WORDING,
  object: (name: string) => `${name} only supports an object as its argument`,
};

function settingField(name: '$setField' | '$unsetField'): [string, OperatorParser] {
  const required = name === '$setField' ? ['field', 'value', 'input'] : ['field', 'input'];
  return [
    name,
    (operand, compile) => {
      const missing = name === '$setField' ? [4_161_102, 4_161_103, 4_161_109] : [4_161_102, 4_161_109];
      const codes = { object: 4_161_100, unknown: 4_161_101, missing };
      const parts = namedOperands(name, operand, { required, codes, wording: SETTING_WORDING });
      const field = constantName(name, parts.get('field') ?? null);
      const input = compile(parts.get('input') ?? null);
      const value: Expression = name === '$setField' ? compile(parts.get('value') ?? null) : () => undefined;
      return (context) => {
        const target = input(context);
        if (isNullish(target)) return null;
        if (!isDocument(target)) {
          throw new CommandError(4_161_105, `${name} requires 'input' to evaluate to type Object`);
        }
        const fields = new Map(target.entries());
        const content = value(context);
        if (content === undefined) fields.delete(field);
        else fields.set(field, content);
        return new Document(fields);
      };
    },
  ];
}

/** The constant name of the field that is set: text, or text in `$literal` when it begins with a dollar. */
function constantName(name: string, value: Value): string {
  const text = literalValue(value);
  if (text === undefined && typeof value === 'string') {
    splitFieldPath(value.replace(/^\$\$?/, ''));
    throw new CommandError(
      4_161_108,
      `'${value}' is a field path reference which is not allowed in this context. Did you mean {$literal: '${value}'}?`,
    );
  }
  if (text === undefined) {
    throw new CommandError(
      4_161_106,
      `${name} requires 'field' to evaluate to a constant, but got a non-constant argument`,
    );
  }
  if (typeof text !== 'string') {
    throw new CommandError(4_161_107, `${name} requires 'field' to evaluate to type String, but got ${typeOf(text)}`);
  }
  if (text.includes('\0')) {
    throw new CommandError(9_534_700, `${name} requires 'field' not to contain an embedded null byte`);
  }
  return text;
}

function binarySize([value]: readonly (Value | undefined)[]): Value {
  if (isNullish(value)) return null;
  if (typeof value === 'string') return int(Buffer.byteLength(value));
  if (typeof value === 'object' && !Array.isArray(value) && value.kind === 'binData') return int(value.bytes.length);
  throw new CommandError(51_276, `$binarySize requires a string or BinData argument, found: ${typeOf(value)}`);
}

function bsonSize([value]: readonly (Value | undefined)[]): Value {
  if (isNullish(value)) return null;
  if (isDocument(value)) return int(encodeDocument(value).length);
  throw new CommandError(31_393, `$bsonSize requires a document input, found: ${typeOf(value)}`);
}

/** Reading and building objects, and the sizes of values. */
export const OBJECT_OPERATORS: readonly [string, OperatorParser][] = [
  listOperator('$objectToArray', { min: 1, max: 1 }, objectToArray),
  listOperator('$arrayToObject', { min: 1, max: 1 }, arrayToObject),
  listOperator('$mergeObjects', { min: 0 }, (values) => {
    const [only] = values;
    const merged = mergeObjects();
    for (const value of values.length === 1 && Array.isArray(only) ? only : values) merged.add(value);
    return merged.result() ?? null;
  }),
  ['$getField', getField],
  settingField('$setField'),
  settingField('$unsetField'),
  listOperator('$binarySize', { min: 1, max: 1 }, binarySize),
  listOperator('$bsonSize', { min: 1, max: 1 }, bsonSize),
];

import { toDouble, toInteger } from '../../bson/arithmetic.ts';
import { buildDocument, verbatim } from '../../bson/build-document.ts';
import { readDecimal, remainderExact, type Exact } from '../../bson/decimal128.ts';
import { Document } from '../../bson/document.ts';
import { encodeKey } from '../../bson/encode-key.ts';
import { isDocument, isNumber, type Value } from '../../bson/value.ts';
import { comparison, hasType, regexMatch } from '../predicates.ts';
import { CommandError } from '../../server/command-error.ts';
import { consideredType, failure, invalid, mistyped, type Rule, type RuleParser } from './rule.ts';

const JSON_TYPES: ReadonlyMap<string, string> = new Map([
  ['object', 'object'],
  ['array', 'array'],
  ['string', 'string'],
  ['boolean', 'bool'],
  ['null', 'null'],
  ['number', 'number'],
]);

/** `type` and `bsonType`; `schema` says that only one of them is there. */
function typeRule(keyword: 'type' | 'bsonType'): RuleParser {
  return (operand, schema) => {
    if (keyword === 'type' && schema.has('bsonType')) {
      throw new CommandError('FailedToParse', "Cannot specify both $jsonSchema keywords 'type' and 'bsonType'");
    }
    const names = Array.isArray(operand) ? operand : [operand];
    if (names.length === 0) throw new CommandError('FailedToParse', '$type must match at least one type');
    const aliases = names.map((name) => {
      if (typeof name !== 'string') throw mistyped(keyword, 'either a string or an array of strings');
      return keyword === 'type' ? jsonType(name) : name;
    });
    if (new Set(aliases).size < aliases.length) throw invalid(keyword, 'has duplicate value');
    const { test } = hasType(aliases);
    return {
      accepts: (value) => test(value),
      explain: (value) => failure(keyword, { [keyword]: operand }, 'type did not match', value, consideredType(value)),
    };
  };
}

function jsonType(name: string): string {
  if (name === 'integer') {
    throw new CommandError('FailedToParse', "$jsonSchema type 'integer' is not currently supported.");
  }
  const alias = JSON_TYPES.get(name);
  if (alias === undefined) throw new CommandError('BadValue', `Unknown type name alias: ${name}`);
  return alias;
}

/** A key under which values are equal when only the order of fields differs, as JSON Schema asks. */
function unorderedKey(value: Value): string {
  return encodeKey(sorted(value)).toString('latin1');
}

function sorted(value: Value): Value {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isDocument(value)) return value;
  const entries = [...value.entries()].toSorted(([left], [right]) =>
    Buffer.compare(Buffer.from(left), Buffer.from(right)),
  );
  return new Document(new Map(entries.map(([name, inner]) => [name, sorted(inner)])));
}

const enumRule: RuleParser = (operand) => {
  if (!Array.isArray(operand)) throw mistyped('enum', 'an array');
  if (operand.length === 0) throw invalid('enum', 'cannot be an empty array');
  const keys = new Set(operand.map(unorderedKey));
  if (keys.size < operand.length) throw invalid('enum', 'array cannot contain duplicate values.');
  return {
    accepts: (value) => keys.has(unorderedKey(value)),
    explain: (value) => failure('enum', { enum: verbatim(operand) }, 'value was not found in enum', value),
  };
};

/** `minimum` and `maximum`, with their exclusive forms beside them. */
function limitRule(keyword: 'minimum' | 'maximum'): RuleParser {
  const exclusive = keyword === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum';
  return (operand, schema) => {
    if (!isNumber(operand)) throw mistyped(keyword, 'a number');
    const isExclusive = schema.get(exclusive) === true;
    const operator = keyword === 'minimum' ? '$gt' : '$lt';
    const { test } = comparison(isExclusive ? operator : `${operator}e`, operand);
    const specifiedAs = { [keyword]: verbatim(operand), ...(isExclusive ? { [exclusive]: true } : {}) };
    return {
      accepts: (value) => !isNumber(value) || test(value),
      explain: (value) => failure(keyword, specifiedAs, 'comparison failed', value),
    };
  };
}

/** The exclusive flags only change the rule of the limit they belong to, without which they are refused. */
function exclusiveRule(keyword: string, limit: string): RuleParser {
  return (operand, schema) => {
    if (typeof operand !== 'boolean') throw mistyped(keyword, 'a boolean');
    if (!schema.has(limit)) throw invalid(limit, `must be a present if ${keyword} is present`);
    return undefined;
  };
}

const multipleOf: RuleParser = (operand) => {
  if (!isNumber(operand)) throw mistyped('multipleOf', 'a number');
  const divisor = exactOf(operand);
  if (divisor === undefined || divisor.coefficient <= 0n) throw invalid('multipleOf', 'must have a positive value');
  const specifiedAs = { multipleOf: verbatim(operand) };
  return {
    accepts: (value) => !isNumber(value) || isMultiple(exactOf(value), divisor),
    explain: (value) =>
      failure('multipleOf', specifiedAs, 'considered value is not a multiple of the specified value', value),
  };
};

// MongoDB compares as decimals, in which a double counts with its first 15 digits.
function exactOf(value: Value): Exact | undefined {
  if (typeof value === 'bigint') return { coefficient: value, exponent: 0 };
  if (!isNumber(value)) return undefined;
  if (typeof value === 'object' && value.kind === 'decimal') {
    const exact = readDecimal(value);
    return typeof exact === 'number' ? undefined : exact;
  }
  const double = toDouble(value);
  if (!Number.isFinite(double)) return undefined;
  const [mantissa = '0', exponent = '0'] = double.toExponential(14).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { coefficient: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

function isMultiple(value: Exact | undefined, divisor: Exact): boolean {
  return value !== undefined && remainderExact(value, divisor).coefficient === 0n;
}

/** The non-negative whole number a keyword asks for. */
function sizeOperand(keyword: string, operand: Value): number {
  if (!isNumber(operand)) throw mistyped(keyword, 'a number');
  const size = toInteger(operand);
  if (size === undefined) throw invalid(keyword, 'must be represented as an integer');
  if (size < 0n) throw invalid(keyword, 'must be a non-negative integer');
  return Number(size);
}

/** The length MongoDB counts: code points, so that a character outside the basic plane is one. */
function codePointsOf(text: string): number {
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}

function lengthRule(keyword: 'minLength' | 'maxLength'): RuleParser {
  return (operand) => {
    const limit = sizeOperand(keyword, operand);
    const isMinimum = keyword === 'minLength';
    return {
      accepts: (value) => {
        if (typeof value !== 'string') return true;
        const length = codePointsOf(value);
        return isMinimum ? length >= limit : length <= limit;
      },
      explain: (value) =>
        failure(keyword, { [keyword]: verbatim(operand) }, 'specified string length was not satisfied', value),
    };
  };
}

const pattern: RuleParser = (operand) => {
  if (typeof operand !== 'string') throw mistyped('pattern', 'a string');
  const { test } = regexMatch(operand, undefined);
  return {
    accepts: (value) => typeof value !== 'string' || test(value),
    explain: (value) => failure('pattern', { pattern: operand }, 'regular expression did not match', value),
  };
};

function itemCountRule(keyword: 'minItems' | 'maxItems'): RuleParser {
  return (operand) => {
    const limit = sizeOperand(keyword, operand);
    const isMinimum = keyword === 'minItems';
    return {
      accepts: (value) => !Array.isArray(value) || (isMinimum ? value.length >= limit : value.length <= limit),
      explain: (value) =>
        failure(keyword, { [keyword]: verbatim(operand) }, 'array did not match specified length', value),
    };
  };
}

/** The first item of an array that is there before. */
function duplicateOf(value: Value): Value | undefined {
  const seen = new Set<string>();
  return (Array.isArray(value) ? value : []).find((item) => {
    const key = unorderedKey(item);
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  });
}

const uniqueItems: RuleParser = (operand): Rule | undefined => {
  if (typeof operand !== 'boolean') throw mistyped('uniqueItems', 'a boolean');
  if (!operand) return undefined;
  return {
    accepts: (value) => duplicateOf(value) === undefined,
    explain: (value) =>
      failure('uniqueItems', { uniqueItems: true }, 'found a duplicate item', value, {
        duplicatedValue: verbatim(duplicateOf(value) ?? null),
      }),
  };
};

function propertyCount(value: Document): number {
  return [...value.entries()].length;
}

function propertyCountRule(keyword: 'minProperties' | 'maxProperties'): RuleParser {
  return (operand) => {
    const limit = sizeOperand(keyword, operand);
    const isMinimum = keyword === 'minProperties';
    return {
      accepts: (value) =>
        !isDocument(value) || (isMinimum ? propertyCount(value) >= limit : propertyCount(value) <= limit),
      explain: (value) =>
        buildDocument({
          operatorName: keyword,
          specifiedAs: { [keyword]: verbatim(operand) },
          reason: 'specified number of properties was not satisfied',
          numberOfProperties: isDocument(value) ? propertyCount(value) : 0,
        }),
    };
  };
}

const annotation =
  (keyword: string): RuleParser =>
  (operand) => {
    if (typeof operand !== 'string') throw mistyped(keyword, 'of type string');
    return undefined;
  };

/** The keywords that look at one value without looking into other schemas. */
export const VALUE_RULES: readonly (readonly [string, RuleParser])[] = [
  ['type', typeRule('type')],
  ['bsonType', typeRule('bsonType')],
  ['enum', enumRule],
  ['minimum', limitRule('minimum')],
  ['maximum', limitRule('maximum')],
  ['exclusiveMinimum', exclusiveRule('exclusiveMinimum', 'minimum')],
  ['exclusiveMaximum', exclusiveRule('exclusiveMaximum', 'maximum')],
  ['multipleOf', multipleOf],
  ['minLength', lengthRule('minLength')],
  ['maxLength', lengthRule('maxLength')],
  ['pattern', pattern],
  ['minItems', itemCountRule('minItems')],
  ['maxItems', itemCountRule('maxItems')],
  ['uniqueItems', uniqueItems],
  ['minProperties', propertyCountRule('minProperties')],
  ['maxProperties', propertyCountRule('maxProperties')],
  ['title', annotation('title')],
  ['description', annotation('description')],
];

import { buildDocument } from '../../bson/build-document.ts';
import type { Document } from '../../bson/document.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { NESTED_RULES } from './nested-rules.ts';
import { invalid, mistyped, type Rule, type RuleParser, type Schema } from './rule.ts';
import { VALUE_RULES } from './value-rules.ts';

const RULES: ReadonlyMap<string, RuleParser> = new Map([...VALUE_RULES, ...NESTED_RULES]);
/** The order in which MongoDB tells of keywords a document fails, whatever the order of the schema. */
const TOLD_IN_ORDER = [
  'pattern',
  'maxLength',
  'minLength',
  'multipleOf',
  'maximum',
  'minimum',
  'minItems',
  'maxItems',
  'uniqueItems',
  'items',
  'additionalItems',
  'properties',
  'patternProperties',
  'additionalProperties',
  'required',
  'minProperties',
  'maxProperties',
  'dependencies',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'enum',
];
/** The types whose values a keyword looks at. */
const TYPES_OF_KEYWORDS: readonly (readonly [keywords: ReadonlySet<string>, types: ReadonlySet<string>])[] = [
  [new Set(['pattern', 'maxLength', 'minLength']), new Set(['string'])],
  [new Set(['multipleOf', 'maximum', 'minimum']), new Set(['number', 'int', 'long', 'double', 'decimal'])],
  [new Set(['minItems', 'maxItems', 'uniqueItems', 'items', 'additionalItems']), new Set(['array'])],
];
const UNSUPPORTED = new Set(['$ref', '$schema', 'default', 'definitions', 'format', 'id']);

/**
 * Compiles the operand of `$jsonSchema` (MongoDB manual: $jsonSchema), draft 4 with `bsonType`; keywords MongoDB does
 * not know or does not support are refused with FailedToParse.
 */
export function parseJsonSchema(operand: Value): Schema {
  if (!isDocument(operand)) throw new CommandError('TypeMismatch', '$jsonSchema must be an object');
  return parseSchema(operand);
}

function parseInner(keyword: string, value: Value): Schema {
  if (!isDocument(value)) throw mistyped(keyword, 'an object');
  return parseSchema(value);
}

function parseSchema(document: Document): Schema {
  const rules: Rule[] = [];
  for (const [keyword, operand] of inOrder(document)) {
    if (UNSUPPORTED.has(keyword)) throw invalid(keyword, 'is not currently supported');
    const parse = RULES.get(keyword);
    if (parse === undefined) throw new CommandError('FailedToParse', `Unknown $jsonSchema keyword: ${keyword}`);
    const rule = parse(operand, document, parseInner);
    if (rule !== undefined && isOfStatedType(keyword, document)) rules.push(rule);
  }
  return {
    accepts: (value) => rules.every((rule) => rule.accepts(value)),
    failures: (value) => rules.filter((rule) => !rule.accepts(value)).map((rule) => rule.explain(value)),
    annotations: { title: document.get('title'), description: document.get('description') },
  };
}

/** Whether a keyword can say anything beside the type its schema states; one for other types is not told of. */
function isOfStatedType(keyword: string, document: Document): boolean {
  const stated = document.get('type') ?? document.get('bsonType');
  const own = TYPES_OF_KEYWORDS.find(([keywords]) => keywords.has(keyword));
  if (stated === undefined || own === undefined) return true;
  const types = Array.isArray(stated) ? stated : [stated];
  return types.some((type) => typeof type === 'string' && own[1].has(type));
}

function rankOf(keyword: string): number {
  const found = TOLD_IN_ORDER.indexOf(keyword);
  return found === -1 ? TOLD_IN_ORDER.length : found;
}

function inOrder(document: Document): readonly (readonly [string, Value])[] {
  return [...document.entries()].toSorted(([left], [right]) => rankOf(left) - rankOf(right));
}

/** What a document fails of a schema, as `errInfo.details` tells it. */
export function explainSchema(operand: Value, value: Value): Document {
  const schema = parseJsonSchema(operand);
  return buildDocument({
    operatorName: '$jsonSchema',
    ...schema.annotations,
    schemaRulesNotSatisfied: schema.failures(value),
  });
}

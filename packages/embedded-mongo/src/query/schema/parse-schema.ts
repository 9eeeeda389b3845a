import { buildDocument } from '../../bson/build-document.ts';
import type { Document } from '../../bson/document.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { NESTED_RULES } from './nested-rules.ts';
import { invalid, mistyped, type Rule, type RuleParser, type Schema } from './rule.ts';
import { VALUE_RULES } from './value-rules.ts';

const RULES: ReadonlyMap<string, RuleParser> = new Map([...VALUE_RULES, ...NESTED_RULES]);
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
  for (const [keyword, operand] of document.entries()) {
    if (UNSUPPORTED.has(keyword)) throw invalid(keyword, 'is not currently supported');
    const parse = RULES.get(keyword);
    if (parse === undefined) throw new CommandError('FailedToParse', `Unknown $jsonSchema keyword: ${keyword}`);
    const rule = parse(operand, document, parseInner);
    if (rule !== undefined) rules.push(rule);
  }
  return {
    accepts: (value) => rules.every((rule) => rule.accepts(value)),
    failures: (value) => rules.filter((rule) => !rule.accepts(value)).map((rule) => rule.explain(value)),
    annotations: { title: document.get('title'), description: document.get('description') },
  };
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

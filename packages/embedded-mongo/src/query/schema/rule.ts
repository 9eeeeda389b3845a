import { buildDocument, verbatim, type Literal } from '../../bson/build-document.ts';
import type { Document } from '../../bson/document.ts';
import { typeName, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';

/** One keyword of a schema. A rule about another type than the value's is satisfied. */
export interface Rule {
  readonly accepts: (value: Value) => boolean;
  /** What of a value fails, as `errInfo.details` of MongoDB tells it; only asked when it does. */
  readonly explain: (value: Value) => Document;
}

/** A compiled JSON Schema. */
export interface Schema {
  readonly accepts: (value: Value) => boolean;
  /** One entry for every rule the value fails. */
  readonly failures: (value: Value) => readonly Document[];
  /** The title and description, which explanations repeat. */
  readonly annotations: { readonly [name: string]: Literal };
}

/** Parses a nested schema. */
export type ParseSchema = (keyword: string, value: Value) => Schema;

/** The parser of one keyword; `schema` holds the keywords beside it. */
export type RuleParser = (operand: Value, schema: Document, parse: ParseSchema) => Rule | undefined;

/** What a failed rule tells: its keyword as written, the reason, and the value. */
export function failure(
  keyword: string,
  specifiedAs: Literal,
  reason: string,
  value: Value,
  more: object = {},
): Document {
  return buildDocument({
    operatorName: keyword,
    specifiedAs,
    reason,
    consideredValue: verbatim(value),
    ...more,
  });
}

/** The type of a value as explanations name it. */
export function consideredType(value: Value): { readonly consideredType: string } {
  return { consideredType: typeName(value) };
}

/** FailedToParse about a keyword. */
export function invalid(keyword: string, what: string): CommandError {
  return new CommandError('FailedToParse', `$jsonSchema keyword '${keyword}' ${what}`);
}

/** TypeMismatch about a keyword. */
export function mistyped(keyword: string, expected: string): CommandError {
  return new CommandError('TypeMismatch', `$jsonSchema keyword '${keyword}' must be ${expected}`);
}

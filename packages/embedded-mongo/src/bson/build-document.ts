import { Document } from './document.ts';
import { int, type Value } from './value.ts';

/** What `buildDocument` accepts: BSON values, whole JavaScript numbers as 32-bit integers, and nested literals. */
export type Literal = Value | undefined | Verbatim | readonly Literal[] | { readonly [name: string]: Literal };

/** A BSON value in a literal that keeps its type: a number in it is a double. */
export interface Verbatim {
  readonly kind: 'verbatim';
  readonly value: Value;
}

/** Marks a value that came from a client, so that a whole double does not become an integer. */
export function verbatim(value: Value): Verbatim {
  return { kind: 'verbatim', value };
}

/** A document from a literal, for replies and catalogue entries; undefined fields are left out. */
export function buildDocument(literal: { readonly [name: string]: Literal }): Document {
  const fields = new Map<string, Value>();
  for (const [name, value] of Object.entries(literal)) {
    if (value !== undefined) fields.set(name, buildValue(value));
  }
  return new Document(fields);
}

const INT32_LIMIT = 2 ** 31;

function buildValue(literal: Exclude<Literal, undefined>): Value {
  if (typeof literal === 'number') {
    if (!Number.isInteger(literal)) return literal;
    return Math.abs(literal) < INT32_LIMIT ? int(literal) : BigInt(literal);
  }
  if (typeof literal !== 'object' || literal === null) return literal;
  if (isArray(literal)) return buildList(literal);
  if (isVerbatim(literal)) return literal.value;
  if (isBuilt(literal)) return literal;
  return buildDocument(literal);
}

function buildList(literals: readonly Literal[]): Value[] {
  const values: Value[] = [];
  for (const literal of literals) if (literal !== undefined) values.push(buildValue(literal));
  return values;
}

function isArray(literal: object): literal is readonly Literal[] {
  return Array.isArray(literal);
}

function isVerbatim(literal: object): literal is Verbatim {
  return 'kind' in literal && literal.kind === 'verbatim';
}

function isBuilt(literal: object): literal is Exclude<Value, string | number | bigint | boolean | null | Value[]> {
  return 'kind' in literal && typeof literal.kind === 'string';
}

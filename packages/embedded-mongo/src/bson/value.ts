import type { Document } from './document.ts';

/** A 32-bit integer. Doubles are plain numbers and 64-bit integers are bigints, so each keeps its own BSON type. */
export interface Int32 {
  readonly kind: 'int';
  readonly value: number;
}

/** A Decimal128 as its 16 wire bytes. */
export interface Decimal128 {
  readonly kind: 'decimal';
  readonly bytes: Buffer;
}

/** A UTC instant in milliseconds; a bigint because BSON allows more than a JavaScript Date. */
export interface DateTime {
  readonly kind: 'date';
  readonly milliseconds: bigint;
}

/** A regular expression with its options as written. */
export interface Regex {
  readonly kind: 'regex';
  readonly pattern: string;
  readonly options: string;
}

/** Every BSON value that is neither a JavaScript primitive, a document nor an array. */
export type Tagged =
  | Int32
  | Decimal128
  | DateTime
  | Regex
  | { readonly kind: 'binData'; readonly subtype: number; readonly bytes: Buffer }
  | { readonly kind: 'objectId'; readonly hex: string }
  | { readonly kind: 'timestamp'; readonly value: bigint }
  | { readonly kind: 'javascript'; readonly source: string }
  | { readonly kind: 'javascriptWithScope'; readonly source: string; readonly scope: Document }
  | { readonly kind: 'symbol'; readonly text: string }
  | { readonly kind: 'dbPointer'; readonly namespace: string; readonly hex: string }
  | { readonly kind: 'undefined' }
  | { readonly kind: 'minKey' }
  | { readonly kind: 'maxKey' };

/** One BSON value. `undefined` is never a value: it stands for a missing field wherever a signature allows it. */
export type Value = Document | Value[] | Tagged | string | number | bigint | boolean | null;

/** The alias MongoDB's `$type` uses for a value's BSON type. */
export type TypeName = Tagged['kind'] | 'object' | 'array' | 'string' | 'double' | 'long' | 'bool' | 'null';

/** The BSON type of a value, as MongoDB names it. */
export function typeName(value: Value): TypeName {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'double';
  if (typeof value === 'bigint') return 'long';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? 'array' : value.kind;
}

/** A 32-bit integer value; the caller guarantees the range. */
export function int(value: number): Int32 {
  return { kind: 'int', value };
}

/** The instant `milliseconds` after the epoch. */
export function dateTime(milliseconds: number): DateTime {
  return { kind: 'date', milliseconds: BigInt(Math.trunc(milliseconds)) };
}

/** Whether a value is an embedded document. */
export function isDocument(value: Value | undefined): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === 'object';
}

/** Whether a value is of one of the four numeric BSON types. */
export function isNumber(value: Value | undefined): value is number | bigint | Int32 | Decimal128 {
  if (typeof value === 'number' || typeof value === 'bigint') return true;
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    (value.kind === 'int' || value.kind === 'decimal')
  );
}

/** Whether a value is a regular expression. */
export function isRegex(value: Value | undefined): value is Regex {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === 'regex';
}

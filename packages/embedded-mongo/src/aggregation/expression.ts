import { isZero } from '../bson/arithmetic.ts';
import type { Document } from '../bson/document.ts';
import { isNumber, typeName, type Value } from '../bson/value.ts';

/** Variables by name, without their `$$`. */
export type Variables = ReadonlyMap<string, Value | undefined>;

/** No variables at all. */
export const NO_VARIABLES: Variables = new Map();

/** What an expression is evaluated against. */
export interface ExpressionContext {
  readonly root: Document;
  /** Variables of `$let`, `$map`, `let` and the like; one may hold a missing value. */
  readonly variables: Variables;
}

/** A compiled expression; undefined stands for a missing value. */
export type Expression = (context: ExpressionContext) => Value | undefined;

/** Compiles a nested expression; operators get it to compile their operands. */
export type Compile = (value: Value) => Expression;

/** How an operator turns its operand into an expression. */
export type OperatorParser = (operand: Value, compile: Compile) => Expression;

/** Whether a value is null, undefined or missing, which most operators pass on as null. */
export function isNullish(value: Value | undefined): value is undefined | null {
  return value === undefined || value === null || typeName(value) === 'undefined';
}

/** Whether a value counts as true in expressions: everything but false, null, undefined, missing and zero. */
export function isTruthy(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === false) return false;
  if (isNumber(value)) return !isZero(value);
  return typeName(value) !== 'undefined';
}

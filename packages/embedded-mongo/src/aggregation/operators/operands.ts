import { toInteger } from '../../bson/arithmetic.ts';
import type { Document } from '../../bson/document.ts';
import { isDocument, typeName, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import type { Compile, Expression, OperatorParser } from '../expression.ts';

/** An operator over a list of operands; a single one may come without its brackets. */
export function listOperator(
  name: string,
  arity: { min: number; max?: number },
  apply: (values: readonly (Value | undefined)[]) => Value | undefined,
): [string, OperatorParser] {
  return [
    name,
    (operand, compile) => {
      const operands = compileList(name, arity, operand, compile);
      return (context) => apply(operands.map((evaluate) => evaluate(context)));
    },
  ];
}

/** Compiles the operands of an operator and checks their number. */
export function compileList(
  name: string,
  { min, max = Number.POSITIVE_INFINITY }: { min: number; max?: number },
  operand: Value,
  compile: Compile,
): readonly Expression[] {
  const items = Array.isArray(operand) ? operand : [operand];
  if (items.length < min || items.length > max) {
    const wanted = min === max ? `exactly ${String(min)}` : `${String(min)} to ${String(max)}`;
    throw new CommandError(
      16_020,
      `Expression ${name} takes ${wanted} arguments. ${String(items.length)} were passed in.`,
    );
  }
  return items.map(compile);
}

/** An operator whose operand is an object of named parts. */
export function namedOperands(
  name: string,
  operand: Value,
  known: { readonly required: readonly string[]; readonly optional?: readonly string[] },
): Document {
  if (!isDocument(operand)) throw new CommandError('FailedToParse', `${name} only supports an object as its argument`);
  const names = new Set([...known.required, ...(known.optional ?? [])]);
  for (const [part] of operand.entries()) {
    if (!names.has(part)) throw new CommandError('FailedToParse', `Unrecognized argument to ${name}: ${part}`);
  }
  for (const part of known.required) {
    if (!operand.has(part)) throw new CommandError('FailedToParse', `Missing '${part}' parameter to ${name}`);
  }
  return operand;
}

/** The error of an operand of the wrong type. */
export function wrongOperand(name: string, expected: string, value: Value | undefined): CommandError {
  return new CommandError(
    'TypeMismatch',
    `${name} requires ${expected}, found: ${value === undefined ? 'missing' : typeName(value)}`,
  );
}

/** A whole number operand that fits positions and counts. */
export function position(name: string, value: Value | undefined): number {
  const number = value === undefined ? undefined : toInteger(value);
  if (number === undefined || number > 2n ** 31n - 1n || number < -(2n ** 31n))
    throw wrongOperand(name, 'a 32-bit integer', value);
  return Number(number);
}

import { toDouble, toInteger } from '../../bson/arithmetic.ts';
import { Document } from '../../bson/document.ts';
import { isDocument, isNumber, typeName, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import type { Compile, Expression, OperatorParser } from '../expression.ts';

/** An operator over a list of operands; a single one may come without its brackets. */
export function listOperator(
  name: string,
  arity: Arity,
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

/** How many operands an operator takes. */
interface Arity {
  readonly min: number;
  readonly max?: number;
}

/** Compiles the operands of an operator and checks their number (16020, or 28667 for a range). */
export function compileList(name: string, arity: Arity, operand: Value, compile: Compile): readonly Expression[] {
  const { min, max = Number.POSITIVE_INFINITY } = arity;
  const items = Array.isArray(operand) ? operand : [operand];
  if (items.length < min || items.length > max) {
    const passed = String(items.length);
    throw min === max
      ? new CommandError(16_020, `Expression ${name} takes exactly ${String(min)} arguments. ${passed} were passed in.`)
      : new CommandError(
          28_667,
          `Expression ${name} takes at least ${String(min)} arguments, and at most ${String(max)}, but ${passed} were passed in.`,
        );
  }
  return items.map(compile);
}

/** The named parts of an operator and the codes of MongoDB's errors about them. */
interface NamedParts {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
  /** For an operand that is no object, an unknown part, and a missing one; FailedToParse (9) when absent. */
  readonly codes?: { readonly object: number; readonly unknown: number; readonly missing: number | readonly number[] };
  /** How MongoDB words its refusals, which differs from family to family of operators. */
  readonly wording?: NamedWording;
}

/** What is said of an operand that is no object, of an unknown part, and of a missing one. */
interface NamedWording {
  readonly object: (name: string, type: string) => string;
  readonly unknown: (name: string, part: string) => string;
  readonly missing: (name: string, part: string) => string;
}

const PLAIN: NamedWording = {
  object: (name, type) => `${name} only supports an object as its argument, found: ${type}`,
  unknown: (name, part) => `Unrecognized argument to ${name}: ${part}`,
  missing: (name, part) => `Missing '${part}' parameter to ${name}`,
};

/** The words of `$let`, `$map`, `$filter` and `$cond`. */
export const PARAMETER_WORDING: NamedWording = {
  ...PLAIN,
  object: (name) => `${name} only supports an object as its argument`,
  unknown: (name, part) => `Unrecognized parameter to ${name}: ${part}`,
};

/** The words of most operators that came later. */
export const ARGUMENT_WORDING: NamedWording = {
  object: (name, type) => `${name} requires an object as an argument, found: ${type}`,
  unknown: (name, part) => `${name} found an unknown argument: ${part}`,
  missing: (name, part) => `${name} requires '${part}' to be specified`,
};

/** An operator whose operand is an object of named parts. */
export function namedOperands(name: string, operand: Value, known: NamedParts): Document {
  const { codes = { object: 9, unknown: 9, missing: 9 }, wording = PLAIN } = known;
  if (!isDocument(operand)) {
    throw refusal(codes.object, wording.object(name, typeName(operand)));
  }
  const names = new Set([...known.required, ...(known.optional ?? [])]);
  for (const [part] of operand.entries()) {
    if (!names.has(part)) throw refusal(codes.unknown, wording.unknown(name, part));
  }
  for (const [index, part] of known.required.entries()) {
    const code = typeof codes.missing === 'number' ? codes.missing : (codes.missing[index] ?? 9);
    if (!operand.has(part)) throw refusal(code, wording.missing(name, part));
  }
  return operand;
}

function refusal(code: number, message: string): CommandError {
  return new CommandError(code === 9 ? 'FailedToParse' : code, message);
}

/** Compiles the named parts of an operator; one that was not given has no expression. */
export function compileParts(parts: Document, compile: Compile): ReadonlyMap<string, Expression> {
  return new Map([...parts.entries()].map(([name, value]): [string, Expression] => [name, compile(value)]));
}

/** The type of a value for an error message, or `missing`. */
export function typeOf(value: Value | undefined): string {
  return value === undefined ? 'missing' : typeName(value);
}

/** The whole number a numeric value stands for when it fits 32 bits; undefined for everything else. */
export function wholeNumber(value: Value | undefined): number | undefined {
  const number = isNumber(value) ? toInteger(value) : undefined;
  return number === undefined || number > 2n ** 31n - 1n || number < -(2n ** 31n) ? undefined : Number(number);
}

/** A whole number operand of 32 bits; `codes` are MongoDB's for another type and for another number. */
export function position(label: string, value: Value | undefined, codes: readonly [number, number]): number {
  if (!isNumber(value))
    throw new CommandError(codes[0], `${label} must be a numeric value, but is of type: ${typeOf(value)}`);
  const number = wholeNumber(value);
  if (number === undefined) {
    throw new CommandError(codes[1], `${label} can't be represented as a 32-bit integer: ${String(toDouble(value))}`);
  }
  return number;
}

/** A document of the given fields; those without a value are left out. */
export function documentOf(fields: readonly (readonly [string, Value | undefined])[]): Document {
  const present = new Map<string, Value>();
  for (const [name, value] of fields) {
    if (value !== undefined) present.set(name, value);
  }
  return new Document(present);
}

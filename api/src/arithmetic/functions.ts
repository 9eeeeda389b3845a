import { ArithmeticError } from './arithmetic-error.ts';
import {
  add,
  compare,
  divide,
  float,
  floor,
  fraction,
  multiply,
  negate,
  power,
  smallWhole,
  squareRoot,
  toNumber,
} from './quantity.ts';
import type { Quantity } from './quantity.ts';

interface MathFunction {
  /** Fewest and most arguments. */
  readonly takes: readonly [number, number];
  readonly of: (first: Quantity, rest: readonly Quantity[]) => Quantity;
}

const many = 100;

export const constants: Readonly<Record<string, Quantity>> = { pi: Math.PI, e: Math.E, tau: 2 * Math.PI };

const functions: Readonly<Record<string, MathFunction>> = {
  abs: { takes: [1, 1], of: (a) => (compare(a, fraction(0n)) < 0 ? negate(a) : a) },
  floor: { takes: [1, 1], of: floor },
  ceil: { takes: [1, 1], of: (a) => negate(floor(negate(a))) },
  round: { takes: [1, 2], of: (a, [digits]) => round(a, digits) },
  sqrt: { takes: [1, 1], of: squareRoot },
  cbrt: byFloat(Math.cbrt),
  min: { takes: [1, many], of: (a, rest) => rest.reduce((best, b) => (compare(b, best) < 0 ? b : best), a) },
  max: { takes: [1, many], of: (a, rest) => rest.reduce((best, b) => (compare(b, best) > 0 ? b : best), a) },
  sum: { takes: [1, many], of: (a, rest) => rest.reduce(add, a) },
  mean: { takes: [1, many], of: (a, rest) => divide(rest.reduce(add, a), fraction(BigInt(rest.length + 1))) },
  exp: byFloat(Math.exp),
  ln: byFloat(Math.log),
  log: byFloat(Math.log10),
  log10: byFloat(Math.log10),
  log2: byFloat(Math.log2),
  sin: byFloat(Math.sin),
  cos: byFloat(Math.cos),
  tan: byFloat(Math.tan),
  asin: byFloat(Math.asin),
  acos: byFloat(Math.acos),
  atan: byFloat(Math.atan),
  factorial: { takes: [1, 1], of: factorial },
};

/** The product of all whole numbers up to this one. */
export function factorial(a: Quantity): Quantity {
  const last = smallWhole(a, 1_000, 'What a factorial is taken of');
  let product = 1n;
  for (let factor = 2; factor <= last; factor += 1) product *= BigInt(factor);
  return fraction(product);
}

/** Halves away from zero, as people do it. */
function round(a: Quantity, digits: Quantity | undefined): Quantity {
  const scale = power(fraction(10n), fraction(BigInt(digits === undefined ? 0 : smallWhole(digits, 100, 'Digits'))));
  const scaled = multiply(a, scale);
  const isNegative = compare(scaled, fraction(0n)) < 0;
  const rounded = floor(add(isNegative ? negate(scaled) : scaled, fraction(1n, 2n)));
  return divide(isNegative ? negate(rounded) : rounded, scale);
}

function byFloat(compute: (value: number) => number): MathFunction {
  return { takes: [1, 1], of: (a) => float(compute(toNumber(a))) };
}

/** The value of a function; throws for one that does not exist and for a wrong number of arguments. */
export function applyFunction(name: string, given: readonly Quantity[]): Quantity {
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (known === undefined) {
    throw new ArithmeticError(`There is no function “${name}”. There are: ${Object.keys(functions).join(', ')}.`);
  }
  const [first, ...rest] = given;
  const [fewest, most] = known.takes;
  if (first === undefined || given.length < fewest || given.length > most) {
    throw new ArithmeticError(`${name} takes ${fewest === most ? fewest : `${fewest} to ${most}`} numbers.`);
  }
  return known.of(first, rest);
}

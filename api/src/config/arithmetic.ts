import { ArithmeticError } from '../arithmetic/arithmetic-error.ts';
import { evaluate } from '../arithmetic/evaluate.ts';
import { toNumber } from '../arithmetic/quantity.ts';

/** The value of a sum such as `1000 * 60 * 15` or `(1 + 2) * 3`; `undefined` when it is not one. */
export function evaluateArithmetic(text: string): number | undefined {
  try {
    return toNumber(evaluate(text));
  } catch (error) {
    if (!(error instanceof ArithmeticError)) throw error;
    return undefined;
  }
}

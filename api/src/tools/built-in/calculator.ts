import * as z from 'zod/mini';
import { ArithmeticError } from '../../arithmetic/arithmetic-error.ts';
import { evaluate } from '../../arithmetic/evaluate.ts';
import { formatQuantity } from '../../arithmetic/format-quantity.ts';
import type { Tool } from '../tool.ts';
import { builtInSpec } from './built-in-spec.ts';

const parsedInput = z.object({ expression: z.string() });

/** Works out arithmetic, exactly where it can. */
export const calculator: Tool = {
  spec: builtInSpec({
    name: 'calculator',
    title: 'Calculator',
    summary: 'Does exact arithmetic, with percentages and the usual functions.',
    description:
      'Works out arithmetic with exact large numbers and fractions: + - * / ^ mod ! brackets, percentages (15% of 80; 200 + 10% is 220), sqrt, cbrt, abs, round(x, digits), floor, ceil, min, max, sum, mean, exp, ln, log, log2, sin, cos, tan (radians), asin, acos, atan, pi, e.',
    inputSchema: {
      type: 'object',
      properties: {
        expression: { type: 'string', maxLength: 1_000, description: 'Such as (1 + 2) * 3^4 or sqrt(2) / 2.' },
      },
      required: ['expression'],
      additionalProperties: false,
    },
  }),
  run(input) {
    try {
      const { text, isExact } = formatQuantity(evaluate(parsedInput.parse(input).expression));
      return Promise.resolve({ output: isExact ? text : `${text} (rounded)`, failed: false });
    } catch (error) {
      if (!(error instanceof ArithmeticError)) throw error;
      return Promise.resolve({ output: error.message, failed: true });
    }
  },
};

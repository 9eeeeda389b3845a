import * as z from 'zod/mini';
import type { Price } from '../usage/price.ts';

const dollars = z.number().check(z.nonnegative(), z.maximum(1_000_000));

/** Prices as people write them: US dollars for a million tokens; `serverToolCall` for one call. */
export const priceFields = {
  input: dollars,
  output: dollars,
  cachedInput: z.optional(dollars),
  cacheWrite: z.optional(dollars),
  cacheWriteHour: z.optional(dollars),
  reasoning: z.optional(dollars),
  audioInput: z.optional(dollars),
  audioOutput: z.optional(dollars),
  serverToolCall: z.optional(dollars),
};

const priceSchema = z.strictObject(priceFields);

const microUnits = 1_000_000;

/** The same in micro-units, to the nearest one. */
export function readPrice(price: z.infer<typeof priceSchema>): Price {
  const { input, output, ...others } = price;
  const rest = Object.entries(others).flatMap(([kind, value]) =>
    value === undefined ? [] : [[kind, Math.round(value * microUnits)] as const],
  );
  return {
    input: Math.round(input * microUnits),
    output: Math.round(output * microUnits),
    ...Object.fromEntries(rest),
  };
}

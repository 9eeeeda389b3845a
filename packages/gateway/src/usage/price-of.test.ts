import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelUsage } from '../core/model-event.ts';
import type { Price } from './price.ts';
import { exactPriceOf, priceOf } from './price-of.ts';
import { sumOfUsage } from './sum-of-usage.ts';

const price: Price = { input: 2_500_000, output: 10_000_000, cachedInput: 1_250_000 };

const rate = fc.integer({ min: 0, max: 600_000_000 });
const prices: fc.Arbitrary<Price> = fc.record(
  {
    input: rate,
    output: rate,
    cachedInput: rate,
    cacheWrite: rate,
    cacheWriteHour: rate,
    reasoning: rate,
    audioInput: rate,
    audioOutput: rate,
  },
  { requiredKeys: ['input', 'output'] },
);
const share = fc.integer({ min: 0, max: 1_000_000 });
/** Kinds that lie within their side, as the contract says. */
const usages: fc.Arbitrary<ModelUsage> = fc
  .record({
    fresh: share,
    cached: share,
    written: share,
    hour: share,
    heard: share,
    said: share,
    thought: share,
    spoken: share,
  })
  .map(({ fresh, cached, written, hour, heard, said, thought, spoken }) => ({
    input: fresh + cached + written + hour + heard,
    output: said + thought + spoken,
    cachedInput: cached,
    cacheWrite: written,
    cacheWriteHour: hour,
    audioInput: heard,
    reasoning: thought,
    audioOutput: spoken,
  }));

describe('the price of a usage', () => {
  it.each([
    ['rounds half up', { input: 1, output: 0 }, 3],
    ['rounds less than half down', { input: 0, output: 0, cachedInput: 1 }, 1],
    ['is nothing for nothing', { input: 0, output: 0 }, 0],
    ['counts cached input once', { input: 1000, output: 0, cachedInput: 1000 }, 1250],
    ['does not make cached input free that is not in the input', { input: 10, output: 0, cachedInput: 1000 }, 1250],
    ['counts reasoning that is not in the output', { input: 0, output: 0, reasoning: 100 }, 1000],
    ['takes overlapping kinds once', { input: 100, output: 0, cachedInput: 80, audioInput: 50 }, 150],
  ] satisfies [string, ModelUsage, number][])('%s', (_, usage, microUsd) => {
    expect(priceOf(usage, price)).toBe(microUsd);
  });

  it('charges every kind at its own rate, and each call of a hosted tool', () => {
    const usage = { input: 100, output: 50, cacheWrite: 20, cacheWriteHour: 30, reasoning: 10, serverToolCalls: 2 };
    const own = {
      ...price,
      cacheWrite: 3_000_000,
      cacheWriteHour: 5_000_000,
      reasoning: 20_000_000,
      serverToolCall: 10_000,
    };
    expect(priceOf(usage, own)).toBe(125 + 60 + 150 + 400 + 200 + 20_000);
  });

  it('is a whole number, never negative, and what exact arithmetic says', () => {
    fc.assert(
      fc.property(usages, prices, (usage, own) => {
        const result = priceOf(usage, own);
        expect(Number.isInteger(result)).toBe(true);
        expect(result).toBeGreaterThanOrEqual(0);
        expect(result).toBe(exactly(usage, own));
      }),
    );
  });

  it('does not lose a unit above what a number holds', () => {
    const usage = { input: 50_000_000_000, output: 50_000_000_001 };
    const own = { input: 599_999_999, output: 599_999_999 };
    expect(priceOf(usage, own)).toBe(exactly(usage, own));
  });

  it('of a sum is the sum of exact prices', () => {
    fc.assert(
      fc.property(fc.array(usages, { maxLength: 5 }), prices, (parts, own) => {
        const sum = parts.reduce((total, part) => total + exactPriceOf(part, own), 0);
        expect(exactPriceOf(sumOfUsage(parts), own)).toBe(sum);
      }),
    );
  });
});

/** The same by whole numbers of any size. */
function exactly(usage: ModelUsage, own: Price): number {
  const { cachedInput = 0, cacheWrite = 0, cacheWriteHour = 0, audioInput = 0, reasoning = 0, audioOutput = 0 } = usage;
  const write = own.cacheWrite ?? own.input;
  const terms: [number, number][] = [
    [usage.input - cachedInput - cacheWrite - cacheWriteHour - audioInput, own.input],
    [cachedInput, own.cachedInput ?? own.input],
    [cacheWrite, write],
    [cacheWriteHour, own.cacheWriteHour ?? write],
    [audioInput, own.audioInput ?? own.input],
    [usage.output - reasoning - audioOutput, own.output],
    [reasoning, own.reasoning ?? own.output],
    [audioOutput, own.audioOutput ?? own.output],
  ];
  const sum = terms.reduce((total, [count, per]) => total + BigInt(count) * BigInt(per), 500_000n);
  return Number(sum / 1_000_000n);
}

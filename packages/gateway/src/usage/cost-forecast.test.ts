import { describe, expect, it } from 'vitest';
import type { CallTraits } from '../core/call.ts';
import { createCostForecast, priceOfForecast } from './cost-forecast.ts';

const traits: CallTraits = {
  hasImages: false,
  hasAudio: false,
  toolCount: 0,
  wantsSchema: false,
  approximateTokens: 300,
};

describe('the forecast of what a call may use', () => {
  it('expects a third more input, and an answer as long as the client allows or as is usual', () => {
    const forecast = createCostForecast();
    expect(forecast.of('m', traits)).toEqual({ input: 400, output: 4096 });
    expect(forecast.of('m', { ...traits, maxOutputTokens: 50, hasImages: true })).toEqual({ input: 2400, output: 50 });
  });

  it('learns from input that was larger than its size told, and from long answers; forgets them slowly', () => {
    const forecast = createCostForecast();
    forecast.learn('m', traits, { input: 1400, output: 10_000 });
    expect(forecast.of('m', traits)).toEqual({ input: 1400, output: 10_000 });
    expect(forecast.of('m', { ...traits, maxOutputTokens: 50 })).toEqual({ input: 1400, output: 50 });
    expect(forecast.of('other', traits)).toEqual({ input: 400, output: 4096 });
    for (let index = 0; index < 500; index += 1) forecast.learn('m', traits, { input: 300, output: 100 });
    const { input, output } = forecast.of('m', traits);
    expect(input).toBeLessThan(410);
    expect(output).toBe(4096);
  });

  it('is priced by the highest rates that may apply', () => {
    const price = { input: 3, output: 15, cachedInput: 1, cacheWriteHour: 6, audioInput: 40, audioOutput: 80 };
    const million = { input: 1_000_000, output: 1_000_000 };
    expect(priceOfForecast(million, price, traits)).toBe(6 + 15);
    expect(priceOfForecast(million, price, { ...traits, hasAudio: true })).toBe(40 + 80);
  });
});

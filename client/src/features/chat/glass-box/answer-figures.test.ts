import type { StepTrace } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { answerOf } from '../testing/messages.ts';
import { answerFigures } from './answer-figures.ts';
import { formatCost, formatMs } from './format-figures.ts';

const step = (number: number, more: Partial<StepTrace> = {}): StepTrace => ({
  step: number,
  model: 'chat-fast',
  modelMs: 1000,
  firstTokenMs: 200,
  usage: { input: 100, output: 80 },
  ...more,
});
const figuresOf = (...trace: StepTrace[]) => answerFigures({ ...answerOf(2, 1), trace });

describe('the figures of an answer', () => {
  it('sum up times, tools included, and begin with the first call', () => {
    expect(figuresOf(step(0, { toolsMs: 500 }), step(1, { firstTokenMs: 900 }))).toMatchObject({
      totalMs: 2500,
      firstTokenMs: 200,
    });
  });

  it('measure speed while something is written, without what a cache gave', () => {
    expect(figuresOf(step(0)).tokensPerSecond).toBe(100);
    expect(figuresOf(step(0), step(1, { cached: true, modelMs: 5 })).tokensPerSecond).toBe(100);
    expect(figuresOf(step(0, { modelMs: 205 })).tokensPerSecond).toBeUndefined();
    expect(figuresOf(step(0, { firstTokenMs: 1200 })).tokensPerSecond).toBeUndefined();
  });

  it('say when the price of a step is not known', () => {
    expect(figuresOf(step(0)).cost).toBeUndefined();
    expect(figuresOf(step(0, { costMicroUsd: 0 })).cost).toEqual({ microUsd: 0, isWhole: true });
    expect(figuresOf(step(0, { costMicroUsd: 30 }), step(1)).cost).toEqual({ microUsd: 30, isWhole: false });
  });

  it('know nothing of an answer without a trace', () => {
    expect(answerFigures(answerOf(2, 1))).toEqual({
      totalMs: undefined,
      firstTokenMs: undefined,
      tokensPerSecond: undefined,
      usage: undefined,
      cost: undefined,
    });
  });
});

describe('figures in words', () => {
  it('have the unit that suits them', () => {
    expect([0, 999, 1000, 2140, 59_940, 65_000, 3_725_000].map(formatMs)).toEqual([
      '0 ms',
      '999 ms',
      '1 s',
      '2.1 s',
      '59.9 s',
      '1 min 5 s',
      '62 min 5 s',
    ]);
  });

  it('show as much of a price as there is to see', () => {
    expect([0, 42, 4200, 123_456, 1_234_560, 1_234_567_890].map(formatCost)).toEqual([
      '$0.00',
      '$0.000042',
      '$0.0042',
      '$0.123',
      '$1.23',
      '$1,234.57',
    ]);
  });
});

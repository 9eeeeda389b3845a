import { describe, expect, it } from 'vitest';
import { silentLog } from '../../core/gateway-log.ts';
import { lowerErrorBound, proofLength, upperErrorBound } from './error-bounds.ts';
import { createErrorWatch } from './error-watch.ts';

describe('the bounds of a share', () => {
  it.each([
    // Computed with scipy.stats.beta.ppf(0.95, k + 1, n - k) and beta.ppf(0.05, k, n - k + 1).
    [0, 300, 0.009936, 0],
    [1, 300, 0.015722, 0.000171],
    [5, 100, 0.102253, 0.019917],
    [10, 20, 0.698046, 0.301954],
    [3, 1000, 0.007736, 0.000818],
  ])('%i wrong of %i', (wrong, total, upper, lower) => {
    expect(upperErrorBound(wrong, total)).toBeCloseTo(upper, 4);
    expect(lowerErrorBound(wrong, total)).toBeCloseTo(lower, 4);
  });

  it('knows nothing without evidence and everything is wrong when all were', () => {
    expect(upperErrorBound(0, 0)).toBe(1);
    expect(upperErrorBound(7, 7)).toBe(1);
  });

  it('takes 299 right ones to prove less than 1 %', () => {
    expect(proofLength(0.01)).toBe(299);
    expect(upperErrorBound(0, 299)).toBeLessThanOrEqual(0.01);
    expect(upperErrorBound(0, 298)).toBeGreaterThan(0.01);
  });
});

function watchOf(share: number) {
  const alarms: string[] = [];
  const watch = createErrorWatch(share, { ...silentLog, error: (_fields, message) => alarms.push(message) });
  return { watch, alarms };
}

describe('the watch over wrong hits', () => {
  it('stays on while nothing speaks against it', () => {
    const { watch, alarms } = watchOf(0.01);
    for (let count = 0; count < 1000; count += 1) watch.note(true);
    expect(watch).toMatchObject({ isOff: false, verified: 1000, wrong: 0, reason: undefined });
    expect(watch.upperBound).toBeLessThan(0.01);
    expect(alarms).toEqual([]);
  });

  it('switches off for good when the upper bound passes what is allowed', () => {
    const { watch, alarms } = watchOf(0.01);
    for (let count = 0; count < 298; count += 1) watch.note(true);
    expect(watch.isOff).toBe(false);
    watch.note(false);
    expect(watch.isOff).toBe(true);
    expect(watch.reason).toContain('1 of 299');
    for (let count = 0; count < 10_000; count += 1) watch.note(true);
    expect(watch.isOff).toBe(true);
    expect(alarms).toHaveLength(1);
  });

  it('does not wait for the evidence to be enough where the matter is plain', () => {
    const { watch } = watchOf(0.01);
    watch.note(false);
    watch.note(false);
    expect(watch.isOff).toBe(true);
  });

  it('bears one wrong in many', () => {
    const { watch } = watchOf(0.01);
    for (let count = 0; count < 1000; count += 1) watch.note(true);
    watch.note(false);
    expect(watch.isOff).toBe(false);
  });
});

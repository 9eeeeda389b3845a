import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startStopwatch } from './stopwatch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const now = (): number => Date.now();

describe('a stopwatch', () => {
  it('goes on from what was measured before, and stands while anybody holds it', () => {
    const watch = startStopwatch(now, 1_000);
    vi.advanceTimersByTime(500);
    const [first, second] = [watch.hold(), watch.hold()];
    vi.advanceTimersByTime(9_000);
    first();
    first();
    vi.advanceTimersByTime(9_000);
    expect(watch.elapsed()).toBe(1_500);
    second();
    vi.advanceTimersByTime(100);
    expect(watch.elapsed()).toBe(1_600);
  });

  it('rings when so much was measured, however long it stood', () => {
    const watch = startStopwatch(now);
    const signal = watch.alarm(1_000);
    vi.advanceTimersByTime(900);
    const resume = watch.hold();
    vi.advanceTimersByTime(5_000);
    expect(signal.aborted).toBe(false);
    resume();
    vi.advanceTimersByTime(99);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.aborted).toBe(true);
  });

  it('rings at once for what is past, and never once it is closed', () => {
    const watch = startStopwatch(now, 5_000);
    const past = watch.alarm(1_000);
    vi.advanceTimersByTime(0);
    expect(past.aborted).toBe(true);
    const later = watch.alarm(6_000);
    watch.close();
    vi.advanceTimersByTime(10_000);
    expect(later.aborted).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});

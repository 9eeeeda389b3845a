import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createOwnClock } from './own-clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('only the time between pauses counts', () => {
  const clock = createOwnClock(1_000);
  vi.advanceTimersByTime(600);
  clock.pause();
  clock.pause();
  vi.advanceTimersByTime(10_000);
  clock.resume();
  clock.resume();
  vi.advanceTimersByTime(399);
  expect(clock.over.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(clock.over.aborted).toBe(true);
});

test('a stopped clock is never over', () => {
  const clock = createOwnClock(1_000);
  clock.stop();
  clock.resume();
  vi.advanceTimersByTime(10_000);
  expect(clock.over.aborted).toBe(false);
});

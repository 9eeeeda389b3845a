import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPhaseTimer } from './phase-timer.ts';
import type { Phase } from './phase-timer.ts';

const limits = { connect: 100, headers: 200, content: 300, idle: 50 };
let expired: Phase[];
beforeEach(() => {
  vi.useFakeTimers();
  expired = [];
});
afterEach(() => vi.useRealTimers());

const start = () => createPhaseTimer(limits, (phase) => expired.push(phase));

test('each phase has a clock of its own', () => {
  const timer = start();
  timer.enter('connect');
  vi.advanceTimersByTime(99);
  timer.enter('headers');
  vi.advanceTimersByTime(199);
  timer.enter('content');
  vi.advanceTimersByTime(299);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(expired).toEqual(['content']);
});

test('bytes without content do not stop the clock of content, but that of silence', () => {
  const timer = start();
  timer.enter('content');
  vi.advanceTimersByTime(299);
  timer.touch();
  timer.enter('idle');
  vi.advanceTimersByTime(49);
  timer.touch();
  timer.enter('idle');
  vi.advanceTimersByTime(49);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(expired).toEqual(['idle']);
});

test('a limit can be shortened once the answer is known to be whole', () => {
  const timer = start();
  timer.enter('idle');
  timer.enter('idle', 10);
  vi.advanceTimersByTime(10);
  expect(expired).toEqual(['idle']);
});

test('no clock runs while we are the ones who wait', () => {
  const timer = start();
  timer.enter('idle');
  timer.pause();
  timer.touch();
  vi.advanceTimersByTime(10_000);
  expect(expired).toEqual([]);
  timer.resume();
  vi.advanceTimersByTime(50);
  expect(expired).toEqual(['idle']);
});

test('once stopped it stays silent', () => {
  const timer = start();
  timer.enter('connect');
  timer.stop();
  timer.resume();
  timer.enter('headers');
  vi.advanceTimersByTime(10_000);
  expect(expired).toEqual([]);
});

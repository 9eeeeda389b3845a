import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createBoxDeadline } from './box-deadline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('expires after its time, not counting the time it was held', () => {
  const deadline = createBoxDeadline(new AbortController().signal, 1_000);
  vi.advanceTimersByTime(600);
  deadline.hold();
  vi.advanceTimersByTime(60_000);
  deadline.go();
  vi.advanceTimersByTime(399);
  expect(deadline.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(deadline.signal.reason).toMatchObject({ name: 'SandboxError', code: 'engine' });
});

it('gives more time when it is told to, also while it is held', () => {
  const deadline = createBoxDeadline(new AbortController().signal, 1_000);
  vi.advanceTimersByTime(900);
  deadline.prolong(500);
  deadline.hold();
  deadline.prolong(500);
  deadline.go();
  vi.advanceTimersByTime(1_099);
  expect(deadline.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(deadline.signal.aborted).toBe(true);
});

it('ends for the reason of its caller, or the one it is given', () => {
  const caller = new AbortController();
  const first = createBoxDeadline(caller.signal, 1_000);
  const second = createBoxDeadline(new AbortController().signal, 1_000);
  caller.abort(new Error('Enough.'));
  second.fail(new Error('Broken.'));
  expect([first.signal.reason, second.signal.reason]).toEqual([new Error('Enough.'), new Error('Broken.')]);
});

it('ends what still uses it when it is not needed any more', () => {
  const deadline = createBoxDeadline(new AbortController().signal, 1_000);
  deadline.end();
  expect(deadline.signal.aborted).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

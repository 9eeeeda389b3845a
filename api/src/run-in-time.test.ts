import { expect, it } from 'vitest';
import { runInTime } from './run-in-time.ts';

it('returns what a task returns, and throws what it throws', () => {
  expect(runInTime(1_000, () => 42)).toBe(42);
  expect(() => runInTime(1_000, () => JSON.parse('{'))).toThrow(SyntaxError);
});

it('ends a regular expression and a loop that would never end', () => {
  expect(() => runInTime(50, () => /^(a+)+$/.test(`${'a'.repeat(100)}!`))).toThrow('timed out');
  expect(() =>
    runInTime(50, () => {
      for (;;);
    }),
  ).toThrow('timed out');
  expect(runInTime(1_000, () => 'as before')).toBe('as before');
});

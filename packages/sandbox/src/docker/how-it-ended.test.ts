import { expect, test } from 'vitest';
import { signalOf } from './how-it-ended.ts';

test.each([
  [0, undefined],
  [1, undefined],
  [128, undefined],
  [134, 'SIGABRT'],
  [137, 'SIGKILL'],
  [139, 'SIGSEGV'],
  [255, undefined],
])('the exit code %i tells of the signal %s', (exitCode, signal) => {
  expect(signalOf(exitCode)).toBe(signal);
});

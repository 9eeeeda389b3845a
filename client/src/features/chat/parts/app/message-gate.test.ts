import { expect, it } from 'vitest';
import { createMessageGate } from './message-gate.ts';

it('hears sixty messages a second, drops the others, and takes ten times as many for a flood', () => {
  let time = 0;
  const admit = createMessageGate(() => time);
  const second = (count: number) => Array.from({ length: count }, admit);
  expect(new Set(second(60))).toEqual(new Set(['heard']));
  expect(new Set(second(540))).toEqual(new Set(['dropped']));
  expect(admit()).toBe('flood');
  time = 1_000;
  expect(admit()).toBe('heard');
});

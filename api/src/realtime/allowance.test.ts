import { expect, it } from 'vitest';
import { createAllowance } from './allowance.ts';

it('lets a burst pass, then as much as comes back', () => {
  let now = 0;
  const spend = createAllowance({ burst: 3, perSecond: 2, now: () => now });
  expect([spend(), spend(), spend(), spend()]).toEqual([true, true, true, false]);
  now = 499;
  expect(spend()).toBe(false);
  now = 500;
  expect([spend(), spend()]).toEqual([true, false]);
  now = 60_000;
  expect([spend(), spend(), spend(), spend()]).toEqual([true, true, true, false]);
});

import { expect, test } from 'vitest';
import { createBoundedRegister } from './bounded-register.ts';

test('keeps what must not be forgotten and makes room among the rest', () => {
  const register = createBoundedRegister({
    create: () => ({ isBusy: false }),
    mayForget: ({ isBusy }) => !isBusy,
    limit: 3,
  });
  const first = register.of('a');
  first.isBusy = true;
  for (let name = 0; name < 100; name += 1) register.of(`name-${name}`);
  expect(register.list().map(([id]) => id)).toEqual(['a', 'name-98', 'name-99']);
  expect(register.of('a')).toBe(first);
  expect(register.peek('name-1')).toBeUndefined();
});

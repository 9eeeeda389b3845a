import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromShortId, toShortId } from './short-id.ts';

it('a UUID becomes 21 characters and the same UUID again', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      const id = toShortId(uuid);
      expect(id).toMatch(/^[A-Za-z0-9_-]{21}$/);
      expect(fromShortId(id)).toBe(uuid);
    }),
  );
});

it.each(['', 'short', 'A'.repeat(22), `${'A'.repeat(20)}/`])('%j is no short id', (id) => {
  expect(fromShortId(id)).toBeUndefined();
});

import { expect, it } from 'vitest';
import { hashId } from './hash-id.ts';

it('makes the same UUID of version 8 of the same text, for ever: stored things are found again by it', () => {
  expect(hashId('a')).toBe('ca978112-ca1b-8dca-8ac2-31b39a23dc4d');
  expect(hashId('b')).toBe('3e23e816-0039-894a-8389-4f6564e1b134');
});

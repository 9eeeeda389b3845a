import { expect, it } from 'vitest';
import type { Grant } from '../database/schemas/access-grant-document.ts';
import { describeChange } from './describe-change.ts';

const everybody = (role: Grant['role']): Grant => ({ principal: { type: 'public' }, role });
const admins: Grant = { principal: { type: 'role', id: 'ADMIN' }, role: 'owner' };

it('says what was given and what was taken', () => {
  expect(describeChange([admins], [everybody('viewer')])).toEqual({ given: 'public viewer', taken: 'role:ADMIN' });
  expect(describeChange([everybody('viewer')], [everybody('editor')])).toEqual({ given: 'public editor' });
});

it('says nothing when only the order changes', () => {
  expect(describeChange([admins, everybody('viewer')], [everybody('viewer'), admins])).toBeUndefined();
});

it('stays short however many there are', () => {
  const many = Array.from({ length: 500 }, (_, index): Grant => {
    const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    return { principal: { type: 'user', id: id as never }, role: 'viewer' };
  });
  const { given = '' } = describeChange([], many) ?? {};
  expect(given.length).toBeLessThan(500);
  expect(given).toContain('(500 in all)');
});

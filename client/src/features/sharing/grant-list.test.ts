import type { AccessGrant, GroupId, UserId } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { namedGrants, publicRole, withRole } from './grant-list.ts';

const ada: AccessGrant = { principal: { type: 'user', id: 'ada' as UserId }, name: 'Ada', role: 'owner' };
const desk = { principal: { type: 'group', id: 'desk' as GroupId }, name: 'Desk' } as const;
const everyone = { principal: { type: 'public' }, name: '' } as const;

describe('who has access', () => {
  it('grows at the end, changes in place and shrinks', () => {
    const more = withRole([ada], desk, 'viewer');
    expect(more.map(({ name, role }) => [name, role])).toEqual([
      ['Ada', 'owner'],
      ['Desk', 'viewer'],
    ]);
    expect(withRole(more, ada, 'editor')[0]?.role).toBe('editor');
    expect(withRole(more, desk, undefined)).toEqual([ada]);
  });

  it('keeps everyone apart from those with a name', () => {
    const open = withRole([ada], everyone, 'viewer');
    expect(publicRole(open)).toBe('viewer');
    expect(namedGrants(open)).toEqual([ada]);
    expect(publicRole(withRole(open, everyone, undefined))).toBeUndefined();
  });
});

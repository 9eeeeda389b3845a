import { groupIdSchema, userIdSchema } from '@parley/contracts';
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Grant } from '../database/schemas/access-grant-document.ts';
import { createAccess } from './access-service.ts';

const userId = userIdSchema.parse(randomUUID());
const group = groupIdSchema.parse(randomUUID());
const user = { userId, role: 'USER' } as const;
const viewers: Grant = { principal: { type: 'group', id: group }, role: 'viewer' };

/** An access whose one thing is shared with a group that this person is in or not. */
function start(isMember: boolean) {
  const state = { isMember, now: 0, asked: 0, fails: false };
  const access = createAccess({
    grants: { find: async () => await Promise.resolve([viewers]) } as never,
    groups: {
      idsOf: async () => {
        state.asked += 1;
        if (state.fails) throw new Error('The database is gone.');
        return await Promise.resolve(state.isMember ? [group] : []);
      },
    },
    now: () => state.now,
  });
  return { state, role: () => access.roleOf(user, 'agent', 'one'), access };
}

it('asks for somebody’s groups once in five seconds', async () => {
  const { state, role } = start(true);
  await Promise.all([role(), role(), role()]);
  expect(state.asked).toBe(1);
  state.isMember = false;
  state.now = 4_999;
  expect(await role()).toBe('viewer');
  state.now = 5_000;
  expect(await role()).toBeUndefined();
});

it('forgets groups when it is told that they have changed', async () => {
  const { state, role, access } = start(false);
  expect(await role()).toBeUndefined();
  state.isMember = true;
  access.groupsChanged();
  expect(await role()).toBe('viewer');
});

it('does not remember a lookup that failed', async () => {
  const { state, role } = start(true);
  state.fails = true;
  await expect(role()).rejects.toThrow('gone');
  state.fails = false;
  expect(await role()).toBe('viewer');
});

import { accessRoutes, agentRoutes, auditRoutes } from '@parley/contracts';
import type { AccessRole, Principal, SharedType } from '@parley/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { createAgentClient, person, settingsOf } from '../agents/__fixtures__/agent-client.ts';
import { problemOf } from '../generations/__fixtures__/chat-client.ts';
import { startScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import type { TestUser } from '../test-client.ts';

const { app, close } = await startScriptedChat();
const client = createAgentClient(app);
let admin: TestUser;
let ada: TestUser;
let bob: TestUser;

beforeAll(async () => {
  admin = await app.register('Grace Hopper');
});
beforeEach(async () => {
  ada = await app.register('Ada Lovelace');
  bob = await app.register('Bob');
});
afterAll(close);

const nobody: Principal = { type: 'user', id: z.parse(z.uuid(), '00000000-0000-4000-8000-000000000000') as never };
const own = (role: AccessRole = 'owner') => ({ principal: person(ada), role });

async function grantsOf(id: string, as: TestUser) {
  const response = await app.send(accessRoutes.grants, { params: { type: 'agent', id } }, as);
  if (!response.ok) return await problemOf(response);
  return z.parse(accessRoutes.grants.response, await response.json()).grants;
}

async function findPrincipals(query: string): Promise<string[]> {
  const response = await app.send(accessRoutes.principals, { query: { query } }, bob);
  return z.parse(accessRoutes.principals.response, await response.json()).items.map(({ name }) => name);
}

/** What each role may do: the statuses of looking, seeing the settings, changing them and seeing the grants. */
const allowed: Readonly<Record<AccessRole, readonly number[]>> = {
  viewer: [200, 403, 403, 403],
  editor: [200, 200, 200, 403],
  owner: [200, 200, 200, 200],
};

const kinds = ['user', 'group', 'role', 'public'] as const;
const roles = ['viewer', 'editor', 'owner'] as const;

describe('sharing', () => {
  it.each(kinds.flatMap((kind) => roles.map((role) => [kind, role] as const)))(
    'with a %s as %s lets them do what that role may do',
    async (kind, role) => {
      const { id } = await client.create(ada);
      const group = await client.group(admin, `Team of ${id}`, [bob]);
      const principals: Record<Principal['type'], Principal> = {
        user: person(bob),
        group: { type: 'group', id: group.id },
        role: { type: 'role', id: 'USER' },
        public: { type: 'public' },
      };
      expect((await client.share(ada, id, [own(), { principal: principals[kind], role }])).status).toBe(200);
      const answers = [
        await client.get(bob, id),
        await client.settings(bob, id),
        await client.update(bob, id, 1, settingsOf({ name: 'Changed' })),
        await app.send(accessRoutes.grants, { params: { type: 'agent', id } }, bob),
      ];
      expect(answers.map(({ status }) => status)).toEqual(allowed[role]);
      expect(await answers[0]?.json()).toMatchObject({ myRole: role });
      await client.share(ada, id, [own()]);
      expect((await client.get(bob, id)).status).toBe(404);
    },
  );

  it('gives the best of all roles that apply', async () => {
    const { id } = await client.create(ada);
    await client.share(ada, id, [
      own(),
      { principal: { type: 'public' }, role: 'viewer' },
      { principal: person(bob), role: 'editor' },
    ]);
    expect(await (await client.get(bob, id)).json()).toMatchObject({ myRole: 'editor' });
  });

  it('shows its owners whom it is shared with, in the order they gave', async () => {
    const { id } = await client.create(ada);
    await client.share(ada, id, [{ principal: { type: 'public' }, role: 'viewer' }, own()]);
    expect(await grantsOf(id, ada)).toEqual([
      { principal: { type: 'public' }, name: 'Everyone', role: 'viewer' },
      { principal: person(ada), name: 'Ada Lovelace', detail: ada.user.email, role: 'owner' },
    ]);
    expect(await grantsOf(id, bob)).toMatchObject({ code: 'forbidden' });
  });

  it('shows a viewer nothing of the settings', async () => {
    const { id } = await client.create(ada, { instructions: 'The password is swordfish.' });
    await client.share(ada, id, [own(), { principal: person(bob), role: 'viewer' }]);
    const seen = await (await client.get(bob, id)).text();
    const listed = JSON.stringify(await client.list(bob, { shelf: 'shared' }));
    expect(`${seen}${listed}`).not.toContain('swordfish');
    for (const route of [agentRoutes.versions, agentRoutes.export, agentRoutes.duplicate]) {
      expect((await app.send(route, { params: { id } }, bob)).status).toBe(403);
    }
  });

  it('is noted for admins with what was given and taken, and only when it changes something', async () => {
    const { id } = await client.create(ada, { name: 'Noted' });
    const everybody = { principal: { type: 'public' }, role: 'viewer' } as const;
    for (const grants of [[own(), everybody], [own(), everybody], [own()]]) await client.share(ada, id, grants);
    const response = await app.send(auditRoutes.list, { query: { action: 'access-changed', limit: 2 } }, admin);
    const { items } = z.parse(auditRoutes.list.response, await response.json());
    const actor = { id: ada.user.id, name: 'Ada Lovelace' };
    expect(items).toMatchObject([
      { actor, subject: 'Noted', details: { type: 'agent', id, taken: 'public' } },
      { actor, subject: 'Noted', details: { type: 'agent', id, given: 'public viewer' } },
    ]);
  });

  it('always leaves a person as an owner, also when two owners share at the same moment', async () => {
    const { id } = await client.create(ada);
    for (const grants of [[], [own('editor')], [{ principal: { type: 'public' } as const, role: 'owner' as const }]]) {
      expect(await problemOf(await client.share(ada, id, grants))).toMatchObject({ code: 'last-owner' });
    }
    await client.share(ada, id, [own(), { principal: person(bob), role: 'owner' }]);
    const both = await Promise.all([
      client.share(ada, id, [own()]),
      client.share(bob, id, [{ principal: person(bob), role: 'owner' }]),
    ]);
    expect(both.some(({ status }) => status === 200)).toBe(true);
    const left = await Promise.all([client.get(ada, id), client.get(bob, id)]);
    expect(left.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('refuses whom it does not know, and anybody twice', async () => {
    const { id } = await client.create(ada);
    const unknown = await client.share(ada, id, [own(), { principal: nobody, role: 'viewer' }]);
    expect(await problemOf(unknown)).toMatchObject({
      code: 'invalid-request',
      issues: [{ path: 'body.grants.1.principal' }],
    });
    expect(await problemOf(await client.share(ada, id, [own(), own('viewer')]))).toMatchObject({
      code: 'invalid-request',
    });
  });

  it.each([
    ['agent', 'agent-not-found'],
    ['mcp-server', 'mcp-server-not-found'],
    ['action-set', 'action-set-not-found'],
  ] satisfies [SharedType, string][])('of an unknown %s says that it does not exist', async (type, code) => {
    const response = await app.send(accessRoutes.grants, { params: { type, id: 'unknown' } }, ada);
    expect(await problemOf(response)).toMatchObject({ code });
  });
});

describe('a group', () => {
  it('is kept by admins', async () => {
    const body = { name: 'Lab', memberIds: [] };
    expect((await app.send(accessRoutes.groups, {}, ada)).status).toBe(403);
    expect((await app.send(accessRoutes.createGroup, { body }, ada)).status).toBe(403);
    const group = await client.group(admin, 'Lab', [ada]);
    expect(group.members).toEqual([{ id: ada.user.id, name: 'Ada Lovelace', email: ada.user.email }]);
    const params = { id: group.id };
    expect((await app.send(accessRoutes.updateGroup, { params, body }, ada)).status).toBe(403);
    expect((await app.send(accessRoutes.removeGroup, { params }, ada)).status).toBe(403);
  });

  it('has a name of its own and members that exist', async () => {
    await client.group(admin, 'Ärzte', []);
    const taken = await app.send(accessRoutes.createGroup, { body: { name: ' ärzte', memberIds: [] } }, admin);
    expect(await problemOf(taken)).toMatchObject({ code: 'name-taken' });
    const memberIds = [ada.user.id, '00000000-0000-4000-8000-000000000000' as never];
    const unknown = await app.send(accessRoutes.createGroup, { body: { name: 'New', memberIds } }, admin);
    expect(await problemOf(unknown)).toMatchObject({ issues: [{ path: 'body.memberIds.1' }] });
  });

  it('counts for its members from the moment it changes', async () => {
    const { id } = await client.create(ada);
    const group = await client.group(admin, 'Changing', []);
    await client.share(ada, id, [own(), { principal: { type: 'group', id: group.id }, role: 'viewer' }]);
    const put = async (members: readonly TestUser[]): Promise<void> => {
      const body = { name: 'Changing', memberIds: members.map(({ user }) => user.id) };
      expect((await app.send(accessRoutes.updateGroup, { params: { id: group.id }, body }, admin)).status).toBe(200);
    };
    expect((await client.get(bob, id)).status).toBe(404);
    await put([bob]);
    expect((await client.get(bob, id)).status).toBe(200);
    await put([]);
    expect((await client.get(bob, id)).status).toBe(404);
  });

  it('takes what was shared with it along when it goes', async () => {
    const { id } = await client.create(ada);
    const group = await client.group(admin, 'Going', [bob]);
    await client.share(ada, id, [own(), { principal: { type: 'group', id: group.id }, role: 'editor' }]);
    expect((await app.send(accessRoutes.removeGroup, { params: { id: group.id } }, admin)).status).toBe(204);
    expect((await client.get(bob, id)).status).toBe(404);
    expect(await grantsOf(id, ada)).toHaveLength(1);
    expect((await app.send(accessRoutes.removeGroup, { params: { id: group.id } }, admin)).status).toBe(404);
  });
});

describe('looking for somebody to share with', () => {
  it('finds people by the beginning of a name or address, in any case', async () => {
    const zoe = await app.register('Zoë Quill');
    expect(await findPrincipals('zoë')).toEqual(['Zoë Quill']);
    expect(await findPrincipals('QUI')).toEqual(['Zoë Quill']);
    expect(await findPrincipals(zoe.user.email.toUpperCase())).toEqual(['Zoë Quill']);
    expect(await findPrincipals('uill')).toEqual([]);
    expect(await findPrincipals('.*')).toEqual([]);
  });

  it('finds groups, roles and everyone', async () => {
    await client.group(admin, 'Xylophones', []);
    expect(await findPrincipals('xylo')).toEqual(['Xylophones']);
    expect(await findPrincipals('every')).toEqual(['Everyone']);
    expect(await findPrincipals('')).toEqual(expect.arrayContaining(['Everyone', 'Admins', 'Users']));
  });

  it('finds twenty at most and tells nothing secret', async () => {
    for (let count = 0; count < 22; count += 1) await app.register(`Many ${count}`);
    expect(await findPrincipals('many')).toHaveLength(20);
    const text = await (await app.send(accessRoutes.principals, { query: { query: 'many' } }, bob)).text();
    expect(text).not.toMatch(/password|argon/i);
  });
});

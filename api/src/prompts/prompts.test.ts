import { randomUUID } from 'node:crypto';
import { accessRoutes, promptGroupIdSchema, promptRoutes } from '@parley/contracts';
import type { AccessRole, PromptCard, PromptGroup, PromptGroupId } from '@parley/contracts';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';

const app = await startTestApp({ gateway: false });
let ada: TestUser;
let bob: TestUser;
afterAll(() => app.close());
beforeEach(async () => {
  ada = await app.register('Ada');
  bob = await app.register('Bob');
});

const card: PromptCard = { name: 'Review', description: 'Looks at code', category: 'Coding', command: 'review' };

async function create(prompt: Partial<PromptCard & { text: string }> = {}, as = ada): Promise<PromptGroup> {
  const response = await app.send(promptRoutes.create, { body: { ...card, text: 'Review {{what}}', ...prompt } }, as);
  expect(response.status).toBe(201);
  return promptRoutes.create.response.parse(await response.json()).prompt;
}

async function list(as: TestUser): Promise<PromptGroup[]> {
  return promptRoutes.list.response.parse(await (await app.send(promptRoutes.list, {}, as)).json()).items;
}

async function textOf(id: PromptGroupId, as: TestUser): Promise<string> {
  return promptRoutes.get.response.parse(await (await app.send(promptRoutes.get, { params: { id } }, as)).json()).text;
}

async function share(id: PromptGroupId, role: AccessRole): Promise<Response> {
  const grants = [
    { principal: { type: 'user' as const, id: ada.user.id }, role: 'owner' as const },
    { principal: { type: 'user' as const, id: bob.user.id }, role },
  ];
  return await app.send(accessRoutes.share, { params: { type: 'prompt-group', id }, body: { grants } }, ada);
}

describe('the prompt library', () => {
  it('shows a prompt to whom it is shared with, and to nobody else', async () => {
    const { id } = await create();
    expect(await list(bob)).toEqual([]);
    const hidden = [
      await app.send(promptRoutes.get, { params: { id } }, bob),
      await app.send(promptRoutes.versions, { params: { id } }, bob),
      await app.send(promptRoutes.update, { params: { id }, body: card }, bob),
      await app.send(promptRoutes.remove, { params: { id } }, bob),
      await app.send(promptRoutes.countUse, { params: { id } }, bob),
      await app.send(accessRoutes.grants, { params: { type: 'prompt-group', id } }, bob),
      await app.send(promptRoutes.get, { params: { id: promptGroupIdSchema.parse(randomUUID()) } }, ada),
    ];
    for (const answer of hidden) expect(await answer.json()).toMatchObject({ code: 'prompt-not-found' });

    expect((await share(id, 'viewer')).status).toBe(200);
    expect(await list(bob)).toMatchObject([{ id, name: 'Review', myRole: 'viewer', authorName: 'Ada', uses: 0 }]);
    expect(await textOf(id, bob)).toBe('Review {{what}}');
    await app.send(promptRoutes.countUse, { params: { id } }, bob);
    expect(await list(ada)).toMatchObject([{ uses: 1, myRole: 'owner' }]);
    const refused = [
      await app.send(promptRoutes.versions, { params: { id } }, bob),
      await app.send(promptRoutes.update, { params: { id }, body: card }, bob),
      await app.send(promptRoutes.remove, { params: { id } }, bob),
    ];
    for (const answer of refused)
      expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'forbidden' }]);
  });

  it('keeps versions, and says which one is used', async () => {
    const { id } = await create();
    await share(id, 'editor');
    const add = async (body: { baseVersion: number; text: string; production: boolean }, as: TestUser) =>
      await app.send(promptRoutes.addVersion, { params: { id }, body }, as);
    expect((await add({ baseVersion: 1, text: 'Second', production: false }, bob)).status).toBe(201);
    expect(await textOf(id, ada)).toBe('Review {{what}}');
    const late = await add({ baseVersion: 1, text: 'Lost', production: true }, ada);
    expect([late.status, await late.json()]).toMatchObject([409, { code: 'prompt-changed' }]);
    expect((await add({ baseVersion: 2, text: 'Third', production: true }, ada)).status).toBe(201);
    expect(await textOf(id, bob)).toBe('Third');
    await app.send(promptRoutes.setProduction, { params: { id }, body: { version: 2 } }, bob);
    expect(await textOf(id, ada)).toBe('Second');
    const answer = await app.send(promptRoutes.versions, { params: { id } }, ada);
    expect(promptRoutes.versions.response.parse(await answer.json()).items).toMatchObject([
      { version: 3, text: 'Third', authorName: 'Ada' },
      { version: 2, text: 'Second', authorName: 'Bob' },
      { version: 1, text: 'Review {{what}}', authorName: 'Ada' },
    ]);
    const missing = await app.send(promptRoutes.setProduction, { params: { id }, body: { version: 9 } }, ada);
    expect(missing.status).toBe(404);
  });

  it('lets one command stand for one prompt of a person', async () => {
    const first = await create();
    await create({ command: 'other' });
    await create({ command: '' });
    await create({ command: '' });
    await create({}, bob);
    const taken = await app.send(promptRoutes.create, { body: { ...card, text: 'Again' } }, ada);
    expect([taken.status, await taken.json()]).toMatchObject([409, { code: 'command-taken' }]);
    const body = { ...card, command: 'other' };
    const moved = await app.send(promptRoutes.update, { params: { id: first.id }, body }, ada);
    expect([moved.status, await moved.json()]).toMatchObject([409, { code: 'command-taken' }]);
    expect(await list(ada)).toHaveLength(4);
  });

  it('refuses what is no prompt', async () => {
    const many = Array.from({ length: 10_000 }, (_none, index) => `{{v${index}}}`).join('');
    for (const bad of [
      { command: 'Not one' },
      { command: '-' },
      { name: '' },
      { text: ' ' },
      { text: many.slice(0, 49_000) },
    ]) {
      const response = await app.send(promptRoutes.create, { body: { ...card, text: 'x', ...bad } }, ada);
      expect([response.status, await response.json()]).toMatchObject([400, { code: 'invalid-request' }]);
    }
  });

  it('forgets a prompt with whom it was shared with', async () => {
    const { id } = await create();
    await share(id, 'owner');
    expect((await app.send(promptRoutes.remove, { params: { id } }, bob)).status).toBe(204);
    expect(await list(ada)).toEqual([]);
    expect((await app.send(promptRoutes.get, { params: { id } }, ada)).status).toBe(404);
  });
});

describe('where the operator restricts it', () => {
  it('is made by admins, and shared by nobody else', async () => {
    const strict = await startTestApp({
      gateway: false,
      prompts: { use: true, create: false, share: false, public: false },
    });
    const admin = await strict.register('Grace');
    const user = await strict.register('Ada');
    const body = { ...card, text: 'x' };
    expect((await strict.send(promptRoutes.create, { body }, user)).status).toBe(403);
    expect((await strict.send(promptRoutes.create, { body }, admin)).status).toBe(201);
    await strict.close();
  });

  it('is not there where it is switched off', async () => {
    const off = await startTestApp({
      gateway: false,
      prompts: { use: false, create: false, share: true, public: true },
    });
    const admin = await off.register('Grace');
    expect((await off.send(promptRoutes.create, { body: { ...card, text: 'x' } }, admin)).status).toBe(403);
    expect(await (await off.send(promptRoutes.list, {}, admin)).json()).toEqual({ items: [] });
    await off.close();
  });
});

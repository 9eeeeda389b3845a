import { randomUUID } from 'node:crypto';
import { modelRoutes, mostPresets, presetIdSchema, presetRoutes } from '@parley/contracts';
import type { Preset, PresetSettings } from '@parley/contracts';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { problemOf } from '../generations/__fixtures__/chat-client.ts';
import { startTestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';

const app = await startTestApp({ gateway: false });
let ada: TestUser;
afterAll(() => app.close());
beforeEach(async () => {
  ada = await app.register('Ada');
});

const careful: PresetSettings = {
  name: 'Careful',
  endpoint: 'Parley',
  model: 'chat-quality',
  settings: { instructions: 'Think twice.', parameters: { temperature: 0.1 } },
  tools: ['calculator'],
  isDefault: false,
};

async function create(settings: Partial<PresetSettings> = {}, as = ada): Promise<Preset> {
  const response = await app.send(presetRoutes.create, { body: { ...careful, ...settings } }, as);
  expect(response.status).toBe(201);
  return presetRoutes.create.response.parse(await response.json());
}

async function all(as = ada): Promise<Preset[]> {
  const response = await app.send(presetRoutes.list, {}, as);
  return presetRoutes.list.response.parse(await response.json()).items;
}

async function names(as = ada): Promise<string[]> {
  return (await all(as)).map(({ name }) => name);
}

async function beginning(as = ada) {
  const response = await app.send(modelRoutes.endpoints, {}, as);
  return modelRoutes.endpoints.response.parse(await response.json()).begin;
}

describe('presets', () => {
  it('are kept in the order of their person', async () => {
    const [one, two, three] = [
      await create({ name: 'One' }),
      await create({ name: 'Two' }),
      await create({ name: 'Three' }),
    ];
    expect(await names()).toEqual(['One', 'Two', 'Three']);
    const ids = [three.id, presetIdSchema.parse(randomUUID()), one.id, three.id];
    await app.send(presetRoutes.order, { body: { ids } }, ada);
    expect(await names()).toEqual(['Three', 'One', 'Two']);
    await app.send(presetRoutes.remove, { params: { id: two.id } }, ada);
    await create({ name: 'Four' });
    expect(await names()).toEqual(['Three', 'One', 'Four']);
  });

  it('are what new chats begin with, one at most', async () => {
    expect(await beginning()).toBeUndefined();
    const first = await create({ isDefault: true });
    expect(await beginning()).toEqual({
      endpoint: 'Parley',
      model: 'chat-quality',
      settings: careful.settings,
      tools: ['calculator'],
    });
    await create({ model: 'chat-fast', isDefault: true });
    expect(await beginning()).toMatchObject({ model: 'chat-fast' });
    await app.send(presetRoutes.update, { params: { id: first.id }, body: { ...careful, isDefault: true } }, ada);
    expect(await beginning()).toMatchObject({ model: 'chat-quality' });
    await app.send(presetRoutes.update, { params: { id: first.id }, body: { ...careful, isDefault: false } }, ada);
    expect(await beginning()).toBeUndefined();
  });

  it('are what new chats begin with, one and not none, when many are made it at once', async () => {
    await Promise.all(Array.from({ length: 20 }, () => create({ isDefault: true })));
    const items = await all();
    expect(items).toHaveLength(20);
    expect(items.filter(({ isDefault }) => isDefault)).toHaveLength(1);
  });

  it('are nobody else’s', async () => {
    const { id } = await create();
    const eve = await app.register('Eve');
    expect(await names(eve)).toEqual([]);
    const answers = [
      await app.send(presetRoutes.update, { params: { id }, body: { ...careful, name: 'Mine' } }, eve),
      await app.send(presetRoutes.remove, { params: { id } }, eve),
    ];
    for (const answer of answers) expect(await problemOf(answer)).toMatchObject({ code: 'preset-not-found' });
    await app.send(presetRoutes.order, { body: { ids: [id] } }, eve);
    expect(await names()).toEqual(['Careful']);
  });

  it('refuse what is no preset', async () => {
    for (const bad of [{ name: '  ' }, { name: 'a\u202Eb' }, { settings: { parameters: { temperature: 9 } } }]) {
      const response = await app.send(presetRoutes.create, { body: { ...careful, ...bad } }, ada);
      expect([response.status, await response.json()]).toMatchObject([400, { code: 'invalid-request' }]);
    }
  });

  it('are so many and no more', async () => {
    for (let count = 0; count < mostPresets - 5; count += 1) await create({ name: `Preset ${count}` });
    const last = Array.from({ length: 20 }, () => app.send(presetRoutes.create, { body: careful }, ada));
    await Promise.all(last);
    for (const { id } of (await all()).slice(mostPresets - 5)) {
      expect((await app.send(presetRoutes.remove, { params: { id } }, ada)).status).toBe(204);
    }
    // None was hidden behind the last that is listed.
    expect(await names()).toHaveLength(mostPresets - 5);
    for (let count = 0; count < 5; count += 1) await create();
    const response = await app.send(presetRoutes.create, { body: careful }, ada);
    expect([response.status, await response.json()]).toMatchObject([409, { code: 'presets-full' }]);
  });
});

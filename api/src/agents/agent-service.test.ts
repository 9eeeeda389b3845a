import type { User } from '@parley/contracts';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { settingsOf } from './__fixtures__/agent-client.ts';
import { openAgentStore } from './__fixtures__/agent-store.ts';
import { createAgentGate } from './agent-gate.ts';
import { createAgentService } from './agent-service.ts';
import { createAgentViews } from './agent-views.ts';

const store = await openAgentStore();
const { agents, stored, versions, access } = store;
let ada: User;
beforeEach(async () => {
  ada = await store.register('Ada');
});
afterAll(() => store.close());

const parts = {
  agents,
  stored,
  versions,
  access,
  gate: createAgentGate({ agents, access, builder: 'everybody' }),
  views: createAgentViews(store),
  checkSettings: () => Promise.resolve(),
};
const service = createAgentService(parts);
const killed = () => Promise.reject(new Error('killed'));
const asAda = () => ({ userId: ada.id, role: ada.role });

it.each([
  ['versions', { stored: { ...stored, removeAll: killed } }],
  ['grants', { access: { removeAll: killed } }],
])('removes at the second try what a process left that was killed before the %s', async (_what, broken) => {
  const agent = await versions.begin(settingsOf(), ada.id);
  await expect(createAgentService({ ...parts, ...broken }).remove(asAda(), agent.id)).rejects.toThrow('killed');
  await expect(service.get(asAda(), agent.id)).rejects.toMatchObject({ code: 'agent-not-found' });
  await service.remove(asAda(), agent.id);
  expect(await stored.list(agent.id)).toEqual([]);
  expect(await store.grants.find('agent', agent.id)).toBeUndefined();
  await expect(service.remove(asAda(), agent.id)).rejects.toMatchObject({ code: 'agent-not-found' });
});

it('brings an old version back although others save at the same moment', async () => {
  const agent = await versions.begin(settingsOf({ name: 'Old' }), ada.id);
  const second = await versions.moveOn(agent, { settings: settingsOf({ name: 'New' }), authorId: ada.id });
  if (second === undefined) throw new Error('It was not saved.');
  const [restored] = await Promise.all([
    service.restore(asAda(), agent.id, 1),
    versions.moveOn(second, { settings: settingsOf({ name: 'Other' }), authorId: ada.id }),
  ]);
  expect(restored.settings.name).toBe('Old');
  const all = await service.versions(asAda(), agent.id);
  expect(all.map(({ version }) => version)).toEqual(all.map((_, index) => all.length - index));
});

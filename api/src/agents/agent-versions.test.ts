import type { User } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingsOf } from './__fixtures__/agent-client.ts';
import { openAgentStore } from './__fixtures__/agent-store.ts';
import { createAgentVersions } from './agent-versions.ts';

const store = await openAgentStore();
const { agents, stored, versions, access, now } = store;
let ada: User;
let bob: User;

beforeAll(async () => {
  ada = await store.register('Ada');
  bob = await store.register('Bob');
});
afterAll(() => store.close());

/** A process that is killed between the version and the agent. */
const dying = createAgentVersions({
  agents: {
    ...agents,
    moveOn: () => Promise.reject(new Error('killed')),
    add: () => Promise.reject(new Error('killed')),
  },
  versions: stored,
  access,
  now,
});
const next = (name: string, { id }: User = ada) => ({ settings: settingsOf({ name }), authorId: id });

describe('a process that died between the two writes of a version', () => {
  it('left the agent as it was', async () => {
    const agent = await versions.begin(settingsOf(), ada.id);
    await expect(dying.moveOn(agent, next('Lost'))).rejects.toThrow('killed');
    expect(await agents.find(agent.id)).toEqual(agent);
    expect(await versions.settingsOf(agent)).toEqual(settingsOf());
  });

  it('is completed by its author’s next try, without another version', async () => {
    const agent = await versions.begin(settingsOf(), ada.id);
    await expect(dying.moveOn(agent, next('Again'))).rejects.toThrow('killed');
    expect(await versions.moveOn(agent, next('Again'))).toMatchObject({ version: 2, name: 'Again' });
    expect(await stored.list(agent.id)).toHaveLength(2);
  });

  it('is completed by the next one to save, who is told that there is a newer version', async () => {
    const agent = await versions.begin(settingsOf(), ada.id);
    await expect(dying.moveOn(agent, next('Begun'))).rejects.toThrow('killed');
    expect(await versions.moveOn(agent, next('Other', bob))).toBeUndefined();
    const current = await agents.find(agent.id);
    expect(current).toMatchObject({ version: 2, name: 'Begun' });
    if (current === undefined) throw new Error('The agent is gone.');
    expect(await versions.moveOn(current, next('Other', bob))).toMatchObject({ version: 3, name: 'Other' });
  });

  it('in the middle of making an agent leaves none', async () => {
    const before = await agents.listAll();
    await expect(dying.begin(settingsOf({ name: 'Half' }), bob.id)).rejects.toThrow('killed');
    expect(await agents.listAll()).toEqual(before);
  });
});

it('does not bring back an agent that is removed while it is saved', async () => {
  const agent = await versions.begin(settingsOf(), ada.id);
  await agents.remove(agent.id);
  await expect(versions.moveOn(agent, next('Late'))).rejects.toMatchObject({ code: 'agent-not-found' });
  expect(await stored.list(agent.id)).toEqual([]);
});

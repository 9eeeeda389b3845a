import { randomUUID } from 'node:crypto';
import { conversationIdSchema, generationIdSchema, problem } from '@parley/contracts';
import type { AgentRef, User } from '@parley/contracts';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { AgentRecord } from '../database/repositories/agent-repository.ts';
import type { ResolvedModel } from '../models/model-service.ts';
import type { ToolCaller } from '../tools/tool.ts';
import { settingsOf } from './__fixtures__/agent-client.ts';
import { openAgentStore } from './__fixtures__/agent-store.ts';
import { createAgentSetups } from './agent-setups.ts';
import type { StepLimits } from './agent-setups.ts';
import { createInstructionFiller } from './instruction-filler.ts';
import { createTurnSetups } from './turn-setups.ts';

const store = await openAgentStore();
const { agents, stored, versions, access, users } = store;
const { signal } = new AbortController();
const started = new Date('2026-01-02T03:04:05Z');
const model: ResolvedModel = { strategy: 'of the endpoint' } as never;
const asked: { caller: ToolCaller; refs: readonly string[] }[] = [];

const shared = {
  users,
  prices: { of: async () => await Promise.resolve(({ input }: { input: number }) => input * 2) },
  models: {
    resolve: async (_endpoint: string, name: string) => {
      await Promise.resolve();
      if (name === 'unknown') throw problem('model-not-found');
      return model;
    },
  },
  toolboxes: {
    of: async (caller: ToolCaller, refs: readonly string[]) => {
      asked.push({ caller, refs });
      return await Promise.resolve({ offered: () => [], find: () => undefined, notices: ['A server is away.'] });
    },
  },
};
const setups = setupsWith({});

function setupsWith(steps: StepLimits, { prices }: Pick<typeof shared, 'prices'> = shared) {
  const fillInstructions = createInstructionFiller({
    generations: { find: async () => await Promise.resolve({ createdAt: started } as never) },
    now: Date.now,
  });
  return createTurnSetups({
    ...shared,
    fillInstructions,
    prices,
    steps,
    agents: createAgentSetups({
      ...shared,
      prices,
      steps,
      agents,
      access,
      versions: stored,
      fillInstructions,
    }),
  });
}

let ada: User;
let bob: User;
beforeEach(async () => {
  ada = await store.register('Ada');
  bob = await store.register('Bob');
});
afterAll(() => store.close());

const callerOf = ({ id }: User) => ({
  userId: id,
  conversationId: conversationIdSchema.parse(randomUUID()),
  generationId: generationIdSchema.parse(randomUUID()),
});
const choiceOf = ({ id }: AgentRecord, agent?: AgentRef) => ({ endpoint: 'agents', model: id, tools: [], agent });
const refOf = ({ id, version, name }: AgentRecord): AgentRef => ({ id, version, name });
const pin = async ({ id }: User, agent: AgentRecord, agentVersion?: number, usedBefore?: AgentRef) =>
  await setups.pin(id, { endpoint: 'agents', model: agent.id, tools: [], agentVersion }, usedBefore, signal);

async function shareWithEverybody(...all: readonly AgentRecord[]): Promise<void> {
  const owner = { principal: { type: 'user', id: ada.id }, role: 'owner' } as const;
  const everybody = { principal: { type: 'public' }, role: 'viewer' } as const;
  for (const { id } of all) await store.grants.replace('agent', id, [owner, everybody]);
}

describe('plain chat', () => {
  const choice = { endpoint: 'Scripted', model: 'gpt-4o', tools: ['calculator'] };

  it('has its model and the tools its user chose, with the user’s own rights', async () => {
    const caller = callerOf(bob);
    asked.length = 0;
    const setup = await setups.of(caller, choice, signal);
    expect(setup).toMatchObject({ agent: undefined, model, modelName: 'gpt-4o', instructions: [], parameters: {} });
    expect(setup.limits).toEqual({ steps: 25, seconds: null, costMicroUsd: null });
    expect(setup.toolbox.notices).toEqual(['A server is away.']);
    expect(asked).toEqual([{ caller: { ...caller, role: 'USER' }, refs: ['calculator'] }]);
  });

  it('has as many steps as the operator gives, and so has every agent at most', async () => {
    const bounded = setupsWith({ defaultSteps: 30, mostSteps: 10 });
    expect((await bounded.of(callerOf(bob), choice, signal)).limits.steps).toBe(10);
    expect((await setupsWith({ defaultSteps: 30 }).of(callerOf(bob), choice, signal)).limits.steps).toBe(30);
    const agent = await versions.begin(settingsOf(), ada.id);
    expect((await bounded.of(callerOf(ada), choiceOf(agent), signal)).limits.steps).toBe(10);
    expect((await setups.of(callerOf(ada), choiceOf(agent), signal)).limits.steps).toBe(25);
  });

  it('is pinned to no agent, and checked', async () => {
    expect(await setups.pin(bob.id, choice, undefined, signal)).toBeUndefined();
    const unknown = setups.pin(bob.id, { ...choice, model: 'unknown' }, undefined, signal);
    await expect(unknown).rejects.toMatchObject({ code: 'model-not-found' });
  });
});

describe('the version that answers', () => {
  it('is the one asked for, the one used before, or the newest', async () => {
    const first = await versions.begin(settingsOf({ name: 'First' }), ada.id);
    const second = await versions.moveOn(first, { settings: settingsOf({ name: 'Second' }), authorId: ada.id });
    if (second === undefined) throw new Error('It was not saved.');
    expect(await pin(ada, second)).toEqual(refOf(second));
    expect(await pin(ada, second, undefined, refOf(first))).toEqual(refOf(first));
    expect(await pin(ada, second, 2, refOf(first))).toEqual(refOf(second));
    expect(await pin(ada, second, 1)).toEqual(refOf(first));
    const other = await versions.begin(settingsOf(), ada.id);
    expect(await pin(ada, other, undefined, refOf(first))).toEqual(refOf(other));
    await expect(pin(ada, second, 3)).rejects.toMatchObject({ code: 'agent-not-found' });
    expect((await setups.of(callerOf(ada), choiceOf(second, refOf(first)), signal)).agent).toEqual(refOf(first));
  });

  it('is nobody’s who may not use the agent', async () => {
    const agent = await versions.begin(settingsOf(), ada.id);
    await expect(pin(bob, agent)).rejects.toMatchObject({ code: 'agent-not-found' });
    await expect(setups.of(callerOf(bob), choiceOf(agent, refOf(agent)), signal)).rejects.toMatchObject({
      code: 'agent-not-found',
    });
    const none = setups.pin(bob.id, { endpoint: 'agents', model: 'none', tools: [] }, undefined, signal);
    await expect(none).rejects.toMatchObject({ code: 'agent-not-found' });
  });

  it('answers no more once it is disabled, removed or taken away', async () => {
    const agent = await versions.begin(settingsOf(), ada.id);
    await shareWithEverybody(agent);
    const use = async () => await setups.of(callerOf(bob), choiceOf(agent, refOf(agent)), signal);
    expect((await use()).agent).toEqual(refOf(agent));
    await agents.setStanding(agent.id, { disabled: true });
    await expect(use()).rejects.toMatchObject({ code: 'agent-disabled' });
    await expect(pin(ada, agent)).rejects.toMatchObject({ code: 'agent-disabled' });
    await agents.setStanding(agent.id, { disabled: false });
    await store.grants.replace('agent', agent.id, [{ principal: { type: 'user', id: ada.id }, role: 'owner' }]);
    await expect(use()).rejects.toMatchObject({ code: 'agent-not-found' });
    await agents.remove(agent.id);
    await expect(pin(ada, agent)).rejects.toMatchObject({ code: 'agent-not-found' });
  });
});

describe('a turn with an agent', () => {
  it('has the agent’s model, parameters, limits and instructions, with the time at which it was asked for', async () => {
    const settings = settingsOf({
      instructions: 'It is {{current_datetime}}; greet {{current_user}}.',
      parameters: { temperature: 0.5 },
      limits: { steps: 3, seconds: 60, costMicroUsd: 1_000 },
      tools: ['calculator', 'mcp/files'],
    });
    const agent = await versions.begin(settings, ada.id);
    await shareWithEverybody(agent);
    asked.length = 0;
    const caller = callerOf(bob);
    const setup = await setups.of(caller, { ...choiceOf(agent, refOf(agent)), tools: ['current_time'] }, signal);
    expect(setup).toMatchObject({
      agent: refOf(agent),
      model,
      modelName: 'scripted-1',
      instructions: ['It is 2026-01-02 03:04:05 UTC; greet Bob.'],
      parameters: { temperature: 0.5 },
      limits: settings.limits,
    });
    expect(asked).toEqual([{ caller: { ...caller, role: 'USER' }, refs: ['calculator', 'mcp/files'] }]);
    expect(setup.costOf({ input: 1, output: 1 })).toBe(2);
  });

  it('says when its limit of cost cannot be kept, for nobody knows what its model costs', async () => {
    const limits = { steps: 3, seconds: null, costMicroUsd: 1_000 };
    const agent = await versions.begin(settingsOf({ limits }), ada.id);
    const notices = async (setup: typeof setups) =>
      (await setup.of(callerOf(ada), choiceOf(agent), signal)).toolbox.notices;
    const unpriced = setupsWith({}, { prices: { of: async () => await Promise.resolve(() => undefined as never) } });
    expect(await notices(unpriced)).toEqual([
      'A server is away.',
      expect.stringContaining('its limit of cost is not kept'),
    ]);
    expect(await notices(setups)).toEqual(['A server is away.']);
  });

  it('has only those other agents that its user may use, and a notice about the rest', async () => {
    const critic = await versions.begin(settingsOf({ name: 'Critic', description: 'Finds faults' }), ada.id);
    const hidden = await versions.begin(settingsOf({ name: 'Hidden' }), ada.id);
    const disabled = await versions.begin(settingsOf({ name: 'Disabled' }), ada.id);
    const gone = await versions.begin(settingsOf({ name: 'Gone' }), ada.id);
    const others = { subAgents: [critic.id, hidden.id, critic.id], handOffs: [disabled.id, gone.id, critic.id] };
    const agent = await versions.begin(settingsOf(others), ada.id);
    await shareWithEverybody(agent, critic, disabled, gone);
    await agents.setStanding(disabled.id, { disabled: true });
    await agents.remove(gone.id);
    const known = { agent: refOf(critic), description: 'Finds faults' };
    const setup = await setups.of(callerOf(bob), choiceOf(agent), signal);
    expect(setup).toMatchObject({ subAgents: [known], handOffs: [known] });
    expect(setup.toolbox.notices).toEqual([
      'A server is away.',
      '3 of the agents this one works with cannot be used by you.',
    ]);
    expect(JSON.stringify(setup.toolbox.notices)).not.toContain('Hidden');
  });

  it('may be asked by another agent, with its user’s rights alone', async () => {
    const agent = await versions.begin(settingsOf({ subAgents: [] }), ada.id);
    expect((await setups.ofAgent(callerOf(ada), refOf(agent), signal)).agent).toEqual(refOf(agent));
    await expect(setups.ofAgent(callerOf(bob), refOf(agent), signal)).rejects.toMatchObject({
      code: 'agent-not-found',
    });
  });
});

import { randomUUID } from 'node:crypto';
import { projectIdSchema, userIdSchema } from '@parley/contracts';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openMortalStores, question, servicesOf } from './__fixtures__/mortal-stores.ts';
import { createScriptedStrategy } from './__fixtures__/scripted-strategy.ts';
import { setupWith } from './__fixtures__/tools.ts';
import { createProjectSetups } from './project-setups.ts';
import type { TurnSetups } from './turn-setup.ts';

const hour = 3_600_000;
const { stores, dying, isOver, close } = await openMortalStores();
afterAll(close);

const newUser = () => userIdSchema.parse(randomUUID());
const patience = { timeout: 20_000 };

describe('a temporary chat', () => {
  it('lasts thirty days, and is removed with all that belongs to it after them', async () => {
    const userId = newUser();
    const { generations, runs } = servicesOf(stores);
    const kept = await generations.start(userId, 'new', question(), null);
    const all = [];
    for (let n = 0; n < 3; n += 1) {
      all.push(await generations.start(userId, 'new', { ...question(), temporary: true }, null));
    }
    for (const { id } of [kept, ...all]) await vi.waitFor(async () => expect(await isOver(id)).toBe(true), patience);
    const [first] = all;
    const { expiresAt, createdAt } = (await stores.conversations.find(userId, first!.conversationId))!;
    expect(new Date(expiresAt!).getTime() - new Date(createdAt).getTime()).toBe(720 * hour);
    expect(await stores.conversations.find(userId, kept.conversationId)).not.toHaveProperty('expiresAt');

    await servicesOf(stores, { ahead: 719 * hour }).conversations.removeExpired();
    expect(await stores.conversations.find(userId, first!.conversationId)).toBeDefined();
    await servicesOf(stores, { ahead: 721 * hour }).conversations.removeExpired();
    for (const { conversationId, id } of all) {
      expect(await stores.conversations.find(userId, conversationId)).toBeUndefined();
      expect(await stores.messages.list(userId, conversationId)).toEqual([]);
      expect(await stores.generations.find(id)).toBeUndefined();
    }
    expect(await stores.messages.list(userId, kept.conversationId)).toHaveLength(2);
    await runs.close();
  });

  it('keeps its hour however often its first turn is taken up, and the turns after it do not move that', async () => {
    for (const lives of [1, 2, 3, 4, 6, 8]) {
      const userId = newUser();
      const body = { ...question(), temporary: true };
      const mortal = dying(lives);
      const doomed = servicesOf(mortal);
      await doomed.generations.start(userId, 'new', body, null).catch(() => undefined);
      const stored = await stores.generations.find(body.generationId);
      await doomed.runs.close();
      const heir = servicesOf(stores, { ahead: hour });
      await heir.runs.resumeAll();
      const { conversationId, expiresAt } = await heir.generations.start(userId, 'new', body, null);
      expect(expiresAt).toEqual(stored?.expiresAt ?? expiresAt);
      await vi.waitFor(async () => expect(await isOver(body.generationId)).toBe(true), patience);
      const next = { ...question(), temporary: false };
      await heir.generations.start(userId, conversationId, next, null);
      const conversation = await stores.conversations.find(userId, conversationId);
      expect(conversation?.expiresAt).toBe(expiresAt?.toISOString());
      await vi.waitFor(async () => expect(await isOver(next.generationId)).toBe(true), patience);
      await heir.runs.close();
    }
  }, 60_000);

  it('is not made of a conversation that is there, and is part of what is repeated', async () => {
    const userId = newUser();
    const { generations, runs } = servicesOf(stores);
    const body = question();
    const { conversationId } = await generations.start(userId, 'new', body, null);
    await vi.waitFor(async () => expect(await isOver(body.generationId)).toBe(true), patience);
    const next = { ...question(), temporary: true };
    await generations.start(userId, conversationId, next, null);
    expect(await stores.conversations.find(userId, conversationId)).not.toHaveProperty('expiresAt');
    await expect(generations.start(userId, 'new', { ...body, temporary: true }, null)).rejects.toMatchObject({
      code: 'generation-id-taken',
    });
    await vi.waitFor(async () => expect(await isOver(next.generationId)).toBe(true), patience);
    await runs.close();
  });

  it('is refused where there are none', async () => {
    const userId = newUser();
    const { generations, runs } = servicesOf(stores, { temporaryChats: { allowed: false, hours: 1 } });
    const body = { ...question(), temporary: true };
    await expect(generations.start(userId, 'new', body, null)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await stores.generations.find(body.generationId)).toBeUndefined();
    await runs.close();
  });
});

describe('the model spec of a turn', () => {
  it('is remembered with the settings by its conversation until a turn has none', async () => {
    const userId = newUser();
    const { generations, runs } = servicesOf(stores);
    const settings = { instructions: 'Rhyme.' };
    const body = { ...question(), spec: 'poet', settings };
    const { conversationId } = await generations.start(userId, 'new', body, null);
    expect(await stores.conversations.find(userId, conversationId)).toMatchObject({ spec: 'poet', settings });
    await vi.waitFor(async () => expect(await isOver(body.generationId)).toBe(true), patience);
    expect(await stores.generations.find(body.generationId)).toMatchObject({ spec: 'poet', settings });
    for (const change of [{ spec: 'other' }, { spec: undefined }, { settings: { instructions: 'No.' } }]) {
      await expect(generations.start(userId, 'new', { ...body, ...change }, null)).rejects.toMatchObject({
        code: 'generation-id-taken',
      });
    }
    const next = question();
    await generations.start(userId, conversationId, next, null);
    const plain = await stores.conversations.find(userId, conversationId);
    expect(plain).not.toHaveProperty('spec');
    expect(plain).not.toHaveProperty('settings');
    await vi.waitFor(async () => expect(await isOver(next.generationId)).toBe(true), patience);
    await runs.close();
  });
});

describe('a conversation in a project', () => {
  const projectId = projectIdSchema.parse(randomUUID());
  const owner = newUser();
  const projects = {
    exists: (userId: string, id: string) => Promise.resolve(userId === owner && id === projectId),
    instructionsOf: (userId: string, id: string) =>
      Promise.resolve(userId === owner && id === projectId ? 'All about whales.' : undefined),
  };

  it('begins there if it is a project of the asker, and is told its instructions before all others', async () => {
    const { generations, runs } = servicesOf(stores, { projects });
    const body = { ...question(), projectId };
    const stranger = newUser();
    await expect(generations.start(stranger, 'new', body, null)).rejects.toMatchObject({ code: 'project-not-found' });
    expect(await stores.generations.find(body.generationId)).toBeUndefined();
    const { conversationId, id } = await generations.start(owner, 'new', body, null);
    await vi.waitFor(async () => expect(await isOver(id)).toBe(true), patience);
    expect(await stores.conversations.find(owner, conversationId)).toMatchObject({ projectId });

    const own = setupWith(createScriptedStrategy(), [], { instructions: ['Rhyme.'] });
    const plain: TurnSetups = {
      pin: () => Promise.resolve(undefined),
      of: () => Promise.resolve(own),
      ofAgent: () => Promise.resolve(own),
    };
    const setups = createProjectSetups({ setups: plain, conversations: stores.conversations, projects });
    const place = { userId: owner, conversationId, generationId: id };
    const choice = { endpoint: 'Scripted', model: 'm', tools: [] };
    const { signal } = new AbortController();
    const told = ['All about whales.', 'Rhyme.'];
    expect((await setups.of(place, choice, signal)).instructions).toEqual(told);
    expect((await setups.ofAgent(place, {} as never, signal)).instructions).toEqual(told);
    expect((await setups.of({ ...place, userId: stranger }, choice, signal)).instructions).toEqual(['Rhyme.']);
    const elsewhere = await generations.start(owner, 'new', question(), null);
    const other = { ...place, conversationId: elsewhere.conversationId };
    expect((await setups.of(other, choice, signal)).instructions).toEqual(['Rhyme.']);
    await vi.waitFor(async () => expect(await isOver(elsewhere.id)).toBe(true), patience);
    await runs.close();
  });
});

it('is in no project that was deleted while it began', async () => {
  const userId = newUser();
  const projectId = projectIdSchema.parse(randomUUID());
  let looks = 0;
  // It is there for whoever looks first.
  const projects = {
    exists: () => Promise.resolve((looks += 1) === 1),
    instructionsOf: () => Promise.resolve(undefined),
  };
  const { generations, runs } = servicesOf(stores, { projects });
  const { id, conversationId } = await generations.start(userId, 'new', { ...question(), projectId }, null);
  expect(await stores.conversations.find(userId, conversationId)).not.toHaveProperty('projectId');
  await vi.waitFor(async () => expect(await isOver(id)).toBe(true), patience);
  await runs.close();
});

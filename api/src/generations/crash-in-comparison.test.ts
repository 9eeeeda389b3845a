import { randomUUID } from 'node:crypto';
import { userIdSchema } from '@parley/contracts';
import type { ComparisonBody, UserId } from '@parley/contracts';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { newGenerationId } from './__fixtures__/chat-client.ts';
import { openMortalStores, servicesOf } from './__fixtures__/mortal-stores.ts';
import type { Line } from './__fixtures__/scripted-strategy.ts';
import { logIdOf } from './generation-log.ts';

const half: Line[] = [{ type: 'text-delta', part: 0, text: 'Half' }, 'silence'];
const patience = { timeout: 20_000 };

const { stores, dying, expireLeases, close } = await openMortalStores();
afterAll(close);

function comparison(blind = false): ComparisonBody {
  const answerer = { endpoint: 'Scripted', model: 'scripted-1' };
  const answers = [1, 2, 3].map(() => ({ generationId: newGenerationId(), ...answerer }));
  return { parentMessageId: null, text: 'Hi', blind, answers };
}

const newUser = (): UserId => userIdSchema.parse(randomUUID());

async function isOver({ answers }: ComparisonBody): Promise<boolean> {
  const all = await Promise.all(answers.map(({ generationId }) => stores.generations.find(generationId)));
  return all.every((one) => one !== undefined && one.status !== 'running') && all[0]?.holds === undefined;
}

async function expectWholeComparison(userId: UserId, body: ComparisonBody): Promise<void> {
  const [conversation, ...others] = await stores.conversations.list(userId, { archived: false, limit: 10 });
  expect(others).toEqual([]);
  expect(conversation).toMatchObject({ title: 'Hi', runningGenerationId: null, unread: true });
  const [prompt, ...answers] = await stores.messages.list(userId, conversation!.id);
  expect(prompt).toMatchObject({ role: 'user', parts: [{ text: 'Hi' }], comparison: { blind: body.blind } });
  expect(answers.map(({ status, parts, parentId }) => ({ status, parts, parentId }))).toEqual(
    body.answers.map(() => ({
      status: 'done',
      parts: [{ type: 'text', step: 0, text: 'Whole answer' }],
      parentId: prompt!.id,
    })),
  );
  expect(new Set(prompt!.comparison?.answers)).toEqual(new Set(answers.map(({ id }) => id)));
  expect(answers.map(({ generationId }) => generationId)).toEqual(body.answers.map((its) => its.generationId));
  for (const { generationId } of body.answers) {
    expect(await stores.log.state(logIdOf(generationId))).toBe('closed');
  }
  expect(await stores.generations.findHolder(conversation!.id)).toBeUndefined();
}

const allPoints = Array.from({ length: 90 }, (_, index) => index);

describe('a process that dies at any of its writes while answers are compared', () => {
  it.each([
    ['the next one completes by itself', false],
    ['a repeat of the request completes, too', true],
  ])(
    'leaves nothing, or what %s',
    async (_what, repeats) => {
      let survived = 0;
      for (const lives of allPoints) {
        const userId = newUser();
        const body = comparison(repeats);
        const mortal = dying(lives);
        const doomed = servicesOf(mortal);
        await doomed.generations.compare(userId, 'new', body, null).catch(() => undefined);
        await vi.waitFor(async () => expect(mortal.isDead() || (await isOver(body))).toBe(true), patience);
        if (!mortal.isDead()) survived += 1;
        await doomed.runs.close();

        const wasStored = (await stores.generations.find(body.answers[0]!.generationId)) !== undefined;
        const heir = servicesOf(stores);
        if (!repeats) await heir.runs.resumeAll();
        if (repeats || !wasStored) {
          await heir.generations.compare(userId, 'new', body, null);
          await heir.runs.resumeAll();
        }
        await vi.waitFor(async () => expect(await isOver(body)).toBe(true), patience);
        await expectWholeComparison(userId, body);
        await heir.runs.close();
      }
      expect(survived).toBeGreaterThan(0);
      expect(survived).toBeLessThan(allPoints.length);
    },
    180_000,
  );
});

describe('answers side by side', () => {
  it('go on in another process when their own has gone, each where it was', async () => {
    const userId = newUser();
    const body = comparison();
    const first = servicesOf(stores, { lines: half });
    await first.generations.compare(userId, 'new', body, null);
    const heir = servicesOf(stores, { isSoleProducer: false });
    await heir.runs.resumeAbandoned();
    expect(await isOver(body)).toBe(false);
    await expireLeases();
    await heir.runs.resumeAbandoned();
    await vi.waitFor(async () => {
      await heir.runs.resumeAbandoned();
      expect(await isOver(body)).toBe(true);
    }, patience);
    await expectWholeComparison(userId, body);
    await first.runs.close();
    await heir.runs.close();
  });

  it('are begun once when two processes are asked at the same time', async () => {
    const userId = newUser();
    const body = comparison();
    const both = [servicesOf(stores, { isSoleProducer: false }), servicesOf(stores, { isSoleProducer: false })];
    const records = await Promise.all(both.map((its) => its.generations.compare(userId, 'new', body, null)));
    expect(records[0]!.conversationId).toBe(records[1]!.conversationId);
    await vi.waitFor(async () => {
      for (const { runs } of both) await runs.resumeAbandoned();
      expect(await isOver(body)).toBe(true);
    }, patience);
    await expectWholeComparison(userId, body);
    for (const { runs } of both) await runs.close();
  });

  it('do not wait for one that cannot begin', async () => {
    const userId = newUser();
    const body = comparison();
    // The first answer begins the conversation and does not look it up; the others do.
    const conversations = { ...stores.conversations, find: () => Promise.resolve(undefined) };
    const { generations, runs } = servicesOf({ ...stores, conversations });
    const { id, conversationId } = await generations.compare(userId, 'new', body, null);
    await vi.waitFor(async () => expect(await stores.generations.findHolder(conversationId)).toBeUndefined(), patience);
    expect(await stores.generations.find(id)).toMatchObject({ status: 'done' });
    expect(await stores.generations.listIds(conversationId)).toEqual([id]);
    await runs.close();
  });

  it('leave nothing behind when their conversation is deleted meanwhile', async () => {
    const userId = newUser();
    const body = comparison();
    const { generations, conversations, runs } = servicesOf(stores, { lines: half });
    const { conversationId } = await generations.compare(userId, 'new', body, null);
    await conversations.remove(userId, conversationId);
    expect(await stores.generations.listIds(conversationId)).toEqual([]);
    expect(await stores.messages.list(userId, conversationId)).toEqual([]);
    for (const { generationId } of body.answers) {
      expect(await stores.log.state(logIdOf(generationId))).toBe('missing');
    }
    expect(await stores.generations.listHolding()).toEqual([]);
    await runs.close();
  });
});

import { randomUUID } from 'node:crypto';
import { conversationIdSchema, userIdSchema } from '@parley/contracts';
import type { ConversationId, UserId } from '@parley/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import type { QueuedPromptDocument } from '../database/schemas/generation-document.ts';
import { openMortalStores, question, servicesOf } from './__fixtures__/mortal-stores.ts';
import type { Line } from './__fixtures__/scripted-strategy.ts';
import { newGeneration } from './new-generation.ts';

const half: Line[] = [{ type: 'text-delta', part: 0, text: 'Half' }, 'silence'];

/** Milliseconds between two looks. */
const interval = 20;

const { stores, dying, expireLeases, isOver, close } = await openMortalStores();
afterAll(close);

/** A turn with prompts behind it, as if they had been queued while it ran. */
function turnWithQueue(userId: UserId, length: number) {
  const conversationId = conversationIdSchema.parse(randomUUID());
  const queue = Array.from({ length }, (_, index): QueuedPromptDocument => {
    const { generationId, endpoint, model } = question();
    return { generationId, text: `Prompt ${index + 1}`, endpoint, model, createdAt: new Date(), queuedBy: null };
  });
  const place = { userId, conversationId, startsConversation: true, startedBy: null, createdAt: new Date() };
  return { ...newGeneration(question(), place), queue };
}

/** That the conversation is one chain of turns, each there once, in the order of their prompts. */
async function expectChain(userId: UserId, conversationId: ConversationId, prompts: readonly string[]): Promise<void> {
  const messages = await stores.messages.list(userId, conversationId);
  expect(messages).toHaveLength(2 * prompts.length);
  let parentId: string | null = null;
  for (const text of prompts) {
    const prompt = messages.find((message) => message.parentId === parentId && message.role === 'user');
    expect(prompt?.parts).toEqual([{ type: 'text', step: 0, text }]);
    const answer = messages.find((message) => message.parentId === prompt?.id);
    expect(answer).toMatchObject({ status: 'done', parts: [{ type: 'text', text: 'Whole answer' }] });
    parentId = answer!.id;
  }
  for (const id of await stores.generations.listIds(conversationId)) {
    const generation = await stores.generations.find(id);
    expect(generation).toMatchObject({ status: 'done', queue: [] });
    expect(generation).not.toHaveProperty('next');
  }
}

describe('a queue', () => {
  it('goes on exactly once, wherever the process died and however many take over', async () => {
    let survived = 0;
    for (let lives = 1; lives < 70; lives += 1) {
      const userId = userIdSchema.parse(randomUUID());
      const turn = turnWithQueue(userId, 2);
      const last = turn.queue[1]!.generationId;
      const mortal = dying(lives);
      const doomed = servicesOf(mortal, { isSoleProducer: false });
      await doomed.runs.begin(turn).catch(() => undefined);
      await expect.poll(async () => mortal.isDead() || (await isOver(last)), { interval }).toBe(true);
      if (!mortal.isDead()) survived += 1;
      await doomed.runs.close();

      await expireLeases();
      const heirs = [servicesOf(stores, { isSoleProducer: false }), servicesOf(stores, { isSoleProducer: false })];
      await expect
        .poll(
          async () => {
            await Promise.all(heirs.map(({ runs }) => runs.resumeAbandoned()));
            return await isOver(last);
          },
          { interval },
        )
        .toBe(true);
      await Promise.all(heirs.map(({ runs }) => runs.resumeAbandoned()));
      await expectChain(userId, turn.conversationId, ['Hi', 'Prompt 1', 'Prompt 2']);
      await Promise.all(heirs.map(({ runs }) => runs.close()));
    }
    expect(survived).toBeGreaterThan(0);
  }, 120_000);

  it('moves behind a turn that was begun in its moment', async () => {
    const userId = userIdSchema.parse(randomUUID());
    const turn = turnWithQueue(userId, 2);
    const ids = turn.queue.map(({ generationId }) => generationId);
    await stores.generations.create(turn, 'a process that died');
    const { id: generationId, endpoint, model, createdAt: at } = turn;
    await stores.conversations.begin(
      userId,
      turn.conversationId,
      { title: 'Hi' },
      { generationId, endpoint, model, at },
    );
    await stores.generations.finish(turn.id, 'done');

    const { generations, runs } = servicesOf(stores, { lines: half });
    const other = await generations.start(userId, turn.conversationId, question(), null);
    await runs.resumeAbandoned();
    expect(await stores.generations.find(turn.id)).toMatchObject({ queue: [] });
    const moved = (await stores.generations.find(other.id))?.queue ?? [];
    expect(moved.map((prompt) => prompt.generationId)).toEqual(ids);
    await runs.close();

    const heir = servicesOf(stores);
    await heir.runs.resumeAll();
    for (const id of [other.id, ...ids]) await expect.poll(() => isOver(id)).toBe(true);
    await heir.runs.close();
  });

  it('steps over a prompt whose id was used elsewhere, and ends where its conversation is gone', async () => {
    const userId = userIdSchema.parse(randomUUID());
    const [elsewhere, turn] = [turnWithQueue(userId, 0), turnWithQueue(userId, 2)];
    const { runs, conversations } = servicesOf(stores);
    await runs.begin({ ...elsewhere, id: turn.queue[0]!.generationId });
    await runs.begin(turn);
    await expect.poll(() => isOver(turn.queue[1]!.generationId)).toBe(true);
    await expect.poll(async () => await stores.generations.listDue()).toEqual([]);
    await expectChain(userId, turn.conversationId, ['Hi', 'Prompt 2']);

    const doomed = turnWithQueue(userId, 1);
    await stores.generations.create(doomed, 'a process that died');
    await stores.generations.finish(doomed.id, 'done');
    await runs.resumeAbandoned();
    expect(await stores.generations.listDue()).toEqual([]);
    expect(await stores.generations.find(doomed.queue[0]!.generationId)).toBeUndefined();
    await conversations.remove(userId, turn.conversationId);
    expect(await stores.generations.listIds(turn.conversationId)).toEqual([]);
    await runs.close();
  });
});

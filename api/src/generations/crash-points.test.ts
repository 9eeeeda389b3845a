import { randomUUID } from 'node:crypto';
import { conversationIdSchema, fileIdSchema, userIdSchema } from '@parley/contracts';
import type { ConversationId, StartGenerationBody, UserId } from '@parley/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { textSoFar } from './__fixtures__/chat-client.ts';
import { openMortalStores, question, servicesOf } from './__fixtures__/mortal-stores.ts';
import type { Line } from './__fixtures__/scripted-strategy.ts';
import { logIdOf } from './generation-log.ts';

const half: Line[] = [{ type: 'text-delta', part: 0, text: 'Half' }, 'silence'];

const { stores, dying, expireLeases, close } = await openMortalStores();
afterAll(close);

async function expectWholeTurn(userId: UserId, body: StartGenerationBody): Promise<void> {
  const [conversation, ...others] = await stores.conversations.list(userId, { archived: false, limit: 10 });
  expect(others).toEqual([]);
  expect(conversation).toMatchObject({ title: 'Hi', runningGenerationId: null });
  const messages = await stores.messages.list(userId, conversation!.id);
  expect(messages.map(({ role, status, parts }) => ({ role, status, parts }))).toEqual([
    { role: 'user', status: 'done', parts: [{ type: 'text', step: 0, text: 'Hi' }] },
    { role: 'assistant', status: 'done', parts: [{ type: 'text', step: 0, text: 'Whole answer' }] },
  ]);
  expect(await stores.generations.find(body.generationId)).toMatchObject({ status: 'done' });
  expect(await stores.log.state(logIdOf(body.generationId))).toBe('closed');
}

/** Long enough for more store calls than a whole turn makes. */
const allPoints = Array.from({ length: 40 }, (_, index) => index);

/** Starts a turn in a process that may die of it, and waits for its end or that of the process. */
async function survivesStart(
  mortal: ReturnType<typeof dying>,
  userId: UserId,
  body: StartGenerationBody,
  circumstances: Parameters<typeof servicesOf>[1] = {},
): Promise<boolean> {
  const doomed = servicesOf(mortal, circumstances);
  await doomed.generations.start(userId, 'new', body, null).catch(() => undefined);
  await expect
    .poll(async () => mortal.isDead() || (await stores.generations.find(body.generationId))?.status === 'done')
    .toBe(true);
  const hasSurvived = !mortal.isDead();
  await doomed.runs.close();
  return hasSurvived;
}

describe('a process that dies at any of its writes', () => {
  it('leaves a turn that the next one completes, if it left anything', async () => {
    let survived = 0;
    for (const lives of allPoints) {
      const userId = userIdSchema.parse(randomUUID());
      const body = question();
      const mortal = dying(lives);
      if (await survivesStart(mortal, userId, body)) survived += 1;

      const wasStored = (await stores.generations.find(body.generationId)) !== undefined;
      const heir = servicesOf(stores);
      await heir.runs.resumeAll();
      if (!wasStored) await heir.generations.start(userId, 'new', body, null);
      await expect.poll(async () => (await stores.generations.find(body.generationId))?.status).toBe('done');
      await expectWholeTurn(userId, body);
      await heir.runs.close();
    }
    expect(survived).toBeGreaterThan(0);
    expect(survived).toBeLessThan(allPoints.length);
  }, 60_000);

  it('leaves a prompt whose files come along, into its message and into the workspace', async () => {
    const file = { id: fileIdSchema.parse(randomUUID()), name: 'a.csv', mimeType: 'text/csv', size: 1 };
    let survived = 0;
    for (const lives of allPoints.slice(0, 20)) {
      const userId = userIdSchema.parse(randomUUID());
      const body = { ...question(), files: [file.id] };
      const mortal = dying(lives);
      const claimed: string[] = [];
      const files = {
        check: () => Promise.resolve([file]),
        claim: (_user: UserId, conversation: ConversationId) =>
          mortal.isDead() ? Promise.reject(new Error('dead')) : Promise.resolve(void claimed.push(conversation)),
      };
      if (await survivesStart(mortal, userId, body, { files })) survived += 1;

      const wasStored = (await stores.generations.find(body.generationId)) !== undefined;
      const heir = servicesOf(stores, {
        files: { ...files, claim: (_user, conversation) => Promise.resolve(void claimed.push(conversation)) },
      });
      await heir.runs.resumeAll();
      if (!wasStored) await heir.generations.start(userId, 'new', body, null);
      await expect.poll(async () => (await stores.generations.find(body.generationId))?.status).toBe('done');
      const [conversation] = await stores.conversations.list(userId, { archived: false, limit: 10 });
      const [asked] = await stores.messages.list(userId, conversation!.id);
      expect(asked?.parts).toEqual([
        { type: 'file', file },
        { type: 'text', step: 0, text: 'Hi' },
      ]);
      expect(new Set(claimed)).toEqual(new Set([conversation!.id]));
      await heir.runs.close();
    }
    expect(survived).toBeLessThan(20);
  }, 60_000);

  it('leaves a removal that the next one completes', async () => {
    let removed = 0;
    for (const lives of allPoints.slice(0, 12)) {
      const userId = userIdSchema.parse(randomUUID());
      const body = question();
      const first = servicesOf(stores);
      const { conversationId } = await first.generations.start(userId, 'new', body, null);
      await expect.poll(async () => (await stores.generations.find(body.generationId))?.status).toBe('done');
      const mortal = dying(lives);
      await servicesOf(mortal)
        .conversations.remove(userId, conversationId)
        .then(
          () => (removed += 1),
          () => undefined,
        );
      const isVisible = (await stores.conversations.find(userId, conversationId)) !== undefined;
      await servicesOf(stores).conversations.finishRemovals();
      expect(await stores.messages.list(userId, conversationId)).toHaveLength(isVisible ? 2 : 0);
      expect((await stores.generations.find(body.generationId)) !== undefined).toBe(isVisible);
      expect(await stores.log.state(logIdOf(body.generationId))).toBe(isVisible ? 'closed' : 'missing');
      expect(await stores.conversations.listDeleted()).toEqual([]);
    }
    expect(removed).toBeGreaterThan(0);
  }, 60_000);
});

async function textOf(userId: UserId, body: StartGenerationBody): Promise<string> {
  const generation = await stores.generations.find(body.generationId);
  const { entries } = await stores.log.read(logIdOf(body.generationId), '-1');
  expect(generation?.userId).toBe(userId);
  return textSoFar(entries);
}

const hour = 3_600_000;

describe('a generation that changes hands', () => {
  it('is taken over when its lease has run out, and not before, whatever the clocks of its servers say', async () => {
    const userId = userIdSchema.parse(randomUUID());
    const body = question();
    const first = servicesOf(stores, { lines: half, ahead: hour });
    await first.generations.start(userId, 'new', body, null);
    await expect.poll(() => textOf(userId, body)).toBe('Half');

    for (const ahead of [-hour, hour]) {
      const tooEarly = servicesOf(stores, { isSoleProducer: false, ahead });
      await tooEarly.runs.resumeAll();
      await tooEarly.runs.resumeAbandoned();
      await tooEarly.generations.findForReading(userId, body.generationId);
      expect(await stores.generations.find(body.generationId)).toMatchObject({ status: 'running', epoch: 0 });
    }

    await expireLeases();
    const heir = servicesOf(stores, { isSoleProducer: false, ahead: -hour });
    await heir.runs.resumeAbandoned();
    await expect.poll(async () => (await stores.generations.find(body.generationId))?.status).toBe('done');
    await expectWholeTurn(userId, body);
    await first.runs.close();
    await expectWholeTurn(userId, body);
  });

  it('in good order may do so as often as servers are restarted', async () => {
    const userId = userIdSchema.parse(randomUUID());
    const body = question();
    const first = servicesOf(stores, { lines: half });
    await first.generations.start(userId, 'new', body, null);
    await expect.poll(() => textOf(userId, body)).toBe('Half');
    await first.runs.close();
    for (let restart = 1; restart <= 5; restart += 1) {
      const next = servicesOf(stores, { lines: half, isSoleProducer: false });
      await next.runs.resumeAll();
      await expect.poll(() => textOf(userId, body)).toBe('Half'.repeat(restart + 1));
      await next.runs.close();
    }
    const last = servicesOf(stores);
    await last.runs.resumeAll();
    await expect.poll(async () => (await stores.generations.find(body.generationId))?.status).toBe('done');
    await expectWholeTurn(userId, body);
  });
});

describe('a question in a conversation that is gone', () => {
  it('leaves nothing behind', async () => {
    const userId = userIdSchema.parse(randomUUID());
    const { generations, conversations, runs } = servicesOf(stores);
    const { conversationId } = await generations.start(userId, 'new', question(), null);
    await conversations.remove(userId, conversationId);
    await expect(generations.start(userId, conversationId, question(), null)).rejects.toMatchObject({
      code: 'conversation-not-found',
    });
    expect(await stores.generations.listIds(conversationId)).toEqual([]);
    const unknown = conversationIdSchema.parse(randomUUID());
    await expect(generations.start(userId, unknown, question(), null)).rejects.toMatchObject({
      code: 'conversation-not-found',
    });
    await runs.close();
  });
});

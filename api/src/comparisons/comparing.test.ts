import { conversationRoutes, messageRoutes } from '@parley/contracts';
import type { ConversationId, StartedGeneration } from '@parley/contracts';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ask,
  conversationOf,
  messagesOf,
  newGenerationId,
  problemOf,
  queue,
  read,
  start,
  stateOf,
  stop,
} from '../generations/__fixtures__/chat-client.ts';
import { startScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import { promptFor, words } from '../generations/__fixtures__/scripted-upstream.ts';
import type { TestUser } from '../test-client.ts';
import { askAll, choose, compare, comparisonOf, scriptedModels } from './__fixtures__/comparison-client.ts';

const { app, upstream, close } = await startScriptedChat({ models: { default: scriptedModels, fetch: false } });
let user: TestUser;
afterAll(close);
beforeEach(async () => {
  user = await app.register();
});

async function answersOf(id: ConversationId) {
  return (await messagesOf(app, user, id)).filter(({ role }) => role === 'assistant');
}

async function isFree(id: ConversationId): Promise<boolean> {
  return (await conversationOf(app, user, id)).runningGenerationId === null;
}

async function readAll(items: readonly StartedGeneration[]): Promise<void> {
  await Promise.all(items.map(({ generationId }) => read(app, user, generationId)));
}

/** Two answers side by side, and a prompt behind them. */
async function waiting(text: string) {
  const items = await compare(app, user, comparisonOf(text, { models: scriptedModels.slice(0, 2) }));
  const generationId = newGenerationId();
  const queued = await queue(app, user, items[1]!.generationId, { text: promptFor({ tokens: 1 }), generationId });
  expect(await queued.json()).toMatchObject({ state: 'queued' });
  return { items, generationId };
}

async function parentOf(id: ConversationId, generationId: string) {
  const all = await messagesOf(app, user, id);
  const answer = all.find((message) => message.generationId === generationId);
  return all.find((message) => message.id === answer?.parentId)?.parentId;
}

describe('one prompt to three models', () => {
  it('begins one turn with three answers that are written at the same time', async () => {
    const text = promptFor({ tokens: 4, holdAfter: 2 });
    const items = await compare(app, user, comparisonOf(text));
    const [first] = items;
    await expect.poll(() => upstream.openAnswers()).toBe(3);
    const [prompt, ...answers] = await messagesOf(app, user, first!.conversationId);
    expect(prompt).toMatchObject({
      id: first!.userMessageId,
      parts: [{ text }],
      comparison: { blind: false, answers: items.map((item) => item.responseMessageId) },
    });
    expect(answers.map(({ model, status, parentId }) => ({ model, status, parentId }))).toEqual(
      scriptedModels.map((model) => ({ model, status: 'running', parentId: prompt!.id })),
    );
    upstream.release(text);
    await readAll(items);
    await expect.poll(() => isFree(first!.conversationId)).toBe(true);
    const done = await answersOf(first!.conversationId);
    expect(done.map(({ status, parts }) => ({ status, parts }))).toEqual(
      scriptedModels.map(() => ({ status: 'done', parts: [{ type: 'text', step: 0, text: words(4) }] })),
    );
    expect(await conversationOf(app, user, first!.conversationId)).toMatchObject({ model: 'scripted-1', unread: true });
  });

  it('is accepted once, however often it is sent', async () => {
    const body = comparisonOf(promptFor({ tokens: 2 }));
    const [one, other] = await Promise.all([compare(app, user, body), compare(app, user, body)]);
    expect(other).toEqual(one);
    await readAll(one);
    expect(await compare(app, user, body)).toEqual(one);
    expect(await messagesOf(app, user, one[0]!.conversationId)).toHaveLength(4);
    const changed = await askAll(app, user, { ...body, text: 'Another' });
    expect(await problemOf(changed)).toMatchObject({ code: 'generation-id-taken' });
    const [, second] = body.answers;
    const taken = comparisonOf('Other');
    const stolen = await askAll(app, user, { ...taken, answers: [taken.answers[0]!, second!] });
    expect(await problemOf(stolen)).toMatchObject({ code: 'generation-id-taken' });
  });

  it('refuses what cannot be compared, and writes nothing', async () => {
    const same = comparisonOf('Hi');
    const bad = [
      comparisonOf('Hi', { models: ['scripted-1'] }),
      comparisonOf('Hi', { models: [...scriptedModels, 'scripted-1'] }),
      { ...same, answers: [same.answers[0]!, same.answers[0]!] },
    ];
    for (const body of bad) expect((await askAll(app, user, body)).status).toBe(400);
    const unknown = await askAll(app, user, comparisonOf('Hi', { models: ['scripted-1', 'nothing'] }));
    expect(await problemOf(unknown)).toMatchObject({ code: 'model-not-found' });
    const listed = await app.send(conversationRoutes.list, { query: {} }, user);
    expect(await listed.json()).toMatchObject({ items: [] });
  });

  it('lets nobody else in, and nobody see it', async () => {
    const [first] = await compare(app, user, comparisonOf(promptFor({ tokens: 1 })));
    const stranger = await app.register();
    const elsewhere = await askAll(app, stranger, comparisonOf('Hi'), first!.conversationId);
    expect(await problemOf(elsewhere)).toMatchObject({ code: 'conversation-not-found', status: 404 });
    const chosen = await choose(app, stranger, first!, first!.responseMessageId);
    expect(await problemOf(chosen)).toMatchObject({ code: 'conversation-not-found', status: 404 });
  });

  it('keeps the conversation to itself until the last answer has ended', async () => {
    const text = promptFor({ tokens: 3, holdAfter: 1 });
    const items = await compare(app, user, comparisonOf(text));
    const { conversationId, userMessageId, responseMessageId } = items[0]!;
    await expect.poll(() => upstream.openAnswers()).toBe(3);
    await stop(app, user, items[0]!.generationId);
    await expect.poll(async () => (await stateOf(app, user, items[0]!.generationId)).status).toBe('stopped');
    const asked = await ask(app, user, { text: 'Now?', conversation: conversationId, parent: responseMessageId });
    expect(await problemOf(asked)).toMatchObject({ code: 'generation-running' });
    const again = await askAll(app, user, comparisonOf('Now?'), conversationId);
    expect(await problemOf(again)).toMatchObject({ code: 'generation-running' });
    const params = { id: conversationId, messageId: responseMessageId };
    const removed = await app.send(messageRoutes.remove, { params }, user);
    expect(await problemOf(removed)).toMatchObject({ code: 'generation-running' });
    const edited = { params: { id: conversationId, messageId: userMessageId }, body: { text: 'Else' } };
    expect((await app.send(messageRoutes.edit, edited, user)).status).toBe(409);
    const runningId = (await conversationOf(app, user, conversationId)).runningGenerationId;
    expect([items[1]!.generationId, items[2]!.generationId]).toContain(runningId);
    upstream.release(text);
    await readAll(items);
    await expect.poll(() => isFree(conversationId)).toBe(true);
    expect((await answersOf(conversationId)).map(({ status }) => status)).toEqual(['stopped', 'done', 'done']);
  });

  it('ends when all of it is stopped', async () => {
    const text = promptFor({ tokens: 3, holdAfter: 1 });
    const items = await compare(app, user, comparisonOf(text, { models: scriptedModels.slice(0, 2) }));
    await Promise.all(items.map(({ generationId }) => stop(app, user, generationId)));
    await expect.poll(() => isFree(items[0]!.conversationId)).toBe(true);
    expect((await answersOf(items[0]!.conversationId)).map(({ status }) => status)).toEqual(['stopped', 'stopped']);
    upstream.release(text);
  });

  it('leaves the others alone when one fails', async () => {
    const text = promptFor({ tokens: 3, instead: 'status-401' });
    const other = promptFor({ tokens: 3 });
    const failing = await compare(app, user, comparisonOf(text, { models: scriptedModels.slice(0, 2) }));
    const { conversationId, responseMessageId } = failing[0]!;
    await expect.poll(() => isFree(conversationId)).toBe(true);
    const next = comparisonOf(other, { parentMessageId: responseMessageId, models: scriptedModels.slice(0, 2) });
    await readAll(await compare(app, user, next, conversationId));
    await expect.poll(() => isFree(conversationId)).toBe(true);
    const statuses = (await answersOf(conversationId)).map(({ status }) => status);
    expect(statuses).toEqual(['failed', 'failed', 'done', 'done']);
  });
});

describe('a prompt that waits behind answers side by side', () => {
  it('begins when the last has ended, behind the first one', async () => {
    const text = promptFor({ tokens: 2, holdAfter: 1 });
    const { items, generationId } = await waiting(text);
    upstream.release(text);
    const { conversationId, responseMessageId } = items[0]!;
    await expect.poll(() => parentOf(conversationId, generationId), { timeout: 15_000 }).toBe(responseMessageId);
  });

  it('begins behind the one that is kept by then', async () => {
    const text = promptFor({ tokens: 2, holdAfter: 1 });
    const { items, generationId } = await waiting(text);
    const kept = items[1]!;
    expect((await choose(app, user, kept, kept.responseMessageId)).status).toBe(200);
    upstream.release(text);
    await expect
      .poll(() => parentOf(kept.conversationId, generationId), { timeout: 15_000 })
      .toBe(kept.responseMessageId);
  });

  it('may be asked at once when they have ended', async () => {
    const items = await compare(app, user, comparisonOf(promptFor({ tokens: 1 })));
    const last = items[2]!;
    await expect.poll(() => isFree(last.conversationId)).toBe(true);
    await choose(app, user, last, last.responseMessageId);
    const next = { text: promptFor({ tokens: 1 }), conversation: last.conversationId, parent: last.responseMessageId };
    const started = await start(app, user, next);
    await read(app, user, started.generationId);
    expect((await conversationOf(app, user, last.conversationId)).model).toBe('scripted-1');
  });
});

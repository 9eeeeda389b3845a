import { conversationRoutes, generationRoutes } from '@parley/contracts';
import type { MessageId } from '@parley/contracts';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { TestUser } from '../test-client.ts';
import {
  ask,
  conversationOf,
  messagesOf,
  newGenerationId,
  problemOf,
  read,
  savedAnswer,
  start,
  stop,
} from './__fixtures__/chat-client.ts';
import { startScriptedChat } from './__fixtures__/scripted-chat.ts';
import { promptFor, words } from './__fixtures__/scripted-upstream.ts';

const { app, upstream, close } = await startScriptedChat();
const stranger = await app.register();
let user: TestUser;
afterAll(close);
beforeEach(async () => {
  user = await app.register();
});

const unknownId = '00000000-0000-4000-8000-00000000dead';

describe('a question', () => {
  it('begins a conversation with a title, a prompt and an answer', async () => {
    const text = promptFor({ tokens: 4 });
    const started = await start(app, user, { text });
    expect(started.streamUrl).toBe(`/api/generations/${started.generationId}/stream`);
    await read(app, user, started.generationId);
    const [prompt, answer, ...others] = await messagesOf(app, user, started.conversationId);
    expect(others).toEqual([]);
    expect(prompt).toMatchObject({
      id: started.userMessageId,
      role: 'user',
      status: 'done',
      parentId: null,
      parts: [{ type: 'text', text }],
    });
    expect(answer).toMatchObject({ id: started.responseMessageId, role: 'assistant', parentId: started.userMessageId });
    const conversation = await conversationOf(app, user, started.conversationId);
    expect(conversation).toMatchObject({
      title: text,
      endpoint: 'Scripted',
      model: 'scripted-1',
      archived: false,
    });
  });

  it('is answered, saved with its tokens, and leaves the conversation free', async () => {
    const started = await start(app, user, { text: promptFor({ tokens: 4 }) });
    await read(app, user, started.generationId);
    await expect
      .poll(() => savedAnswer(app, user, started))
      .toMatchObject({
        status: 'done',
        finishReason: 'stop',
        parts: [{ type: 'text', step: 0, text: words(4) }],
        usage: { input: 7, output: 3 },
        endpoint: 'Scripted',
        model: 'scripted-1',
      });
    expect(await savedAnswer(app, user, started)).not.toHaveProperty('progress');
    await expect
      .poll(async () => (await conversationOf(app, user, started.conversationId)).runningGenerationId)
      .toBeNull();
  });

  it('may follow at once when the answer before has been read to its end', async () => {
    const first = await start(app, user, { text: 'One' });
    await read(app, user, first.generationId);
    const second = await start(app, user, {
      text: 'Two',
      conversation: first.conversationId,
      parent: first.responseMessageId,
    });
    await read(app, user, second.generationId);
    expect(upstream.requests.at(-1)?.messages.map(({ role, content }) => [role, content])).toEqual([
      ['user', 'One'],
      ['assistant', words(3)],
      ['user', 'Two'],
    ]);
  });

  it('tells the model only its own branch', async () => {
    const first = await start(app, user, { text: 'One' });
    await read(app, user, first.generationId);
    const other = await start(app, user, { text: 'Other root', conversation: first.conversationId, parent: null });
    await read(app, user, other.generationId);
    expect(upstream.requests.at(-1)?.messages).toMatchObject([{ role: 'user', content: 'Other root' }]);
    expect(await messagesOf(app, user, first.conversationId)).toHaveLength(4);
  });
});

describe('the same question sent again', () => {
  it('is answered as the first time, while it runs and after it has ended', async () => {
    const generationId = newGenerationId();
    const question = { text: promptFor({ tokens: 2, holdAfter: 1 }), generationId };
    const first = await start(app, user, question);
    const before = upstream.requests.length;
    expect(await start(app, user, question)).toEqual(first);
    await stop(app, user, generationId);
    await read(app, user, generationId);
    expect(await start(app, user, question)).toEqual(first);
    expect(upstream.requests.length - before).toBeLessThanOrEqual(1);
    expect(await messagesOf(app, user, first.conversationId)).toHaveLength(2);
  });

  it('ten times at once is one turn', async () => {
    const generationId = newGenerationId();
    const all = await Promise.all(Array.from({ length: 10 }, () => start(app, user, { text: 'Ten', generationId })));
    expect(new Set(all.map((started) => JSON.stringify(started))).size).toBe(1);
    await read(app, user, generationId);
    expect(upstream.requests.filter(({ messages }) => messages[0]?.content === 'Ten')).toHaveLength(1);
    expect(await listed(user)).toHaveLength(1);
  });

  it('is refused when it is not the same', async () => {
    const generationId = newGenerationId();
    await start(app, user, { text: 'One', generationId });
    for (const change of [{ text: 'Two' }, { model: 'scripted-2' }, { conversation: unknownId as never }]) {
      const response = await ask(app, user, { text: 'One', generationId, ...change });
      expect(response.status).toBe(409);
      expect((await problemOf(response)).code).toBe('generation-id-taken');
    }
    expect(await listed(user)).toHaveLength(1);
  });

  it('is refused when somebody else sends it', async () => {
    const generationId = newGenerationId();
    await start(app, user, { text: 'Mine', generationId });
    const response = await ask(app, stranger, { text: 'Mine', generationId });
    expect(response.status).toBe(409);
    expect((await problemOf(response)).code).toBe('generation-id-taken');
  });
});

describe('a question that cannot be answered', () => {
  it('leaves nothing behind', async () => {
    const { conversationId, responseMessageId } = await finished(user);
    const foreign = await finished(stranger);
    const cases = [
      [404, 'endpoint-not-found', { endpoint: 'Nowhere' }],
      [404, 'model-not-found', { model: 'nobody' }],
      [404, 'conversation-not-found', { conversation: unknownId as never }],
      [404, 'conversation-not-found', { conversation: foreign.conversationId }],
      [404, 'message-not-found', { conversation: conversationId, parent: unknownId as MessageId }],
      [404, 'message-not-found', { conversation: conversationId, parent: foreign.responseMessageId }],
      [404, 'message-not-found', { parent: responseMessageId }],
      [400, 'invalid-request', { text: '   ' }],
      [400, 'invalid-request', { text: 'x'.repeat(200_001) }],
      [400, 'invalid-request', { generationId: 'not-a-uuid' as never }],
      [400, 'invalid-request', { conversation: 'old' as never }],
      [400, 'invalid-request', { endpoint: '' }],
    ] as const;
    for (const [status, code, change] of cases) {
      const generationId = newGenerationId();
      const response = await ask(app, user, { text: 'Hello', generationId, ...change });
      expect([response.status, (await problemOf(response)).code]).toEqual([status, code]);
      expect((await stop(app, user, generationId)).status).toBe(404);
    }
    expect(await listed(user)).toHaveLength(1);
    expect(await messagesOf(app, user, conversationId)).toHaveLength(2);
  });

  it('because an answer is being written is refused until that has ended', async () => {
    const running = await start(app, user, { text: promptFor({ tokens: 2, holdAfter: 1 }) });
    const question = { text: 'Me too', conversation: running.conversationId };
    const responses = await Promise.all([ask(app, user, question), ask(app, user, question)]);
    for (const response of responses) {
      expect(response.status).toBe(409);
      expect((await problemOf(response)).code).toBe('generation-running');
    }
    expect(await messagesOf(app, user, running.conversationId)).toHaveLength(2);
    await stop(app, user, running.generationId);
    await read(app, user, running.generationId);
    await read(app, user, (await start(app, user, question)).generationId);
  });

  it('together with another one in the same conversation lets exactly one of them through', async () => {
    const { conversationId } = await finished(user);
    const question = { text: promptFor({ tokens: 2, holdAfter: 1 }), conversation: conversationId };
    const responses = await Promise.all(Array.from({ length: 6 }, () => ask(app, user, question)));
    expect(
      responses
        .map(({ status }) => String(status))
        .toSorted()
        .join(' '),
    ).toBe('202 409 409 409 409 409');
    const { runningGenerationId } = await conversationOf(app, user, conversationId);
    await stop(app, user, runningGenerationId!);
  });

  it('is refused without signing in', async () => {
    const response = await app.send(generationRoutes.stop, { params: { id: newGenerationId() } });
    expect(response.status).toBe(401);
  });
});

async function finished(owner: TestUser) {
  const started = await start(app, owner, { text: 'Hello' });
  await read(app, owner, started.generationId);
  return started;
}

async function listed(owner: TestUser): Promise<unknown[]> {
  const response = await app.send(conversationRoutes.list, { query: {} }, owner);
  return z.object({ items: z.array(z.unknown()) }).parse(await response.json()).items;
}

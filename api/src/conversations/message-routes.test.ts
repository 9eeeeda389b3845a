import {
  configRoutes,
  conversationRoutes,
  generationRoutes,
  messageIdSchema,
  messageRoutes,
  messageSchema,
} from '@parley/contracts';
import type { ConversationId, Message, MessageId, StartedGeneration } from '@parley/contracts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import {
  ask,
  conversationOf,
  messagesOf,
  problemOf,
  read,
  savedAnswer,
  start,
} from '../generations/__fixtures__/chat-client.ts';
import { startScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import { promptFor } from '../generations/__fixtures__/scripted-upstream.ts';
import { openTab } from '../realtime/__fixtures__/tab.ts';
import { startTestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';

const { app, upstream, close } = await startScriptedChat();
let user: TestUser;
afterAll(close);
beforeEach(async () => {
  user = await app.register();
});

type Edit = (typeof messageRoutes.edit.body)['_zod']['input'];

const generous = { timeout: 20_000 };

async function settled(id: ConversationId): Promise<void> {
  await vi.waitFor(async () => {
    if ((await conversationOf(app, user, id)).runningGenerationId !== null) throw new Error('It runs.');
  }, generous);
}

async function talk(text: string, at?: Pick<StartedGeneration, 'conversationId' | 'responseMessageId'>) {
  const place = at === undefined ? {} : { conversation: at.conversationId, parent: at.responseMessageId };
  const started = await start(app, user, { text, ...place });
  await read(app, user, started.generationId);
  await settled(started.conversationId);
  return started;
}

async function edit(id: ConversationId, messageId: MessageId, body: Edit, as = user): Promise<Response> {
  return await app.send(messageRoutes.edit, { params: { id, messageId }, body }, as);
}

async function remove(id: ConversationId, messageId: MessageId, as = user): Promise<Response> {
  return await app.send(messageRoutes.remove, { params: { id, messageId } }, as);
}

async function removed(response: Response): Promise<MessageId[]> {
  expect(response.status).toBe(200);
  return z.object({ removed: z.array(messageIdSchema) }).parse(await response.json()).removed;
}

async function edited(response: Response): Promise<Message> {
  const text = await response.text();
  if (response.status !== 200) throw new Error(`It was not changed: ${response.status} ${text}`);
  return messageSchema.parse(JSON.parse(text));
}

async function refused(response: Response): Promise<string> {
  return (await problemOf(response)).code;
}

describe('a message that is edited in place', () => {
  it('has new words, and says when', async () => {
    const { conversationId, userMessageId } = await talk('Hello');
    const message = await edited(await edit(conversationId, userMessageId, { text: 'Good evening', was: 'Hello' }));
    expect(message.parts).toEqual([{ type: 'text', step: 0, text: 'Good evening' }]);
    expect(Date.parse(message.editedAt ?? '')).toBeGreaterThan(Date.parse(message.createdAt));
    expect((await messagesOf(app, user, conversationId))[0]).toEqual(message);
  });

  it('may be an answer, which the next turn reads as it is now', async () => {
    const first = await talk('Hello');
    const { conversationId, responseMessageId } = first;
    await edited(await edit(conversationId, responseMessageId, { text: 'I say something else.', part: 0 }));
    const prompt = promptFor({ tokens: 1 });
    await talk(prompt, first);
    const { messages = [] } = upstream.requests.find((asked) => asked.messages.at(-1)?.content === prompt) ?? {};
    expect(messages.map(({ content }) => content)).toContain('I say something else.');
  });

  it('is not answered anew', async () => {
    const { conversationId, userMessageId } = await talk('Hello');
    const before = upstream.requests.length;
    await edited(await edit(conversationId, userMessageId, { text: 'Something else' }));
    expect(upstream.requests).toHaveLength(before);
    expect((await conversationOf(app, user, conversationId)).runningGenerationId).toBeNull();
  });

  it('is changed by one of two devices that change it at once', async () => {
    const { conversationId, userMessageId } = await talk('Hello');
    const texts = Array.from({ length: 10 }, (_, index) => `Version ${index}`);
    const answers = await Promise.all(texts.map((text) => edit(conversationId, userMessageId, { text, was: 'Hello' })));
    const codes = await Promise.all(
      answers.map(async (answer) => (answer.ok ? (await edited(answer)).parts : await refused(answer))),
    );
    expect(codes.filter((code) => code === 'message-changed')).toHaveLength(9);
    const [shown] = await messagesOf(app, user, conversationId);
    expect(codes).toContainEqual(shown?.parts);
  });

  it('is the same when the edit is repeated', async () => {
    const { conversationId, userMessageId } = await talk('Hello');
    const body = { text: 'Good evening', was: 'Hello' };
    const first = await edited(await edit(conversationId, userMessageId, body));
    expect(await edited(await edit(conversationId, userMessageId, body))).toEqual(first);
  });

  it('waits for its answer, and the answer for its own end', async () => {
    const text = promptFor({ tokens: 3, holdAfter: 1 });
    const started = await start(app, user, { text });
    const { conversationId, userMessageId, responseMessageId } = started;
    for (const id of [userMessageId, responseMessageId]) {
      expect(await refused(await edit(conversationId, id, { text: 'Too early' }))).toBe('generation-running');
    }
    upstream.release(text);
    await settled(conversationId);
    await edited(await edit(conversationId, responseMessageId, { text: 'In time' }));
  });

  it('keeps the earlier messages of a conversation open while an answer is written below them', async () => {
    const first = await talk('Hello');
    const text = promptFor({ tokens: 3, holdAfter: 1 });
    await start(app, user, { text, conversation: first.conversationId, parent: first.responseMessageId });
    const { editedAt } = await edited(await edit(first.conversationId, first.userMessageId, { text: 'Good evening' }));
    expect(editedAt).toBeDefined();
    upstream.release(text);
    await settled(first.conversationId);
  });

  it.each([
    ['nothing', { text: ' \n ' }],
    ['a megabyte', { text: 'x'.repeat(900_000) }],
    ['a part that is none', { text: 'Hi', part: 7 }],
    ['half a part', { text: 'Hi', part: 0.5 }],
    ['a field of its own', { text: 'Hi', role: 'assistant' }],
  ])('refuses %s', async (_name, body) => {
    const { conversationId, userMessageId } = await talk('Hello');
    const response = await edit(conversationId, userMessageId, body);
    expect([response.status, await refused(response)]).toEqual([400, 'invalid-request']);
    expect((await messagesOf(app, user, conversationId))[0]?.parts).toMatchObject([{ text: 'Hello' }]);
  });

  it('refuses a body that is too large', async () => {
    const { conversationId, userMessageId } = await talk('Hello');
    const response = await edit(conversationId, userMessageId, { text: 'x'.repeat(2_000_000) });
    expect(response.status).toBe(413);
  });

  it('is told to the other devices', async () => {
    const { conversationId, userMessageId } = await talk('Hello');
    const tab = await openTab(app.url, user.accessToken);
    await edited(await edit(conversationId, userMessageId, { text: 'Good evening' }));
    await vi.waitFor(() => expect(tab.news).toContainEqual({ type: 'messages-changed', conversationId }), generous);
    tab.socket.disconnect();
  });
});

describe('a message of somebody else', () => {
  it('is not there, whatever is tried', async () => {
    const { conversationId, userMessageId, responseMessageId } = await talk('Mine');
    const own = await talk('Also mine');
    const stranger = await app.register();
    const params = { id: conversationId, messageId: responseMessageId };
    const fork = { conversationId: own.conversationId, messageId: responseMessageId, scope: 'path' } as const;
    for (const response of [
      await edit(conversationId, userMessageId, { text: 'Stolen' }, stranger),
      await remove(conversationId, userMessageId, stranger),
      await app.send(messageRoutes.rate, { params, body: { rating: 'up' } }, stranger),
      await app.send(messageRoutes.unrate, { params }, stranger),
      await app.send(messageRoutes.sent, { params }, stranger),
      await app.send(
        messageRoutes.fork,
        { params: { id: conversationId }, body: { ...fork, conversationId: newConversationId() } },
        stranger,
      ),
    ]) {
      expect([response.status, await refused(response)]).toEqual([404, 'conversation-not-found']);
    }
    expect(await messagesOf(app, user, conversationId)).toHaveLength(2);
  });

  it('is not there under another conversation of one’s own either', async () => {
    const first = await talk('One');
    const second = await talk('Two');
    for (const response of [
      await edit(second.conversationId, first.userMessageId, { text: 'Moved' }),
      await remove(second.conversationId, first.userMessageId),
      await app.send(
        messageRoutes.rate,
        { params: { id: second.conversationId, messageId: first.responseMessageId }, body: { rating: 'up' } },
        user,
      ),
    ]) {
      expect([response.status, await refused(response)]).toEqual([404, 'message-not-found']);
    }
    expect(await messagesOf(app, user, first.conversationId)).toHaveLength(2);
  });
});

function newConversationId(): ConversationId {
  return conversationRoutes.get.params.shape.id.parse(randomUUID());
}

describe('messages that are deleted', () => {
  it('go with all that follows from them, and with their generations', async () => {
    const first = await talk('One');
    const second = await talk('Two', first);
    const third = await talk('Three', second);
    const other = await talk('Two, said otherwise', first);
    const { conversationId } = first;
    const gone = await removed(await remove(conversationId, second.userMessageId));
    expect(gone.toSorted((a, b) => a.localeCompare(b))).toEqual(
      [second, third]
        .flatMap(({ userMessageId, responseMessageId }) => [userMessageId, responseMessageId])
        .toSorted((a, b) => a.localeCompare(b)),
    );
    expect((await messagesOf(app, user, conversationId)).map(({ id }) => id)).toEqual(
      [first, other].flatMap(({ userMessageId, responseMessageId }) => [userMessageId, responseMessageId]),
    );
    const state = await app.send(generationRoutes.state, { params: { id: third.generationId } }, user);
    expect(await refused(state)).toBe('generation-not-found');
    expect(await refused(await remove(conversationId, second.userMessageId))).toBe('message-not-found');
  });

  it('leave an empty conversation, in which one can go on', async () => {
    const { conversationId, userMessageId } = await talk('One');
    await removed(await remove(conversationId, userMessageId));
    expect(await messagesOf(app, user, conversationId)).toEqual([]);
    const again = await start(app, user, { text: 'Again', conversation: conversationId });
    await read(app, user, again.generationId);
    expect(await messagesOf(app, user, conversationId)).toHaveLength(2);
  });

  it('stay while one of them is being written', async () => {
    const first = await talk('One');
    const text = promptFor({ tokens: 3, holdAfter: 1 });
    const { conversationId } = first;
    const running = await start(app, user, { text, conversation: conversationId, parent: first.responseMessageId });
    for (const id of [first.userMessageId, first.responseMessageId, running.userMessageId, running.responseMessageId]) {
      expect(await refused(await remove(conversationId, id))).toBe('generation-running');
    }
    expect(await messagesOf(app, user, conversationId)).toHaveLength(4);
    upstream.release(text);
    await settled(conversationId);
    expect(await removed(await remove(conversationId, first.userMessageId))).toHaveLength(4);
  });

  it('may go while an answer is written in another branch', async () => {
    const first = await talk('One');
    const branch = await talk('Two', first);
    const text = promptFor({ tokens: 3, holdAfter: 1 });
    const place = { conversation: first.conversationId, parent: first.responseMessageId };
    const running = await start(app, user, { text, ...place });
    expect(await removed(await remove(first.conversationId, branch.userMessageId))).toHaveLength(2);
    upstream.release(text);
    await settled(first.conversationId);
    expect((await savedAnswer(app, user, running)).status).toBe('done');
  });

  it('are removed once by a hundred who ask at once', async () => {
    const first = await talk('One');
    await talk('Two', first);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => remove(first.conversationId, first.userMessageId)),
    );
    const codes = new Set(answers.map(({ status }) => status));
    expect(codes.has(200)).toBe(true);
    expect([...codes].every((status) => status === 200 || status === 404)).toBe(true);
    expect(await messagesOf(app, user, first.conversationId)).toEqual([]);
  });

  it('take nothing along that begins below them in the same moment, and hide none of it', async () => {
    for (let round = 0; round < 8; round += 1) {
      const first = await talk('One');
      const { conversationId, userMessageId, responseMessageId } = first;
      const [asked, deleted] = await Promise.all([
        ask(app, user, { text: `Two ${round}`, conversation: conversationId, parent: responseMessageId }),
        remove(conversationId, userMessageId),
      ]);
      await settled(conversationId);
      const shown = await messagesOf(app, user, conversationId);
      const ids = new Set(shown.map(({ id }) => id));
      expect(shown.every(({ parentId }) => parentId === null || ids.has(parentId))).toBe(true);
      expect([202, 404]).toContain(asked.status);
      // Deleted with all that was answered in it, or there with all of it.
      expect(shown).toHaveLength(deleted.status === 200 ? 0 : asked.status === 202 ? 4 : 2);
    }
  });
});

async function rate(started: StartedGeneration, body: object, as = user, at = app): Promise<Response> {
  const params = { id: started.conversationId, messageId: started.responseMessageId };
  return await at.send(messageRoutes.rate, { params, body: body as never }, as);
}

describe('what somebody thinks of an answer', () => {
  it('is kept, replaced and taken back', async () => {
    const started = await talk('Hello');
    const params = { id: started.conversationId, messageId: started.responseMessageId };
    const feedback = { rating: 'down', reason: 'too-long', comment: 'Half of it would do' };
    expect((await edited(await rate(started, { ...feedback, comment: ' Half of it would do ' }))).feedback).toEqual(
      feedback,
    );
    expect((await edited(await rate(started, { rating: 'up' }))).feedback).toEqual({ rating: 'up' });
    expect((await savedAnswer(app, user, started)).feedback).toEqual({ rating: 'up' });
    expect((await edited(await app.send(messageRoutes.unrate, { params }, user))).feedback).toBeUndefined();
    expect((await savedAnswer(app, user, started)).feedback).toBeUndefined();
  });

  it.each([{}, { rating: 'meh' }, { rating: 'up', reason: 'because' }, { rating: 'up', comment: 'x'.repeat(2_001) }])(
    'is not %j',
    async (body) => {
      const response = await rate(await talk('Hello'), body);
      expect(response.status).toBe(400);
    },
  );

  it('is not asked for where the operator says so', async () => {
    const quiet = await startTestApp({ feedback: false });
    try {
      const owner = await quiet.register();
      const started = await start(quiet, owner, { text: 'Hi', endpoint: 'Parley', model: 'chat-fast' });
      const response = await rate(started, { rating: 'up' }, owner, quiet);
      expect([response.status, await refused(response)]).toEqual([403, 'forbidden']);
      const config = await quiet.send(configRoutes.config, {});
      expect(configRoutes.config.response.parse(await config.json()).feedback).toBe(false);
    } finally {
      await quiet.close();
    }
  });

  it('is not about prompts', async () => {
    const { conversationId, userMessageId } = await talk('Hello');
    const params = { id: conversationId, messageId: userMessageId };
    expect(await refused(await app.send(messageRoutes.rate, { params, body: { rating: 'up' } }, user))).toBe(
      'message-not-found',
    );
  });
});

describe('the glass box of an answer', () => {
  it('says how each step went, live and afterwards', async () => {
    const started = await start(app, user, { text: promptFor({ tokens: 3 }) });
    const { events } = await read(app, user, started.generationId);
    await settled(started.conversationId);
    const { trace } = await savedAnswer(app, user, started);
    const told = events.flatMap((event) => (event.type === 'step-finished' ? [event.trace] : []));
    expect(trace).toEqual(told);
    expect(trace).toMatchObject([{ step: 0, model: 'scripted-1', usage: { input: 7, output: 3 } }]);
    expect(trace?.[0]?.firstTokenMs).toBeLessThanOrEqual(trace?.[0]?.modelMs ?? -1);
  });

  it('says who answered behind the gateway', async () => {
    const whole = await startTestApp();
    try {
      const owner = await whole.register();
      const started = await start(whole, owner, { text: 'What is Parley?', endpoint: 'Parley', model: 'chat-fast' });
      await read(whole, owner, started.generationId);
      const [last] = await vi.waitFor(async () => {
        const { trace = [] } = await savedAnswer(whole, owner, started);
        expect(trace).toHaveLength(1);
        return trace;
      }, generous);
      expect(last).toMatchObject({ model: 'chat-fast', servedBy: { provider: 'guide' }, attempts: 1 });
    } finally {
      await whole.close();
    }
  });

  it('is kept of an answer that failed', async () => {
    const { conversationId, ...started } = await start(app, user, { text: promptFor({ tokens: 2, end: 'error' }) });
    await read(app, user, started.generationId);
    await settled(conversationId);
    const { status, trace } = await savedAnswer(app, user, { conversationId, ...started });
    expect([status, trace?.length]).toEqual(['failed', 1]);
  });
});

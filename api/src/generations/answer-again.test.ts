import { conversationIdSchema, hashText, messageIdSchema, messageText, startProgress } from '@parley/contracts';
import type { Message, RunningMessage, StartedGeneration } from '@parley/contracts';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TestUser } from '../test-client.ts';
import {
  ask,
  askAgain,
  conversationOf,
  fold,
  messagesOf,
  newGenerationId,
  problemOf,
  queue,
  read,
  savedAnswer,
  start,
  startAgain,
  stop,
} from './__fixtures__/chat-client.ts';
import { startScriptedChat } from './__fixtures__/scripted-chat.ts';
import { promptFor, words } from './__fixtures__/scripted-upstream.ts';

const { app, upstream, close } = await startScriptedChat({
  models: { default: ['scripted-1', 'scripted-2'], fetch: false },
});
const stranger = await app.register();
let user: TestUser;
afterAll(close);
beforeEach(async () => {
  user = await app.register();
});

const unknownId = '00000000-0000-4000-8000-00000000dead';
const patience = { timeout: 20_000 };

async function ended(started: StartedGeneration, owner = user): Promise<Message> {
  return await vi.waitFor(async () => {
    const answer = await savedAnswer(app, owner, started);
    expect(answer.status).not.toBe('running');
    return answer;
  }, patience);
}

async function answered(text = promptFor({ tokens: 2 }), owner = user): Promise<StartedGeneration> {
  const started = await start(app, owner, { text });
  await ended(started, owner);
  return started;
}

/** An answer that was stopped in the middle. */
async function cut(): Promise<{ text: string; started: StartedGeneration }> {
  const text = promptFor({ tokens: 4, holdAfter: 2 });
  const started = await start(app, user, { text });
  await read(app, user, started.generationId, {
    until: (events) => events.some(({ type }) => type === 'text-delta'),
  });
  await stop(app, user, started.generationId);
  await ended(started);
  return { text, started };
}

const lastRequest = () => upstream.requests.at(-1)?.messages.map(({ role, content }) => [role, content]);

describe('another answer to a prompt', () => {
  it('stands beside the first one, and the prompt is there once', async () => {
    const text = promptFor({ tokens: 2 });
    const first = await answered(text);
    const second = await startAgain(app, user, first, { model: 'scripted-2' });
    expect(second).toMatchObject({ conversationId: first.conversationId, userMessageId: first.userMessageId });
    expect(await ended(second)).toMatchObject({ status: 'done', parentId: first.userMessageId, model: 'scripted-2' });
    const all = await messagesOf(app, user, first.conversationId);
    expect(all.map(({ role }) => role)).toEqual(['user', 'assistant', 'assistant']);
    expect(all.map(({ id }) => id)).toEqual([first.userMessageId, first.responseMessageId, second.responseMessageId]);
    expect(lastRequest()).toEqual([['user', text]]);
    expect(upstream.requests.at(-1)?.model).toBe('scripted-2');
    await vi.waitFor(async () => {
      const conversation = await conversationOf(app, user, first.conversationId);
      expect(conversation).toMatchObject({ title: text, model: 'scripted-2', runningGenerationId: null });
    }, patience);
  });

  it('is told only the path to its prompt, with all that came along with that', async () => {
    const first = await answered(promptFor({ tokens: 1 }));
    const quotes = [{ text: 'w0', messageId: first.responseMessageId }];
    const place = { conversation: first.conversationId, parent: first.responseMessageId };
    const text = promptFor({ tokens: 1 });
    const second = await start(app, user, { text, ...place, more: { quotes } });
    await ended(second);
    const before = lastRequest();
    const again = await startAgain(app, user, second);
    await ended(again);
    expect(lastRequest()).toEqual(before);
    expect(lastRequest()?.at(-1)).toEqual(['user', `> w0\n\n${text}`]);
  });

  it('may be asked for to be shorter or longer, which it says of itself', async () => {
    const text = promptFor({ tokens: 2 });
    const first = await answered(text);
    for (const [guidance, wish] of [
      ['shorter', 'more briefly'],
      ['longer', 'at greater length'],
    ] as const) {
      const again = await startAgain(app, user, first, { guidance });
      expect(await ended(again)).toMatchObject({ guidance, parentId: first.userMessageId });
      expect(lastRequest()).toEqual([
        ['system', expect.stringContaining(wish)],
        ['user', text],
      ]);
    }
    expect(await savedAnswer(app, user, first)).not.toHaveProperty('guidance');
  });

  it('lets prompts wait behind it as behind any', async () => {
    const { text, started } = await cut();
    const again = await startAgain(app, user, started);
    const next = { text: promptFor({ tokens: 2 }), generationId: newGenerationId() };
    const response = await queue(app, user, again.generationId, next);
    expect([response.status, await response.json()]).toMatchObject([202, { state: 'queued' }]);
    upstream.release(text);
    await vi.waitFor(async () => {
      const answers = (await messagesOf(app, user, started.conversationId)).filter(({ role }) => role === 'assistant');
      expect(answers.map(({ status }) => status)).toEqual(['stopped', 'done', 'done']);
    }, patience);
    const all = await messagesOf(app, user, started.conversationId);
    const asked = all.find((message) => message.role === 'user' && messageText(message) === next.text);
    expect(asked?.parentId).toBe(again.responseMessageId);
  });
});

describe('the same wish sent again', () => {
  it('is answered as the first time, ten times at once and after it has ended', async () => {
    const first = await answered();
    const body = { generationId: newGenerationId(), guidance: 'shorter' as const };
    const all = await Promise.all(Array.from({ length: 10 }, () => startAgain(app, user, first, body)));
    expect(new Set(all.map((started) => JSON.stringify(started))).size).toBe(1);
    await ended(all[0]!);
    expect(await startAgain(app, user, first, body)).toEqual(all[0]);
    expect(await messagesOf(app, user, first.conversationId)).toHaveLength(3);
  });

  it('is refused when it is not the same', async () => {
    const text = promptFor({ tokens: 1 });
    const first = await answered(text);
    const generationId = newGenerationId();
    const again = await startAgain(app, user, first, { generationId });
    await ended(again);
    const changes = [
      { guidance: 'shorter' as const },
      { model: 'scripted-2' },
      { continues: first.responseMessageId },
      { settings: { instructions: 'Rhyme' } },
      { spec: 'poet' },
      { tools: ['calculator'] },
    ];
    for (const change of changes) {
      const response = await askAgain(app, user, first, { generationId, ...change });
      expect([response.status, (await problemOf(response)).code]).toEqual([409, 'generation-id-taken']);
    }
    const question = await ask(app, user, { text, generationId, conversation: first.conversationId });
    expect((await problemOf(question)).code).toBe('generation-id-taken');
    const reused = await askAgain(app, user, first, { generationId: first.generationId });
    expect((await problemOf(reused)).code).toBe('generation-id-taken');
    expect(await messagesOf(app, user, first.conversationId)).toHaveLength(3);
  });
});

describe('an answer that cannot be written', () => {
  it('leaves nothing behind', async () => {
    const first = await answered();
    const other = await answered();
    const foreign = await answered(promptFor({ tokens: 1 }), stranger);
    const nowhere = conversationIdSchema.parse(unknownId);
    const nothing = messageIdSchema.parse(unknownId);
    const cases = [
      [404, 'conversation-not-found', { ...first, conversationId: nowhere }, {}],
      [404, 'conversation-not-found', foreign, {}],
      [404, 'message-not-found', { ...first, userMessageId: nothing }, {}],
      [404, 'message-not-found', { ...first, userMessageId: foreign.userMessageId }, {}],
      [404, 'message-not-found', { ...first, userMessageId: other.userMessageId }, {}],
      [404, 'message-not-found', { ...first, userMessageId: first.responseMessageId }, {}],
      [404, 'message-not-found', first, { continues: nothing }],
      [404, 'message-not-found', first, { continues: first.userMessageId }],
      [404, 'message-not-found', first, { continues: other.responseMessageId }],
      [404, 'message-not-found', first, { continues: foreign.responseMessageId }],
      [404, 'model-not-found', first, { model: 'nobody' }],
      [404, 'endpoint-not-found', first, { endpoint: 'Nowhere' }],
      [400, 'invalid-request', first, { guidance: 'funnier' as never }],
      [400, 'invalid-request', first, { generationId: 'no-uuid' as never }],
    ] as const;
    for (const [status, code, place, change] of cases) {
      const generationId = newGenerationId();
      const response = await askAgain(app, user, place, { generationId, ...change });
      expect([response.status, (await problemOf(response)).code]).toEqual([status, code]);
      expect((await stop(app, user, generationId)).status).toBe(404);
    }
    for (const { conversationId } of [first, other]) {
      expect(await messagesOf(app, user, conversationId)).toHaveLength(2);
      expect((await conversationOf(app, user, conversationId)).runningGenerationId).toBeNull();
    }
  });

  it('because one is being written is refused until that has ended, also for going on from it', async () => {
    const text = promptFor({ tokens: 2, holdAfter: 1 });
    const running = await start(app, user, { text });
    for (const change of [{}, { continues: running.responseMessageId }]) {
      const response = await askAgain(app, user, running, change);
      expect([response.status, (await problemOf(response)).code]).toEqual([409, 'generation-running']);
    }
    upstream.release(text);
    await read(app, user, running.generationId);
    await ended(await startAgain(app, user, running, { continues: running.responseMessageId }));
  });

  it('together with others lets exactly one of them through', async () => {
    const { text, started } = await cut();
    const changes = [{}, { guidance: 'shorter' as const }, { guidance: 'longer' as const }, {}];
    const responses = await Promise.all(changes.map((change) => askAgain(app, user, started, change)));
    expect(responses.map(({ status }) => String(status)).toSorted()).toEqual(['202', '409', '409', '409']);
    upstream.release(text);
  });
});

describe('an answer that goes on from another', () => {
  it('begins with what that one holds, which stays, and asks the model for the rest alone', async () => {
    const { text, started } = await cut();
    const old = await savedAnswer(app, user, started);
    expect(old).toMatchObject({ status: 'stopped', parts: [{ type: 'text', step: 0, text: words(2) }] });
    upstream.release(text);
    const more = await startAgain(app, user, started, { continues: old.id });
    const answer = await ended(more);
    expect(answer).toMatchObject({ status: 'done', continues: old.id, parentId: started.userMessageId });
    expect(answer.parts).toEqual([...old.parts, { type: 'text', step: 1, text: words(3) }]);
    expect(answer.usage).toEqual({ input: 7, output: 3 });
    expect(lastRequest()).toEqual([
      ['user', text],
      ['assistant', words(2)],
      ['user', expect.stringContaining('Go on exactly where it ends')],
    ]);
    expect(await savedAnswer(app, user, started)).toEqual(old);
  });

  it('is the same for whoever reads its log from the start, and its log proves it', async () => {
    const { text, started } = await cut();
    upstream.release(text);
    const more = await startAgain(app, user, started, { continues: started.responseMessageId });
    const saved = await ended(more);
    const { events, isClosed } = await read(app, user, more.generationId);
    expect(isClosed).toBe(true);
    const { progress: _progress, ...folded } = fold(emptyOf(saved), events);
    expect(folded.parts).toEqual(saved.parts);
    const end = events.find((event) => event.type === 'generation-finished');
    expect(end).toMatchObject({ textLength: messageText(saved).length, textHash: hashText(messageText(saved)) });
  });

  it('may go on from one that is whole, from one that failed, and from one that itself goes on', async () => {
    const failing = promptFor({ tokens: 2, end: 'cut' });
    const failed = await start(app, user, { text: failing });
    const broken = await ended(failed);
    expect(broken).toMatchObject({ status: 'failed', parts: [{ type: 'text' }, { type: 'error' }] });
    const second = await startAgain(app, user, failed, { continues: broken.id });
    const secondAnswer = await ended(second);
    expect(secondAnswer.parts.map(({ type }) => type)).toEqual(['text', 'text']);
    const third = await ended(await startAgain(app, user, failed, { continues: secondAnswer.id }));
    expect(third.parts.slice(0, 2)).toEqual(secondAnswer.parts);
    expect(third.parts.map((part) => 'step' in part && part.step)).toEqual([0, 1, 2]);
    expect(lastRequest()?.map(([role]) => role)).toEqual(['user', 'assistant', 'assistant', 'user']);
  });

  it('of which nothing came is a plain answer', async () => {
    const text = promptFor({ instead: 'status-401' });
    const failed = await start(app, user, { text });
    const nothing = await ended(failed);
    expect(nothing.parts).toMatchObject([{ type: 'error' }]);
    const again = await ended(await startAgain(app, user, failed, { continues: nothing.id }));
    expect(again).toMatchObject({ continues: nothing.id, parts: [{ type: 'error' }] });
    expect(lastRequest()).toEqual([['user', text]]);
  });
});

function emptyOf({ id, conversationId, parentId, createdAt }: Message): RunningMessage {
  const empty = { id, conversationId, parentId, createdAt, role: 'assistant' as const, status: 'running' as const };
  return { ...empty, parts: [], progress: startProgress('-1') };
}

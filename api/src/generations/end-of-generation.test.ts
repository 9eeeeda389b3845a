import { conversationRoutes, messageText } from '@parley/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import {
  conversationOf,
  messagesOf,
  newGenerationId,
  read,
  savedAnswer,
  start,
  steer,
  stop,
  textSoFar,
} from './__fixtures__/chat-client.ts';
import { startScriptedChat } from './__fixtures__/scripted-chat.ts';
import { promptFor, words } from './__fixtures__/scripted-upstream.ts';
import type { Script } from './__fixtures__/scripted-upstream.ts';

const { app, upstream, close } = await startScriptedChat({ titleConvo: true }, (scripted) => [
  scripted,
  { ...scripted, name: 'Gone', baseUrl: 'http://127.0.0.1:1/v1', titleConvo: false },
]);
const user = await app.register();
afterAll(close);

async function answerTo(script: Script, endpoint = 'Scripted') {
  const text = promptFor(script);
  const started = await start(app, user, { text, endpoint });
  const { events } = await read(app, user, started.generationId);
  await expect.poll(async () => (await savedAnswer(app, user, started)).status).not.toBe('running');
  return { text, started, events, answer: await savedAnswer(app, user, started) };
}

describe('an upstream that fails', () => {
  it.each<[string, Script, string, number]>([
    ['is cut in mid-answer', { tokens: 5, end: 'cut' }, 'upstream-cut', 5],
    ['sends an error in mid-answer', { tokens: 5, end: 'error' }, 'upstream-error', 5],
    ['sends something unreadable', { tokens: 0, end: 'garbage' }, 'upstream-malformed', 0],
    ['answers 500', { instead: 'status-500' }, 'upstream-error', 0],
    ['does not accept the key', { instead: 'status-401' }, 'upstream-refused', 0],
    ['answers a web page', { instead: 'html' }, 'upstream-error', 0],
    ['hangs up', { instead: 'hang-up' }, 'upstream-unreachable', 0],
  ])('and %s leaves an error that says so, beside what was written', async (_name, script, code, tokens) => {
    const { started, events, answer } = await answerTo(script);
    expect(answer).toMatchObject({ status: 'failed', finishReason: 'error' });
    expect(answer.parts.at(-1)).toMatchObject({ type: 'error', code, title: expect.any(String) });
    expect(messageText(answer)).toBe(words(tokens));
    expect(events.at(-1)).toMatchObject({ type: 'generation-finished', status: 'failed', error: { code } });
    await expect
      .poll(async () => (await conversationOf(app, user, started.conversationId)).runningGenerationId)
      .toBeNull();
  });

  it('because nobody is there is said so', async () => {
    const { answer } = await answerTo({}, 'Gone');
    expect(answer.parts).toMatchObject([{ type: 'error', code: 'upstream-unreachable' }]);
  });

  it('does not hinder the next question, which tells the model what came', async () => {
    const { started } = await answerTo({ tokens: 2, end: 'cut' });
    const { conversationId: conversation, responseMessageId: parent } = started;
    const next = await start(app, user, { text: 'Go on', conversation, parent });
    await read(app, user, next.generationId);
    expect(upstream.requests.at(-1)?.messages.slice(1)).toMatchObject([
      { role: 'assistant', content: words(2) },
      { role: 'user', content: 'Go on' },
    ]);
  });
});

describe('a tool call', () => {
  it('is answered with the truth, and the model gets to say something about it', async () => {
    const { answer } = await answerTo({ tokens: 1, end: 'tool-call' });
    expect(answer).toMatchObject({
      status: 'done',
      parts: [
        { type: 'text', step: 0, text: 'w0 ' },
        {
          type: 'tool-call',
          step: 0,
          name: 'get_weather',
          state: 'failed',
          output: 'There is no tool named “get_weather”.',
        },
        { type: 'text', step: 2, text: words(3) },
      ],
      usage: { input: 14, output: 6 },
    });
  });
});

describe('what the user adds in mid-answer', () => {
  it('is read by the model when it has ended, and stands between its answers', async () => {
    const text = promptFor({ tokens: 4, holdAfter: 2 });
    const started = await start(app, user, { text });
    await read(app, user, started.generationId, { until: (events) => textSoFar(events) === words(2) });
    expect((await steer(app, user, started.generationId, { text: 'In French' })).status).toBe(202);
    upstream.release(text);
    const { events } = await read(app, user, started.generationId);
    await expect.poll(async () => (await savedAnswer(app, user, started)).status).toBe('done');
    const answer = await savedAnswer(app, user, started);
    expect(answer.parts).toMatchObject([
      { type: 'text', step: 0, text: words(4) },
      { type: 'steer', step: 1, text: 'In French' },
      { type: 'text', step: 1, text: words(3) },
    ]);
    expect(events.at(-1)).toMatchObject({ textLength: messageText(answer).length });
    expect(upstream.requests.at(-1)?.messages).toMatchObject([
      { role: 'user', content: text },
      { role: 'assistant', content: words(4) },
      { role: 'user', content: 'In French' },
    ]);
  });
});

describe('stopping', () => {
  it('keeps what was written, hangs up on the model and tells every reader', async () => {
    const started = await start(app, user, { text: promptFor({ tokens: 9, holdAfter: 4 }) });
    const reader = read(app, user, started.generationId);
    await read(app, user, started.generationId, { until: (events) => textSoFar(events) === words(4) });
    expect((await stop(app, user, started.generationId)).status).toBe(202);
    const { events } = await reader;
    expect(events.at(-1)).toMatchObject({ type: 'generation-finished', status: 'stopped', finishReason: 'stopped' });
    expect(events.filter(({ type }) => type === 'stop-requested')).toHaveLength(1);
    await expect
      .poll(() => savedAnswer(app, user, started))
      .toMatchObject({ status: 'stopped', finishReason: 'stopped' });
    expect(messageText(await savedAnswer(app, user, started))).toBe(words(4));
    await expect.poll(() => upstream.openAnswers()).toBe(0);
  });

  it('twice, or after the end, is harmless', async () => {
    const started = await start(app, user, { text: promptFor({ tokens: 9, holdAfter: 4 }) });
    const answers = await Promise.all([1, 2, 3].map(() => stop(app, user, started.generationId)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    const { events } = await read(app, user, started.generationId);
    expect(events.filter(({ type }) => type === 'stop-requested')).toHaveLength(1);
    expect((await stop(app, user, started.generationId)).status).toBe(202);
    await expect.poll(() => savedAnswer(app, user, started)).toMatchObject({ status: 'stopped' });
  });

  it('what never was is 404', async () => {
    expect((await stop(app, user, newGenerationId())).status).toBe(404);
  });
});

describe('a title', () => {
  it('is written by the model and told to readers', async () => {
    upstream.titles = '"Numbered words"';
    const { started, events } = await answerTo({ tokens: 3 });
    expect(events).toContainEqual(expect.objectContaining({ type: 'title', title: 'Numbered words' }));
    expect((await conversationOf(app, user, started.conversationId)).title).toBe('Numbered words');
  });

  it('of its owner stays', async () => {
    upstream.titles = 'Numbered words';
    const started = await start(app, user, { text: promptFor({ tokens: 3, holdAfter: 1 }) });
    const params = { id: started.conversationId };
    await app.send(conversationRoutes.update, { params, body: { title: 'My own' } }, user);
    const second = await start(app, user, { text: 'Hi' });
    await read(app, user, second.generationId);
    await stop(app, user, started.generationId);
    await read(app, user, started.generationId);
    expect((await conversationOf(app, user, started.conversationId)).title).toBe('My own');
  });

  it('that is none leaves the one made of the prompt', async () => {
    upstream.titles = 'I would suggest the following title for this conversation: '.repeat(4);
    const { text, started } = await answerTo({ tokens: 3 });
    expect((await conversationOf(app, user, started.conversationId)).title).toBe(text);
  });
});

describe('deleting a conversation', () => {
  it('in mid-answer ends the answer and leaves nothing', async () => {
    const started = await start(app, user, { text: promptFor({ tokens: 9, holdAfter: 4 }) });
    await read(app, user, started.generationId, { until: (events) => textSoFar(events) === words(4) });
    const params = { id: started.conversationId };
    expect((await app.send(conversationRoutes.remove, { params }, user)).status).toBe(204);
    expect((await app.send(conversationRoutes.get, { params }, user)).status).toBe(404);
    expect((await app.send(conversationRoutes.messages, { params }, user)).status).toBe(404);
    expect((await stop(app, user, started.generationId)).status).toBe(404);
    await expect(read(app, user, started.generationId)).rejects.toMatchObject({ status: 404 });
    await expect.poll(() => upstream.openAnswers()).toBe(0);
    expect((await app.send(conversationRoutes.remove, { params }, user)).status).toBe(404);
  });

  it('leaves others alone', async () => {
    const kept = await answerTo({ tokens: 2 });
    const removed = await answerTo({ tokens: 2 });
    await app.send(conversationRoutes.remove, { params: { id: removed.started.conversationId } }, user);
    expect(await messagesOf(app, user, kept.started.conversationId)).toHaveLength(2);
  });
});

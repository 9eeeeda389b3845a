import type { News } from '@parley/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTab } from '../realtime/__fixtures__/tab.ts';
import type { Tab } from '../realtime/__fixtures__/tab.ts';
import type { TestUser } from '../test-client.ts';
import { newGenerationId, queue, start, stop, unqueue } from './__fixtures__/chat-client.ts';
import { startScriptedChat } from './__fixtures__/scripted-chat.ts';
import type { ScriptedChat } from './__fixtures__/scripted-chat.ts';
import { promptFor } from './__fixtures__/scripted-upstream.ts';

let chat: ScriptedChat;
let user: TestUser;
let tab: Tab;

beforeAll(async () => {
  chat = await startScriptedChat();
  user = await chat.app.register();
  tab = await openTab(chat.app.url, user.accessToken);
});
afterAll(async () => {
  tab.socket.disconnect();
  await chat.close();
});

function told<T extends News['type']>(type: T): Extract<News, { type: T }>[] {
  return tab.news.filter((news): news is Extract<News, { type: T }> => news.type === type);
}

function queues(): unknown[] {
  return told('queue-changed').map((news) => [news.generationId, news.queue.map((one) => one.generationId)]);
}

it('tells a user’s devices of turns, of what is queued behind them, and of their conversation', async () => {
  const { app, upstream } = chat;
  const text = promptFor({ tokens: 2, holdAfter: 1 });
  const { generationId, conversationId, userMessageId, responseMessageId } = await start(app, user, { text });
  const startedBy = { id: expect.any(String), name: expect.any(String) };
  await expect
    .poll(() => told('generation-started'))
    .toEqual([
      { type: 'generation-started', generationId, conversationId, userMessageId, responseMessageId, startedBy },
    ]);
  await expect
    .poll(() => told('conversation-changed').at(-1)?.conversation)
    .toMatchObject({ id: conversationId, runningGenerationId: generationId });

  const [gone, next] = [newGenerationId(), newGenerationId()];
  const nextText = promptFor({ tokens: 2, holdAfter: 1 });
  await queue(app, user, generationId, { text: 'Hi', generationId: gone });
  await queue(app, user, generationId, { text: nextText, generationId: next });
  await unqueue(app, user, generationId, gone);
  await expect.poll(queues).toEqual([
    [generationId, [gone]],
    [generationId, [gone, next]],
    [generationId, [next]],
  ]);

  upstream.release(text);
  await expect.poll(() => told('generation-started').map((news) => news.generationId)).toEqual([generationId, next]);
  await expect
    .poll(() => queues().slice(3))
    .toEqual([
      [generationId, []],
      [next, []],
    ]);
  await stop(app, user, next);
  await expect
    .poll(() => told('generation-ended').map((news) => [news.generationId, news.status]))
    .toEqual([
      [generationId, 'done'],
      [next, 'stopped'],
    ]);
  await expect
    .poll(() => told('conversation-changed').at(-1)?.conversation)
    .toMatchObject({ runningGenerationId: null, unread: true });
});

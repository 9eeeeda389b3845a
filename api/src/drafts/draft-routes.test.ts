import { randomUUID } from 'node:crypto';
import { conversationIdSchema, conversationRoutes, draftRoutes } from '@parley/contracts';
import type { Draft, DraftPlace } from '@parley/contracts';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { read, start } from '../generations/__fixtures__/chat-client.ts';
import { startScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import { openTab } from '../realtime/__fixtures__/tab.ts';
import type { TestUser } from '../test-client.ts';

const { app, close } = await startScriptedChat();
let user: TestUser;
afterAll(close);
beforeEach(async () => {
  user = await app.register();
});

async function save(place: DraftPlace, text: string, as = user): Promise<Draft> {
  const response = await app.send(draftRoutes.save, { params: { place }, body: { text } }, as);
  expect(response.status).toBe(200);
  return draftRoutes.save.response.parse(await response.json());
}

async function list(as = user): Promise<Draft[]> {
  const response = await app.send(draftRoutes.list, {}, as);
  return draftRoutes.list.response.parse(await response.json()).items;
}

it('keeps one draft for each place, the last one written', async () => {
  const { conversationId, generationId } = await start(app, user, { text: 'Hi' });
  await read(app, user, generationId);
  await save('new', 'A');
  const begun = await save('new', 'A thought');
  const answer = await save(conversationId, 'An answer');
  const kept = await list();
  expect(kept).toHaveLength(2);
  expect(kept).toEqual(expect.arrayContaining([answer, begun]));
  expect(await list(await app.register())).toEqual([]);
});

it('forgets a draft that was emptied, and those of a conversation that was deleted', async () => {
  const { conversationId, generationId } = await start(app, user, { text: 'Hi' });
  await read(app, user, generationId);
  await save('new', 'A thought');
  await save(conversationId, 'An answer');
  expect(await save('new', '')).toMatchObject({ place: 'new', text: '' });
  expect(await list()).toMatchObject([{ place: conversationId }]);
  await app.send(conversationRoutes.remove, { params: { id: conversationId } }, user);
  expect(await list()).toEqual([]);
});

it('survives two devices that write at the same moment', async () => {
  await Promise.all(Array.from({ length: 8 }, async (_none, index) => await save('new', `Version ${index}`)));
  expect(await list()).toMatchObject([{ place: 'new', text: expect.stringMatching(/^Version \d$/) }]);
});

it('refuses a place that is not there for this person', async () => {
  const { conversationId } = await start(app, await app.register(), { text: 'Hi' });
  for (const place of [conversationId, conversationIdSchema.parse(randomUUID())]) {
    const response = await app.send(draftRoutes.save, { params: { place }, body: { text: 'x' } }, user);
    expect([response.status, await response.json()]).toMatchObject([404, { code: 'conversation-not-found' }]);
  }
});

it('tells the other devices', async () => {
  const tab = await openTab(app.url, user.accessToken);
  const draft = await save('new', 'A thought');
  await expect.poll(() => tab.news).toMatchObject([{ type: 'draft-changed', draft, changedBy: expect.any(String) }]);
  tab.socket.disconnect();
});

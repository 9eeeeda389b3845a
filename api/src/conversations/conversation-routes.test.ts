import { conversationRoutes, conversationSchema } from '@parley/contracts';
import type { Conversation, ConversationId, RouteArguments } from '@parley/contracts';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { problemOf, read, start } from '../generations/__fixtures__/chat-client.ts';
import { startScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import { openTab } from '../realtime/__fixtures__/tab.ts';
import type { TestUser } from '../test-client.ts';

const pageSchema = z.object({ items: z.array(conversationSchema), nextCursor: z.nullable(z.string()) });

const { app, close } = await startScriptedChat();
let user: TestUser;
afterAll(close);
beforeEach(async () => {
  user = await app.register();
});

async function talk(text: string): Promise<ConversationId> {
  const { conversationId, generationId } = await start(app, user, { text });
  await read(app, user, generationId);
  await expect.poll(async () => (await get(conversationId)).runningGenerationId).toBeNull();
  return conversationId;
}

async function get(id: ConversationId): Promise<Conversation> {
  return conversationSchema.parse(await (await app.send(conversationRoutes.get, { params: { id } }, user)).json());
}

async function list(query: RouteArguments<typeof conversationRoutes.list>['query'] = {}, as = user) {
  const response = await app.send(conversationRoutes.list, { query }, as);
  expect(response.status).toBe(200);
  return pageSchema.parse(await response.json());
}

async function update(id: ConversationId, body: { title?: string; archived?: boolean }, as = user): Promise<Response> {
  return await app.send(conversationRoutes.update, { params: { id }, body }, as);
}

describe('the list of conversations', () => {
  it('is empty at first', async () => {
    expect(await list()).toEqual({ items: [], nextCursor: null });
  });

  it('comes in pages, newest first, and is not confused by what is added meanwhile', async () => {
    for (const name of ['One', 'Two', 'Three', 'Four', 'Five']) await talk(name);
    const first = await list({ limit: 2 });
    await talk('Six');
    const second = await list({ limit: 2, cursor: first.nextCursor ?? '' });
    const third = await list({ limit: 2, cursor: second.nextCursor ?? '' });
    const titles = [first, second, third].map(({ items }) => items.map(({ title }) => title));
    expect(titles).toEqual([['Five', 'Four'], ['Three', 'Two'], ['One']]);
    expect(third.nextCursor).toBeNull();
  });

  it('has a conversation at the top again after a new turn', async () => {
    const id = await talk('Old');
    await talk('New');
    const next = await start(app, user, { text: 'Again', conversation: id });
    await read(app, user, next.generationId);
    expect((await list()).items.map(({ title }) => title)).toEqual(['Old', 'New']);
  });

  it('keeps the archive apart', async () => {
    const id = await talk('Done with');
    await talk('Current');
    expect((await update(id, { archived: true })).status).toBe(200);
    expect((await list()).items.map(({ title }) => title)).toEqual(['Current']);
    expect((await list({ archived: 'true' })).items.map(({ title }) => title)).toEqual(['Done with']);
    await update(id, { archived: false });
    expect((await list()).items).toHaveLength(2);
  });

  it('shows nobody else’s', async () => {
    await talk('Mine');
    expect((await list({}, await app.register())).items).toEqual([]);
  });

  it.each([
    { cursor: 'banana' },
    { cursor: '' },
    { limit: 0 },
    { limit: 101 },
    { limit: 'many' },
    { archived: 'perhaps' },
  ])('refuses %j', async (query) => {
    const response = await app.send(conversationRoutes.list, { query }, user);
    expect(response.status).toBe(400);
    expect((await problemOf(response)).code).toBe('invalid-request');
  });
});

describe('a conversation', () => {
  it('can be renamed', async () => {
    const id = await talk('Hello');
    const response = await update(id, { title: '  A better name ' });
    expect(conversationSchema.parse(await response.json()).title).toBe('A better name');
    expect((await get(id)).title).toBe('A better name');
  });

  it('keeps its place when it is renamed', async () => {
    const id = await talk('First');
    await talk('Second');
    await update(id, { title: 'Renamed' });
    expect((await list()).items.map(({ title }) => title)).toEqual(['Second', 'Renamed']);
  });

  it.each([{}, { title: ' ' }, { title: 'x'.repeat(201) }, { archived: 'yes' }, { owner: 'me' }])(
    'refuses the change %j',
    async (change) => {
      const id = await talk('Hello');
      expect((await update(id, change as never)).status).toBe(400);
      expect((await get(id)).title).toBe('Hello');
    },
  );

  it('can be deleted', async () => {
    const id = await talk('Hello');
    expect((await app.send(conversationRoutes.remove, { params: { id } }, user)).status).toBe(204);
    expect((await list()).items).toEqual([]);
    expect((await app.send(conversationRoutes.get, { params: { id } }, user)).status).toBe(404);
  });

  it('of somebody else does not exist', async () => {
    const id = await talk('Mine');
    const stranger = await app.register();
    const params = { id };
    const answers = [
      await app.send(conversationRoutes.get, { params }, stranger),
      await app.send(conversationRoutes.messages, { params }, stranger),
      await update(id, { title: 'Stolen' }, stranger),
      await app.send(conversationRoutes.remove, { params }, stranger),
    ];
    for (const response of answers) {
      expect(response.status).toBe(404);
      expect((await problemOf(response)).code).toBe('conversation-not-found');
    }
    expect((await get(id)).title).toBe('Mine');
  });

  it('with an id that is none is a bad request', async () => {
    const response = await app.send(conversationRoutes.get, { params: { id: 'nonsense' } }, user);
    expect(response.status).toBe(400);
  });

  it('is unread until its owner has seen the answer', async () => {
    const id = await talk('Hi');
    expect((await get(id)).unread).toBe(true);
    expect((await app.send(conversationRoutes.markRead, { params: { id } }, user)).status).toBe(204);
    expect((await get(id)).unread).toBe(false);
    expect((await app.send(conversationRoutes.markRead, { params: { id } }, user)).status).toBe(204);
    const response = await app.send(conversationRoutes.markRead, { params: { id } }, await app.register());
    expect(await problemOf(response)).toMatchObject({ code: 'conversation-not-found' });
  });

  it('tells the devices of its owner when it changes', async () => {
    const id = await talk('Hi');
    const tab = await openTab(app.url, user.accessToken);
    await app.send(conversationRoutes.markRead, { params: { id } }, user);
    await update(id, { title: 'Renamed' });
    await update(id, { archived: true });
    await app.send(conversationRoutes.remove, { params: { id } }, user);
    await expect.poll(() => tab.news.at(-1)).toEqual({ type: 'conversation-removed', conversationId: id });
    expect(tab.news).toMatchObject([
      { type: 'conversation-changed', conversation: { id, unread: false } },
      { type: 'conversation-changed', conversation: { id, title: 'Renamed' } },
      { type: 'conversation-changed', conversation: { id, archived: true } },
      { type: 'conversation-removed' },
    ]);
    tab.socket.disconnect();
  });
});

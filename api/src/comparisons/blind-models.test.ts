import { randomUUID } from 'node:crypto';
import {
  conversationRoutes,
  generationRoutes,
  messageRoutes,
  participantRoutes,
  searchRoutes,
  shareRoutes,
  transferRoutes,
} from '@parley/contracts';
import type { ConversationId, StartedGeneration } from '@parley/contracts';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { conversationOf, messagesOf, problemOf, start } from '../generations/__fixtures__/chat-client.ts';
import { startScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import type { ScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import { promptFor } from '../generations/__fixtures__/scripted-upstream.ts';
import { openTab } from '../realtime/__fixtures__/tab.ts';
import type { TestUser } from '../test-client.ts';
import { choose, compare, comparisonOf, scriptedModels } from './__fixtures__/comparison-client.ts';

let chat: ScriptedChat;
let owner: TestUser;
let guest: TestUser;
const names = /scripted-[23]|Scripted/;

beforeAll(async () => {
  chat = await startScriptedChat({ models: { default: scriptedModels, fetch: false } });
});
afterAll(() => chat.close());
beforeEach(async () => {
  [owner, guest] = [await chat.app.register('Olga'), await chat.app.register('Gina')];
});

async function share(id: ConversationId): Promise<void> {
  const params = { id, userId: guest.user.id };
  expect((await chat.app.send(participantRoutes.invite, { params }, owner)).status).toBe(200);
}

/** Answers to one prompt in a shared chat that have ended, with nothing chosen. */
async function compared(asker = owner): Promise<[StartedGeneration, ...StartedGeneration[]]> {
  const first = await start(chat.app, owner, { text: promptFor({ tokens: 1 }) });
  const { conversationId: id, responseMessageId: parentMessageId } = first;
  await vi.waitFor(async () => expect((await conversationOf(chat.app, owner, id)).runningGenerationId).toBeNull());
  await share(id);
  const body = comparisonOf(promptFor({ tokens: 2 }), {
    parentMessageId,
    blind: true,
    models: ['scripted-2', 'scripted-3'],
  });
  const items = await compare(chat.app, asker, body, id);
  await vi.waitFor(async () => expect((await conversationOf(chat.app, owner, id)).runningGenerationId).toBeNull(), {
    timeout: 20_000,
  });
  const [one, ...others] = items;
  if (one === undefined) throw new Error('Nothing is compared.');
  return [one, ...others];
}

/** Everything that somebody can read of compared answers, in words. */
async function allOf(user: TestUser, items: readonly StartedGeneration[]): Promise<string> {
  const [first] = items;
  if (first === undefined) throw new Error('Nothing is compared.');
  const id = first.conversationId;
  const answers = (await messagesOf(chat.app, user, id)).filter(({ parentId }) => parentId === first.userMessageId);
  const texts = [JSON.stringify(answers)];
  const text = async (response: Promise<Response>) => texts.push(await (await response).text());
  for (const { generationId, responseMessageId: messageId } of items) {
    const params = { id: generationId };
    await text(chat.app.send(generationRoutes.state, { params }, user));
    const stream = `${chat.app.url}${generationRoutes.stream.path.replace(':id', generationId)}?offset=-1`;
    await text(fetch(stream, { headers: { Authorization: `Bearer ${user.accessToken}` } }));
    const body = { rating: 'up' as const };
    await text(chat.app.send(messageRoutes.rate, { params: { id, messageId }, body }, user));
  }
  return texts.join('\n');
}

it.each(['owner', 'guest'] as const)(
  'nobody reads who wrote what before the choice of the %s, and both do after it',
  async (who) => {
    const asker = who === 'owner' ? owner : guest;
    const items = await compared(asker);
    const ids = items.map(({ responseMessageId }) => responseMessageId);
    for (const user of [owner, guest]) {
      const all = await allOf(user, items);
      expect(all).toContain(ids[0]);
      expect(all).not.toMatch(names);
      expect(all).not.toMatch(/"(usage|trace|model|endpoint)"/);
    }
    expect((await choose(chat.app, asker, items[0], ids[0] ?? 'tie')).status).toBe(200);
    for (const user of [owner, guest]) {
      const all = await allOf(user, items);
      for (const name of ['scripted-2', 'scripted-3', '"usage"', '"trace"']) expect(all).toContain(name);
    }
  },
);

it('the conversation stays with whom it was, and what one was sent is not read, before the choice', async () => {
  const items = await compared();
  const [{ conversationId: id, responseMessageId: messageId }] = items;
  expect(await conversationOf(chat.app, owner, id)).toMatchObject({ model: 'scripted-1' });
  const sent = await chat.app.send(messageRoutes.sent, { params: { id, messageId } }, owner);
  expect(await problemOf(sent)).toMatchObject({ code: 'forbidden' });
  await choose(chat.app, owner, items[0], messageId);
  expect((await chat.app.send(messageRoutes.sent, { params: { id, messageId } }, owner)).status).toBe(200);
});

it('a chat that begins with it names the first of them by name, and ids tell nothing', async () => {
  const seen = new Set<string | undefined>();
  await vi.waitFor(
    async () => {
      const body = comparisonOf(promptFor({ tokens: 1 }), { blind: true, models: ['scripted-3', 'scripted-2'] });
      const items = await compare(chat.app, owner, body);
      const { conversationId: id } = items[0]!;
      await vi.waitFor(async () => expect((await conversationOf(chat.app, owner, id)).runningGenerationId).toBeNull());
      expect(await conversationOf(chat.app, owner, id)).toMatchObject({ model: 'scripted-2' });
      await choose(chat.app, owner, items[0]!, 'tie');
      const asked = body.answers[0]?.generationId;
      seen.add((await messagesOf(chat.app, owner, id)).find(({ generationId }) => generationId === asked)?.model);
      expect(seen).toEqual(new Set(['scripted-2', 'scripted-3']));
    },
    { timeout: 120_000, interval: 1 },
  );
}, 130_000);

it('copies, links, files and searches do not tell either', async () => {
  const items = await compared();
  const [{ conversationId: id, responseMessageId: messageId }] = items;
  const texts: string[] = [];
  for (const user of [owner, guest]) {
    const conversationId = randomUUID() as ConversationId;
    const body = { conversationId, messageId, scope: 'all' as const };
    expect((await chat.app.send(messageRoutes.fork, { params: { id }, body }, user)).status).toBe(201);
    expect(await conversationOf(chat.app, user, conversationId)).toMatchObject({ model: 'scripted-1' });
    texts.push(JSON.stringify((await messagesOf(chat.app, user, conversationId)).slice(2)));
  }
  const body = { conversationId: id, messageId, access: 'signed-in' as const, days: null };
  const made = shareRoutes.create.response.parse(
    await (await chat.app.send(shareRoutes.create, { body }, owner)).json(),
  );
  const shared = await chat.app.send(shareRoutes.read, { params: { token: made.token }, query: {} }, guest);
  const snapshot = shareRoutes.read.response.parse(await shared.json());
  texts.push(JSON.stringify(snapshot.messages.slice(2)));
  for (const format of ['json', 'markdown', 'text'] as const) {
    const file = await chat.app.send(transferRoutes.exportConversation, { params: { id }, query: { format } }, owner);
    texts.push((await file.text()).replaceAll('"endpoint":"Scripted"', ''));
  }
  const query = { model: 'scripted-2', q: 'word' };
  const found = await chat.app.send(searchRoutes.search, { query }, owner);
  expect(found.status).toBe(200);
  texts.push(await found.text());
  for (const text of texts) expect(text).not.toMatch(/scripted-[23]/);
});

it('news name nobody', async () => {
  const tab = await openTab(chat.app.url, owner.accessToken);
  const items = await compared(guest);
  await vi.waitFor(() => expect(tab.news.filter(({ type }) => type === 'generation-ended').length).toBeGreaterThan(2));
  expect(JSON.stringify(tab.news)).not.toMatch(/scripted-[23]/);
  tab.news.splice(0);
  await choose(chat.app, guest, items[0], 'tie');
  const { conversationId } = items[0];
  await vi.waitFor(() => expect(tab.news).toContainEqual({ type: 'messages-changed', conversationId }));
  tab.socket.disconnect();
});

it('is as before for answers that are not compared blindly', async () => {
  const items = await compare(chat.app, owner, comparisonOf(promptFor({ tokens: 1 })));
  const { conversationId: id } = items[0]!;
  await vi.waitFor(async () => expect((await conversationOf(chat.app, owner, id)).runningGenerationId).toBeNull());
  const list = await chat.app.send(conversationRoutes.messages, { params: { id } }, owner);
  for (const name of scriptedModels) expect(await list.clone().text()).toContain(name);
});

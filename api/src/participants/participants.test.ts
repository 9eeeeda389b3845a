import { generationRoutes, messageRoutes, participantRoutes, conversationRoutes } from '@parley/contracts';
import type { ConversationId } from '@parley/contracts';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
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
  steer,
  stop,
  unqueue,
} from '../generations/__fixtures__/chat-client.ts';
import { startScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import type { ScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import { promptFor } from '../generations/__fixtures__/scripted-upstream.ts';
import type { TestUser } from '../test-client.ts';

let chat: ScriptedChat;
let owner: TestUser;
let guest: TestUser;
let other: TestUser;

beforeAll(async () => {
  chat = await startScriptedChat();
  owner = await chat.app.register('Olga');
  guest = await chat.app.register('Gina');
  other = await chat.app.register('Omar');
});

afterAll(() => chat.close());

async function invite(id: ConversationId, whom: TestUser, by = owner): Promise<Response> {
  return await chat.app.send(participantRoutes.invite, { params: { id, userId: whom.user.id } }, by);
}

async function remove(id: ConversationId, whom: TestUser, by = owner): Promise<Response> {
  return await chat.app.send(participantRoutes.remove, { params: { id, userId: whom.user.id } }, by);
}

async function shared() {
  const turn = await start(chat.app, owner, { text: promptFor({ tokens: 2 }) });
  await read(chat.app, owner, turn.generationId);
  for (const one of [guest, other]) expect((await invite(turn.conversationId, one)).status).toBe(200);
  return turn;
}

async function listShared(user: TestUser) {
  const response = await chat.app.send(conversationRoutes.list, { query: { shared: true } }, user);
  return conversationRoutes.list.response.parse(await response.json()).items;
}

it('a guest asks as themselves, and the owner’s choice of a model stays', async () => {
  const { conversationId, responseMessageId } = await shared();
  const before = await conversationOf(chat.app, owner, conversationId);
  const question = { text: promptFor({ tokens: 2 }), conversation: conversationId, parent: responseMessageId };
  const asked = await start(chat.app, guest, question);
  await read(chat.app, guest, asked.generationId);
  const messages = await messagesOf(chat.app, owner, conversationId);
  const gina = { id: guest.user.id, name: 'Gina' };
  expect(messages.map(({ author }) => author)).toEqual([undefined, undefined, gina, gina]);
  const { tools, settings, model } = await conversationOf(chat.app, owner, conversationId);
  expect({ tools, settings, model }).toEqual({ tools: before.tools, settings: before.settings, model: before.model });
  const view = await conversationOf(chat.app, guest, conversationId);
  expect(view).toMatchObject({ sharedBy: { name: 'Olga' }, tools: [] });
  expect(view.participants?.map(({ name }) => name)).toEqual(['Olga', 'Gina', 'Omar']);
  expect((await listShared(guest)).map(({ id }) => id)).toContain(conversationId);
});

it('nobody but the asker steers an answer, and guests stop their own alone', async () => {
  const { conversationId, responseMessageId } = await shared();
  const own = { text: promptFor({ tokens: 3, holdAfter: 2 }), conversation: conversationId, parent: responseMessageId };
  const turn = await start(chat.app, guest, own);
  expect((await steer(chat.app, owner, turn.generationId, { text: 'Spend it all' })).status).toBe(403);
  expect((await stop(chat.app, other, turn.generationId)).status).toBe(403);
  expect(await stateOf(chat.app, owner, turn.generationId)).toMatchObject({
    startedOn: null,
    askedBy: { name: 'Gina' },
  });
  expect((await stop(chat.app, owner, turn.generationId)).status).toBe(202);
});

it('prompts of several people wait in order, each with its author, and a removed one’s are taken out', async () => {
  const { conversationId, responseMessageId } = await shared();
  const running = {
    text: promptFor({ tokens: 3, holdAfter: 2 }),
    conversation: conversationId,
    parent: responseMessageId,
  };
  const turn = await start(chat.app, owner, running);
  const [ofGuest, ofOther] = [newGenerationId(), newGenerationId()];
  expect((await queue(chat.app, guest, turn.generationId, { text: 'One', generationId: ofGuest })).status).toBe(202);
  expect(
    (await queue(chat.app, other, turn.generationId, { text: promptFor({ tokens: 2 }), generationId: ofOther })).status,
  ).toBe(202);
  expect((await unqueue(chat.app, guest, turn.generationId, ofOther)).status).toBe(403);
  const waiting = await stateOf(chat.app, owner, turn.generationId);
  expect(waiting.queue.map(({ author }) => author?.name)).toEqual(['Gina', 'Omar']);
  expect((await remove(conversationId, guest)).status).toBe(204);
  expect((await stateOf(chat.app, owner, turn.generationId)).queue.map(({ author }) => author?.name)).toEqual(['Omar']);
  await stop(chat.app, owner, turn.generationId);
});

it('who is removed while an answer of theirs runs reads on no more, and it is stopped', async () => {
  const { conversationId, responseMessageId } = await shared();
  const long = {
    text: promptFor({ tokens: 3, holdAfter: 2 }),
    conversation: conversationId,
    parent: responseMessageId,
  };
  const turn = await start(chat.app, guest, long);
  const address = chat.app.url + generationRoutes.stream.path.replace(':id', turn.generationId);
  const headers = { Authorization: `Bearer ${guest.accessToken}` };
  const open = await fetch(`${address}?offset=-1&live=sse`, { headers });
  expect(open.status).toBe(200);
  const ended = open.text();
  expect((await remove(conversationId, guest)).status).toBe(204);
  await ended;
  expect((await fetch(`${address}?offset=-1`, { headers })).status).toBe(404);
  await vi.waitFor(
    async () => expect((await messagesOf(chat.app, owner, conversationId)).at(-1)).toMatchObject({ status: 'stopped' }),
    { timeout: 10_000 },
  );
  expect((await ask(chat.app, guest, { ...long, text: 'Still here?' })).status).toBe(404);
  expect((await listShared(guest)).map(({ id }) => id)).not.toContain(conversationId);
});

it('guests change their own prompts alone, and go on in private with a copy', async () => {
  const { conversationId, userMessageId, responseMessageId } = await shared();
  const path = (messageId: typeof userMessageId) => ({ params: { id: conversationId, messageId } });
  const edit = { body: { text: 'Changed' } };
  for (const id of [userMessageId, responseMessageId]) {
    expect((await chat.app.send(messageRoutes.edit, { ...path(id), ...edit }, guest)).status).toBe(403);
  }
  const copyId = newGenerationId() as unknown as ConversationId;
  const fork = { conversationId: copyId, messageId: responseMessageId, scope: 'all' as const };
  const copied = await chat.app.send(messageRoutes.fork, { params: { id: conversationId }, body: fork }, guest);
  expect(copied.status).toBe(201);
  const again = await chat.app.send(messageRoutes.fork, { params: { id: conversationId }, body: fork }, guest);
  expect(again.status).toBe(201);
  const authors = (await messagesOf(chat.app, guest, copyId)).map(({ author }) => author?.name);
  expect(authors).toEqual(['Olga', 'Olga']);
  expect((await chat.app.send(conversationRoutes.get, { params: { id: copyId } }, owner)).status).toBe(404);
});

it('temporary chats and the owner cannot be invited into, guests invite nobody, and deleting it ends it for all', async () => {
  const temporary = await start(chat.app, owner, { text: promptFor({ tokens: 2 }), more: { temporary: true } });
  expect((await invite(temporary.conversationId, guest)).status).toBe(403);
  const { conversationId } = await shared();
  expect((await invite(conversationId, owner)).status).toBe(400);
  expect((await invite(conversationId, other, guest)).status).toBe(403);
  expect((await remove(conversationId, other, guest)).status).toBe(403);
  expect((await remove(conversationId, owner, guest)).status).toBe(403);
  expect((await remove(conversationId, owner, owner)).status).toBe(400);
  expect((await chat.app.send(conversationRoutes.remove, { params: { id: conversationId } }, guest)).status).toBe(403);
  expect((await chat.app.send(conversationRoutes.remove, { params: { id: conversationId } }, owner)).status).toBe(204);
  const gone = await chat.app.send(conversationRoutes.get, { params: { id: conversationId } }, guest);
  expect((await problemOf(gone)).code).toBe('conversation-not-found');
  expect((await listShared(guest)).map(({ id }) => id)).not.toContain(conversationId);
});

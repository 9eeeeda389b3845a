import { randomUUID } from 'node:crypto';
import { conversationRoutes, messageRoutes, participantRoutes, transferRoutes } from '@parley/contracts';
import type { ConversationId, Message, Person } from '@parley/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp } from '../test-app.ts';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import { importValue } from '../transfers/__fixtures__/transfer-client.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ gateway: false });
});
afterAll(() => app.close());

const at = new Date().toISOString();
const source = { kind: 'mcp', id: 'bank', title: 'Bank' };

/** A chat of an owner's in which a server has sent them to an address of theirs, and has had a form filled in. */
function chatWithInputs(author?: Person) {
  const [id, question, answer] = [randomUUID(), randomUUID(), randomUUID()];
  const call = { type: 'tool-call', step: 0, name: 'pay', input: '{}', output: 'Paid', state: 'done' };
  const url = { kind: 'url', source, message: 'Confirm', url: 'https://bank.example/?token=secret' };
  const form = { kind: 'form', source, message: 'Your PIN', schema: '{}' };
  const conversation = { id, title: 'Bank', endpoint: 'E', model: 'm', tools: [], archived: false };
  const message = { ...(author === undefined ? {} : { author }), conversationId: id, status: 'done', createdAt: at };
  return {
    format: 'parley-export',
    formatVersion: 1,
    items: [
      { conversation: { ...conversation, createdAt: at, updatedAt: at } },
      {
        message: {
          ...message,
          id: question,
          parentId: null,
          role: 'user',
          parts: [{ type: 'text', step: 0, text: 'Pay' }],
        },
      },
      {
        message: {
          ...message,
          id: answer,
          parentId: question,
          role: 'assistant',
          parts: [
            { ...call, callId: 'a', request: url, answer: { kind: 'accept' } },
            { ...call, callId: 'b', request: form, answer: { kind: 'accept', content: '{"pin":"secret"}' } },
          ],
        },
      },
    ],
  };
}

async function messagesOf(user: TestUser, id: ConversationId): Promise<Message[]> {
  const response = await app.send(conversationRoutes.messages, { params: { id } }, user);
  return conversationRoutes.messages.response.parse(await response.json()).items;
}

it('what somebody was asked and filled in is not read by others who take part, nor goes along in their copies', async () => {
  const [owner, guest] = [await app.register('Olga'), await app.register('Gina')];
  expect(await importValue(app, owner, chatWithInputs())).toMatchObject({ added: 1, messages: 2 });
  const list = await app.send(conversationRoutes.list, { query: { limit: 10 } }, owner);
  const [chat] = conversationRoutes.list.response.parse(await list.json()).items;
  if (chat === undefined) throw new Error('Not there.');
  const { id } = chat;
  await app.send(participantRoutes.invite, { params: { id, userId: guest.user.id } }, owner);

  expect(JSON.stringify(await messagesOf(owner, id)).match(/secret/g)).toHaveLength(2);
  const read = await messagesOf(guest, id);
  const answer = read.at(-1);
  if (answer === undefined) throw new Error('Not there.');
  expect(answer.parts).toHaveLength(2);
  const rated = await app.send(
    messageRoutes.rate,
    { params: { id, messageId: answer.id }, body: { rating: 'up' } },
    guest,
  );
  expect(rated.status).toBe(200);
  const copyId = randomUUID() as ConversationId;
  const body = { conversationId: copyId, messageId: answer.id, scope: 'all' as const };
  expect((await app.send(messageRoutes.fork, { params: { id }, body }, guest)).status).toBe(201);
  const copied = await messagesOf(guest, copyId);
  expect(copied).toHaveLength(2);
  expect(JSON.stringify([read, await rated.json(), copied])).not.toContain('secret');
});

it('what a guest filled in is not part of the file that the owner takes out', async () => {
  const owner = await app.register('Olga');
  await importValue(app, owner, chatWithInputs({ id: owner.user.id, name: 'Gina' }));
  const headers = { Authorization: `Bearer ${owner.accessToken}` };
  const file = await (await fetch(app.url + transferRoutes.exportAccount.path, { headers })).text();
  expect(file).toContain('Gina');
  expect(file).not.toContain('secret');
});

import { codeRoutes, participantRoutes } from '@parley/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sendFiles, uploadFile } from '../files/__fixtures__/file-client.ts';
import { ask, problemOf, read, start } from '../generations/__fixtures__/chat-client.ts';
import { startScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import type { ScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import { promptFor } from '../generations/__fixtures__/scripted-upstream.ts';

let chat: ScriptedChat;
beforeAll(async () => {
  chat = await startScriptedChat();
});
afterAll(() => chat.close());

it('files stay with who brought them, in a chat that is shared', async () => {
  const { app } = chat;
  const [owner, guest] = [await app.register('Olga'), await app.register('Gina')];
  const { conversationId, generationId, responseMessageId } = await start(app, owner, {
    text: promptFor({ tokens: 1 }),
  });
  await read(app, owner, generationId);
  const params = { id: conversationId, userId: guest.user.id };
  await app.send(participantRoutes.invite, { params }, owner);
  const secret = await uploadFile(app, owner, 'secret.txt', 'secret', conversationId);
  const own = await uploadFile(app, guest, 'own.txt', 'own', conversationId);

  const filesOf = async (user: typeof owner) => {
    const response = await app.send(codeRoutes.files, { query: { conversationId } }, user);
    return codeRoutes.files.response.parse(await response.json()).items.map(({ name }) => name);
  };
  expect([await filesOf(owner), await filesOf(guest)]).toEqual([['secret.txt'], ['own.txt']]);
  expect((await app.send(codeRoutes.readFile, { params: { id: secret.id } }, guest)).status).toBe(404);
  expect((await app.send(codeRoutes.readFile, { params: { id: own.id } }, owner)).status).toBe(404);
  await app.send(codeRoutes.removeFile, { params: { id: secret.id } }, guest);
  const theft = { text: promptFor({ tokens: 1 }), conversation: conversationId, parent: responseMessageId };
  expect((await problemOf(await ask(app, guest, { ...theft, files: [secret.id] }))).code).toBe('file-not-found');

  await app.send(participantRoutes.remove, { params }, owner);
  expect((await sendFiles(app, guest, { 'late.txt': 'x' }, conversationId)).status).toBe(404);
  expect(await filesOf(owner)).toEqual(['secret.txt']);
});

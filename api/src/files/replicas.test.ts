import { codeRoutes } from '@parley/contracts';
import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { openTestStore } from '../database/__fixtures__/open-test-store.ts';
import { startTestApp } from '../test-app.ts';
import { newConversation } from './__fixtures__/new-conversation.ts';
import { uploadFile } from './__fixtures__/file-client.ts';

it('is the same workspace on every server of one database', async () => {
  const mongo = await openTestStore();
  const one = await startTestApp({ mongoUri: mongo.uri });
  const other = await startTestApp({ mongoUri: mongo.uri });
  const user = await one.register();
  const conversationId = await newConversation(one, user);
  const { id } = await uploadFile(one, user, 'a.txt', 'written on one server', conversationId);
  const read = () => other.send(codeRoutes.readFile, { params: { id } }, user);
  expect(await (await read()).text()).toBe('written on one server');
  await uploadFile(other, user, 'a.txt', 'and changed on the other', conversationId);
  const list = await one.send(codeRoutes.files, { query: { conversationId } }, user);
  expect(codeRoutes.files.response.parse(await list.json())).toMatchObject({ items: [{ size: 24 }], used: 24 });
  await one.send(codeRoutes.removeFile, { params: { id } }, user);
  expect((await read()).status).toBe(404);
  expect(await readdir(one.config.dataDir)).not.toContain('files');
  await Promise.all([one.close(), other.close()]);
  await mongo.close();
});

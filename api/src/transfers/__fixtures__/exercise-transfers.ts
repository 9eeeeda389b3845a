import { conversationRoutes, transferRoutes } from '@parley/contracts';
import { expect } from 'vitest';
import type { TestClient, TestUser } from '../../test-client.ts';
import { chatbotUiExport } from './foreign-exports.ts';
import { importValue } from './transfer-client.ts';

/** Uses each route of imports and exports once, and leaves nothing behind. Throws when one does not work. */
export async function exerciseTransfers(
  app: Pick<TestClient, 'send'> & { readonly url: string },
  user: TestUser,
): Promise<string[]> {
  const { id } = await importValue(app, user, chatbotUiExport);
  const cancelled = await app.send(transferRoutes.cancelImport, { params: { id } }, user);
  expect(transferRoutes.cancelImport.response.parse(await cancelled.json())).toMatchObject({ id, state: 'done' });
  const listed = await app.send(transferRoutes.listImports, {}, user);
  expect(transferRoutes.listImports.response.parse(await listed.json()).items).toMatchObject([{ id, added: 2 }]);
  const account = await app.send(transferRoutes.exportAccount, {}, user);
  expect(await account.json()).toMatchObject({ format: 'parley-export' });
  const chats = await app.send(conversationRoutes.list, { query: {} }, user);
  const { items } = conversationRoutes.list.response.parse(await chats.json());
  for (const { id: chat } of items.filter(({ title }) => ['Hello', 'Again'].includes(title))) {
    const params = { id: chat };
    const file = await app.send(transferRoutes.exportConversation, { params, query: { format: 'markdown' } }, user);
    expect([file.status, await file.text()]).toEqual([200, expect.stringContaining('## You')]);
    await app.send(conversationRoutes.remove, { params }, user);
  }
  return Object.values(transferRoutes).map((route) => route.id);
}

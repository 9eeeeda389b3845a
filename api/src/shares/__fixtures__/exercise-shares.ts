import { randomUUID } from 'node:crypto';
import { conversationIdSchema, conversationRoutes, shareRoutes } from '@parley/contracts';
import { newConversation } from '../../files/__fixtures__/new-conversation.ts';
import type { TestApp } from '../../test-app.ts';
import type { TestUser } from '../../test-client.ts';

/** Uses each route of links once. Throws when one does not work; yields their ids. */
export async function exerciseShares(app: TestApp, user: TestUser): Promise<string[]> {
  const conversationId = await newConversation(app, user);
  const listed = await app.send(conversationRoutes.messages, { params: { id: conversationId } }, user);
  const messageId = conversationRoutes.messages.response.parse(await listed.json()).items.at(-1)?.id;
  if (messageId === undefined) throw new Error('The conversation has no messages.');
  const body = { conversationId, messageId, access: 'public', days: 7 } as const;
  const created = await app.send(shareRoutes.create, { body }, user);
  const { id, token } = shareRoutes.create.response.parse(await created.json());
  const copy = { conversationId: conversationIdSchema.parse(randomUUID()) };
  const answers = [
    await app.send(shareRoutes.list, { query: { conversationId } }, user),
    await app.send(shareRoutes.update, { params: { id }, body: { messageId, days: null } }, user),
    await app.send(shareRoutes.read, { params: { token }, query: {} }),
    await app.send(shareRoutes.copy, { params: { token }, body: copy }, user),
    await app.send(shareRoutes.remove, { params: { id } }, user),
  ];
  const failed = answers.find(({ ok }) => !ok);
  if (failed !== undefined) throw new Error(`${failed.url} answered ${failed.status}: ${await failed.text()}`);
  return Object.values(shareRoutes).map((route) => route.id);
}

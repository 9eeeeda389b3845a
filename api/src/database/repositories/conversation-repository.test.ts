import { randomUUID } from 'node:crypto';
import { conversationIdSchema, generationIdSchema, userIdSchema } from '@parley/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestStore } from '../__fixtures__/open-test-store.ts';
import type { TestStore } from '../__fixtures__/open-test-store.ts';
import { connectDatabase } from '../connect.ts';
import type { Database } from '../connect.ts';
import { createConversationRepository } from './conversation-repository.ts';
import type { ConversationRepository } from './conversation-repository.ts';

let store: TestStore;
let database: Database;
let conversations: ConversationRepository;

beforeAll(async () => {
  store = await openTestStore();
  database = await connectDatabase(store.uri);
  conversations = createConversationRepository(database.connection);
  await database.createIndexes();
});
afterAll(async () => {
  await database.close();
  await store.close();
});

it('says whom an answer waits for, where that is not the owner, and nobody once it waits no more', async () => {
  const [userId, guestId] = [userIdSchema.parse(randomUUID()), userIdSchema.parse(randomUUID())];
  const id = conversationIdSchema.parse(randomUUID());
  const generationId = generationIdSchema.parse(randomUUID());
  const next = generationIdSchema.parse(randomUUID());
  await conversations.begin(userId, id, { title: 'Tea' }, { generationId, endpoint: 'E', model: 'm', at: new Date() });
  const askedBy = { id: guestId, name: 'Gina' };
  await conversations.setWaiting(id, generationId, { isWaiting: true, askedBy });
  expect(await conversations.find(userId, id)).toMatchObject({ waitingForInput: true, waitingFor: askedBy });
  await conversations.passTurn(id, generationId, next, { isWaiting: true });
  const own = await conversations.find(userId, id);
  expect(own).toMatchObject({ waitingForInput: true, runningGenerationId: next });
  expect(own).not.toHaveProperty('waitingFor');
  await conversations.setWaiting(id, next, { isWaiting: true, askedBy });
  await conversations.endTurn(id, next, new Date());
  const ended = await conversations.find(userId, id);
  expect(ended).toMatchObject({ waitingForInput: false });
  expect(ended).not.toHaveProperty('waitingFor');
});

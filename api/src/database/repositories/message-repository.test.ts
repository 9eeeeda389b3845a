import { randomUUID } from 'node:crypto';
import { conversationIdSchema, messageIdSchema, userIdSchema } from '@parley/contracts';
import type { Message, MessageId } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore } from '../__fixtures__/open-test-store.ts';
import type { TestStore } from '../__fixtures__/open-test-store.ts';
import { connectDatabase } from '../connect.ts';
import type { Database } from '../connect.ts';
import { createMessageRepository } from './message-repository.ts';
import type { MessageRepository } from './message-repository.ts';
import { createMessageTreeRepository } from './message-tree-repository.ts';
import type { MessageTreeRepository } from './message-tree-repository.ts';

let store: TestStore;
let database: Database;
let messages: MessageRepository;
let trees: MessageTreeRepository;

beforeAll(async () => {
  store = await openTestStore();
  database = await connectDatabase(store.uri);
  messages = createMessageRepository(database.connection);
  trees = createMessageTreeRepository(database.connection);
  await database.createIndexes();
});
afterAll(async () => {
  await database.close();
  await store.close();
});

const newId = (): MessageId => messageIdSchema.parse(randomUUID());
const userId = userIdSchema.parse(randomUUID());

/** A prompt with two answers, the second of which goes on. */
async function storeTree() {
  const conversationId = conversationIdSchema.parse(randomUUID());
  const say = (role: Message['role'], parentId: MessageId | null): Message => ({
    id: newId(),
    conversationId,
    parentId,
    role,
    status: 'done',
    parts: [{ type: 'text', step: 0, text: role }],
    createdAt: '2026-01-01T00:00:00.000Z',
  });
  const prompt = say('user', null);
  const first = say('assistant', prompt.id);
  const second = say('assistant', prompt.id);
  const next = say('user', second.id);
  // Not in their order: clocks differ.
  await trees.addAll(userId, [next, second, first, prompt]);
  return { conversationId, prompt, first, second, next };
}

describe('the path to a message', () => {
  it('is what leads to it, in order, without other versions', async () => {
    const { conversationId, prompt, first, second, next } = await storeTree();
    expect(await messages.path(userId, conversationId, next.id)).toEqual([prompt, second, next]);
    expect(await messages.path(userId, conversationId, first.id)).toEqual([prompt, first]);
    expect(await messages.path(userId, conversationId, prompt.id)).toEqual([prompt]);
  });

  it('is nobody else’s, and none to what is not there', async () => {
    const { conversationId, next } = await storeTree();
    expect(await messages.path(userIdSchema.parse(randomUUID()), conversationId, next.id)).toEqual([]);
    expect(await messages.path(userId, conversationId, newId())).toEqual([]);
  });

  it('is none where something on it is being removed, even when it is not all marked yet', async () => {
    const { conversationId, prompt, first, second, next } = await storeTree();
    await trees.markDeleted({ userId, conversationId }, [second.id], new Date());
    expect(await messages.path(userId, conversationId, next.id)).toEqual([]);
    expect(await messages.path(userId, conversationId, first.id)).toEqual([prompt, first]);
  });

  it('ends where messages lead in a circle', async () => {
    const { conversationId, first } = await storeTree();
    const [one, other] = [newId(), newId()];
    await trees.addAll(userId, [
      { ...first, id: one, parentId: other },
      { ...first, id: other, parentId: one },
    ]);
    expect((await messages.path(userId, conversationId, one)).map(({ id }) => id)).toEqual([other, one]);
  });
});

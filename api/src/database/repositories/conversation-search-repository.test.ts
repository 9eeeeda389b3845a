import { randomUUID } from 'node:crypto';
import { conversationIdSchema, generationIdSchema, messageIdSchema, userIdSchema } from '@parley/contracts';
import type { ConversationId, MessagePart, UserId } from '@parley/contracts';
import { startEmbeddedMongo } from '@parley/embedded-mongo';
import type { EmbeddedMongo } from '@parley/embedded-mongo';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDatabase } from '../connect.ts';
import type { Database } from '../connect.ts';
import { createConversationRepository } from './conversation-repository.ts';
import { createConversationSearchRepository } from './conversation-search-repository.ts';
import type { FoundConversation } from './conversation-search-repository.ts';
import { createMessageRepository } from './message-repository.ts';

let store: EmbeddedMongo;
let database: Database;
let time = Date.UTC(2026, 0, 1);

beforeAll(async () => {
  store = await startEmbeddedMongo({ path: ':memory:' });
  database = await connectDatabase(store.uri);
});

afterAll(async () => {
  await database.close();
  await store.close();
});

const person = (): UserId => userIdSchema.parse(randomUUID());
const conversation = (): ConversationId => conversationIdSchema.parse(randomUUID());

async function talk(userId: UserId, title: string, ...texts: string[]): Promise<ConversationId> {
  const id = conversation();
  time += 60_000;
  const turn = {
    generationId: generationIdSchema.parse(randomUUID()),
    endpoint: 'e',
    model: 'm',
    tools: [],
    at: new Date(time),
  };
  await createConversationRepository(database.connection).begin(userId, id, title, turn);
  for (const text of texts) {
    const parts: MessagePart[] = [
      { type: 'reasoning', step: 0, text: 'hidden thought' },
      { type: 'text', step: 0, text },
    ];
    await createMessageRepository(database.connection).addOnce(userId, {
      id: messageIdSchema.parse(randomUUID()),
      conversationId: id,
      parentId: null,
      role: 'user',
      status: 'done',
      parts,
      createdAt: new Date(time).toISOString(),
    });
  }
  return id;
}

async function search(userId: UserId, words: string[], except = conversation()): Promise<FoundConversation[]> {
  const { signal } = new AbortController();
  return await createConversationSearchRepository(database.connection).search(userId, {
    words,
    limit: 10,
    except,
    signal,
  });
}

it('finds what has all words, in the title or in one message, newest first', async () => {
  const user = person();
  const titled = await talk(user, 'A recipe for bread', 'hello');
  const said = await talk(user, 'Cooking', 'I love this Bread RECIPE', 'thanks');
  await talk(user, 'Bread', 'without', 'recipe');
  const found = await search(user, ['bread', 'recipe']);
  expect(found.map(({ id, texts }) => [id, texts.map((text) => text.trim())])).toEqual([
    [said, ['I love this Bread RECIPE']],
    [titled, []],
  ]);
});

it('finds nothing of anybody else, nor in the conversation that asks, nor in what was not said', async () => {
  const [ada, grace] = [person(), person()];
  const id = await talk(ada, 'Secrets', 'the password is swordfish');
  expect(await search(grace, ['swordfish'])).toEqual([]);
  expect(await search(ada, ['swordfish'], id)).toEqual([]);
  expect(await search(ada, ['hidden'])).toEqual([]);
  expect(await search(ada, ['swordfish'])).toHaveLength(1);
});

it('takes words as they are', async () => {
  const user = person();
  await talk(user, 'x', 'costs 5.00 (net)');
  expect(await search(user, ['5.00'])).toHaveLength(1);
  expect(await search(user, ['5x00'])).toEqual([]);
  expect(await search(user, ['.*'])).toEqual([]);
  expect(await search(user, ['(net)'])).toHaveLength(1);
});

it('ends with its caller', async () => {
  const user = person();
  await talk(user, 'x', 'y');
  const searching = createConversationSearchRepository(database.connection).search(user, {
    words: ['y'],
    limit: 10,
    except: conversation(),
    signal: AbortSignal.abort(new Error('enough')),
  });
  await expect(searching).rejects.toThrow('enough');
});

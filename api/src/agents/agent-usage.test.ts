import { randomUUID } from 'node:crypto';
import { conversationIdSchema, messageIdSchema } from '@parley/contracts';
import type { Message, User } from '@parley/contracts';
import { afterAll, expect, it } from 'vitest';
import { settingsOf } from './__fixtures__/agent-client.ts';
import { openAgentStore } from './__fixtures__/agent-store.ts';

const store = await openAgentStore();
afterAll(() => store.close());

async function answer({ id }: User, change: Partial<Message>): Promise<void> {
  await store.messages.addOnce(id, {
    id: messageIdSchema.parse(randomUUID()),
    conversationId: conversationIdSchema.parse(randomUUID()),
    parentId: null,
    role: 'assistant',
    status: 'done',
    parts: [],
    createdAt: '2026-11-20T12:00:00.000Z',
    ...change,
  });
}

it('counts an agent’s answers, the people who asked, and their tokens', async () => {
  const [ada, bob] = [await store.register('Ada'), await store.register('Bob')];
  const { id, version, name } = await store.versions.begin(settingsOf(), ada.id);
  const agent = { id, version, name };
  await answer(ada, { agent, usage: { input: 10, output: 1, cachedInput: 5 } });
  await answer(ada, { agent: { ...agent, version: 2 }, usage: { input: 20, output: 2, reasoning: 1 } });
  await answer(bob, { agent, status: 'stopped' });
  await answer(bob, { agent, createdAt: '2026-01-01T00:00:00.000Z', usage: { input: 99, output: 99 } });
  await answer(bob, { usage: { input: 99, output: 99 } });
  expect([...(await store.usage.since(new Date('2026-11-01')))]).toEqual([
    [id, { turns: 3, users: 2, usage: { input: 30, output: 3, cachedInput: 5, reasoning: 1 } }],
  ]);
});

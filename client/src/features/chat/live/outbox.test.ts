import { beforeEach, expect, it } from 'vitest';
import { giveIndexedDb } from '../../../testing/fake-indexed-db.ts';
import { sessionOf } from '../../../testing/fake-server.ts';
import { conversationId, generationId } from '../testing/messages.ts';
import { createOutbox, type OutboxEntry } from './outbox.ts';

beforeEach(giveIndexedDb);

const userId = sessionOf('token').user.id;
const entry: OutboxEntry = {
  generationId: generationId(2),
  userId,
  chat: conversationId,
  parentMessageId: null,
  prompt: { text: 'Read it', endpoint: 'agents', model: 'agent-1', tools: ['mcp/files'], agentVersion: 5 },
  createdAt: '2026-11-20T10:00:00.000Z',
  order: 1,
};

it('keeps a prompt with its tools and the version of the agent it moves on to', async () => {
  expect(await createOutbox('outbox-test').put(entry)).toBe(true);
  expect(await createOutbox('outbox-test').list(userId)).toEqual([entry]);
});

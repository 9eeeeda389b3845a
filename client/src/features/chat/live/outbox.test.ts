import { beforeEach, expect, it } from 'vitest';
import { giveIndexedDb } from '../../../testing/fake-indexed-db.ts';
import { sessionOf } from '../../../testing/fake-server.ts';
import { conversationId, generationId, messageId } from '../testing/messages.ts';
import { createOutbox, type OutboxEntry } from './outbox.ts';

beforeEach(giveIndexedDb);

const userId = sessionOf('token').user.id;
const entry: OutboxEntry = {
  generationId: generationId(2),
  userId,
  chat: conversationId,
  parentMessageId: messageId(1),
  again: { guidance: 'shorter', continues: messageId(2) },
  prompt: {
    text: 'Read it',
    endpoint: 'agents',
    model: 'agent-1',
    tools: ['mcp/files'],
    agentVersion: 5,
    quotes: [{ text: 'Old words', messageId: messageId(2) }],
    settings: { instructions: 'Be brief' },
    spec: 'careful',
  },
  createdAt: '2026-11-20T10:00:00.000Z',
  order: 1,
};

it('keeps a prompt with all that goes with it', async () => {
  expect(await createOutbox('outbox-test').put(entry)).toBe(true);
  expect(await createOutbox('outbox-test').list(userId)).toEqual([entry]);
});

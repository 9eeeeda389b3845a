import type { Conversation, ConversationId, UserId } from '@parley/contracts';
import { conversationIdSchema, userIdSchema } from '@parley/contracts';
import { beforeEach, expect, test } from 'vitest';
import { giveIndexedDb } from '../../testing/fake-indexed-db.ts';
import { createKeptChats, type KeptChat } from './kept-chats.ts';

const ada = userIdSchema.parse('00000000-0000-4000-8000-00000000000a');
const bob = userIdSchema.parse('00000000-0000-4000-8000-00000000000b');

beforeEach(giveIndexedDb);

test('the chats that were opened last are kept, the newest first', async () => {
  const kept = createKeptChats();
  for (let number = 0; number < 40; number += 1) await kept.keep(chat(number));
  const numbers = (await kept.list(ada)).map((one) => Number(one.conversation.title));
  expect(numbers).toEqual(Array.from({ length: 30 }, (_none, index) => 39 - index));
});

test('a chat is kept once, as it was last', async () => {
  const kept = createKeptChats();
  await kept.keep(chat(1));
  await kept.keep({ ...chat(1), openedAt: 50 });
  expect(await kept.list(ada)).toMatchObject([{ openedAt: 50 }]);
});

test('nobody reads what was kept for somebody else, and it is gone then', async () => {
  const kept = createKeptChats();
  await kept.keep(chat(1));
  expect(await kept.list(bob)).toEqual([]);
  expect(await kept.list(ada)).toEqual([]);
});

test('what cannot be read any more is left out', async () => {
  const kept = createKeptChats();
  await kept.keep({ ...chat(1), messages: 'from an older build' } as unknown as KeptChat);
  await kept.keep(chat(2));
  expect(await kept.list(ada)).toHaveLength(1);
});

test('clearing leaves neither chats nor answers', async () => {
  const kept = createKeptChats();
  await kept.keep(chat(1));
  await kept.keepAnswer('models', { items: [] });
  expect(await kept.answer('models')).toEqual({ items: [] });
  await kept.clear();
  expect([await kept.list(ada), await kept.answer('models')]).toEqual([[], undefined]);
});

function chat(number: number, userId: UserId = ada): KeptChat {
  const at = new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString();
  return { userId, conversation: conversation(idOf(number), String(number), at), messages: [], openedAt: number };
}

function idOf(number: number): ConversationId {
  return conversationIdSchema.parse(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);
}

function conversation(id: ConversationId, title: string, at: string): Conversation {
  return {
    id,
    title,
    endpoint: 'Parley',
    model: 'chat-fast',
    tools: [],
    archived: false,
    runningGenerationId: null,
    waitingForInput: false,
    unread: false,
    createdAt: at,
    updatedAt: at,
  };
}

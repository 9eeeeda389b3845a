import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';

/** How many chats and messages a person has. */
export interface Amount {
  readonly chats: number;
  readonly messages: number;
}

/** A source of numbers from 0 to 1 that is the same each time (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const letters = 'eeeeaaaiiooutnrshdlcmfwypvbgkjqxz';
const vocabularySize = 20_000;

/** Words as often as words of a language are: a few everywhere, most of them rarely. */
export function createWords(random: () => number): () => string {
  const vocabulary = Array.from({ length: vocabularySize }, () => {
    const length = 2 + Math.floor(random() * 9);
    return Array.from({ length }, () => letters[Math.floor(random() * letters.length)] ?? 'e').join('');
  });
  return () => vocabulary[Math.floor(random() ** 4 * vocabularySize)] ?? '';
}

/** Writes a person's chats as the api stores them: prompts of thirty words, answers of a hundred and fifty. */
export async function writeChats(db: Db, userId: string, { chats, messages }: Amount, word: () => string) {
  const text = (count: number) => Array.from({ length: count }, word).join(' ');
  const collection = <T extends { _id: string }>(name: string) => db.collection<T>(name);
  const begun = Date.UTC(2026, 0, 1);
  const perChat = Math.ceil(messages / chats);
  for (let first = 0; first < chats; first += 100) {
    const conversations = Array.from({ length: Math.min(100, chats - first) }, (_none, index) => {
      const at = new Date(begun + (first + index) * 600_000);
      return {
        _id: randomUUID(),
        userId,
        title: text(4),
        titleBy: 'model',
        endpoint: 'Bench',
        model: 'chat-fast',
        tools: [],
        archived: false,
        runningGenerationId: null,
        unread: false,
        createdAt: at,
        updatedAt: at,
      };
    });
    const written = conversations.flatMap(({ _id, createdAt }) => {
      const ids = Array.from({ length: perChat }, () => randomUUID());
      return ids.map((id, index) => ({
        _id: id,
        userId,
        conversationId: _id,
        parentId: ids[index - 1] ?? null,
        role: index % 2 === 0 ? 'user' : 'assistant',
        status: 'done',
        parts: [{ type: 'text', step: 0, text: text(index % 2 === 0 ? 30 : 150) }],
        createdAt: new Date(createdAt.getTime() + index * 1_000),
        ...(index % 2 === 0 ? {} : { endpoint: 'Bench', model: 'chat-fast' }),
      }));
    });
    await collection('conversations').insertMany(conversations);
    await collection('messages').insertMany(written);
  }
}

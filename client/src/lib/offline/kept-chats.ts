import { conversationSchema, messageSchema, userIdSchema } from '@parley/contracts';
import type { ConversationId, UserId } from '@parley/contracts';
import type { DBSchema } from 'idb';
import * as z from 'zod/mini';
import { createBrowserDatabase } from '../browser-database.ts';

const keptChatSchema = z.object({
  userId: userIdSchema,
  conversation: conversationSchema,
  messages: z.array(messageSchema),
  /** Milliseconds since the epoch: when somebody last had it open here. */
  openedAt: z.number(),
});
/** A chat as this browser saw it last. */
export type KeptChat = z.infer<typeof keptChatSchema>;

/** How many chats a browser keeps: those that were opened last. */
const mostChats = 30;

interface KeptDatabase extends DBSchema {
  chats: { key: string; value: unknown; indexes: { openedAt: number } };
  /** What the server said about itself: its settings, endpoints, models. */
  answers: { key: string; value: unknown };
}

/**
 * Copies of the chats that were opened last, to be read while the server cannot be reached. The server has the truth:
 * losing these loses nothing. All of it throws where the browser keeps nothing.
 */
export interface KeptChats {
  /** Keeps a chat in the place of what was kept of it; the oldest one makes room. */
  keep(chat: KeptChat): Promise<void>;
  /** A person's chats, the newest first. Those of anybody else are wiped. */
  list(userId: UserId): Promise<KeptChat[]>;
  remove(id: ConversationId): Promise<void>;
  /** Keeps what the server said about itself, under a name. */
  keepAnswer(name: string, answer: unknown): Promise<void>;
  /** As it was kept; the caller knows its shape. */
  answer(name: string): Promise<unknown>;
  clear(): Promise<void>;
}

export function createKeptChats(database = 'parley-chats'): KeptChats {
  const open = createBrowserDatabase<KeptDatabase>(database, (made) => {
    made.createObjectStore('chats').createIndex('openedAt', 'openedAt');
    made.createObjectStore('answers');
  });

  return {
    async keep(chat) {
      const store = (await open()).transaction('chats', 'readwrite').store;
      await store.put(chat, chat.conversation.id);
      const oldest = await store.index('openedAt').getAllKeys();
      for (const key of oldest.slice(0, -mostChats)) await store.delete(key);
    },

    async list(userId) {
      const opened = await open();
      const chats: KeptChat[] = [];
      for (const key of await opened.getAllKeys('chats')) {
        const chat = z.safeParse(keptChatSchema, await opened.get('chats', key));
        if (chat.success && chat.data.userId === userId) chats.push(chat.data);
        else await opened.delete('chats', key);
      }
      return chats.toSorted((one, other) => other.conversation.updatedAt.localeCompare(one.conversation.updatedAt));
    },

    async remove(id) {
      await (await open()).delete('chats', id);
    },

    async keepAnswer(name, answer) {
      await (await open()).put('answers', answer, name);
    },

    answer: async (name) => await (await open()).get('answers', name),

    async clear() {
      const opened = await open();
      await opened.clear('chats');
      await opened.clear('answers');
    },
  };
}

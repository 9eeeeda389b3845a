import type { ConversationId, MessagePart, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { escapeRegex } from '../escape-regex.ts';
import { conversationDocumentSchema } from '../schemas/conversation-document.ts';
import type { ConversationDocument } from '../schemas/conversation-document.ts';
import { messageDocumentSchema } from '../schemas/message-document.ts';
import type { MessageDocument } from '../schemas/message-document.ts';

/** Conversations that are looked through, the newest first, and how many of them at a time. */
const mostConversations = 2_000;
const batchSize = 100;

interface ConversationSearch {
  /** Each must be in the title or in one message, in any case. */
  readonly words: readonly string[];
  readonly limit: number;
  /** A conversation that is not meant: the one that asks. */
  readonly except: ConversationId;
  readonly signal: AbortSignal;
}

/** A conversation that was found, with the texts that have the words; none when it is the title that has them. */
export interface FoundConversation {
  readonly id: ConversationId;
  readonly title: string;
  readonly updatedAt: Date;
  readonly texts: readonly string[];
}

export interface ConversationSearchRepository {
  /** Among the 2,000 newest conversations of this person, newest first. */
  search(userId: UserId, search: ConversationSearch): Promise<FoundConversation[]>;
}

/** Searches by regular expressions, conversation by conversation, so that only this person's messages are read. */
export function createConversationSearchRepository(connection: Connection): ConversationSearchRepository {
  const conversations = connection.model<ConversationDocument>('Conversation', conversationDocumentSchema);
  const messages = connection.model<MessageDocument>('Message', messageDocumentSchema);

  async function textsOf(userId: UserId, ids: readonly ConversationId[], patterns: readonly RegExp[]) {
    const found = await messages
      .find(
        {
          conversationId: { $in: ids },
          userId,
          $and: patterns.map((pattern) => ({
            parts: { $elemMatch: { type: { $in: ['text', 'steer'] }, text: pattern } },
          })),
        },
        { conversationId: 1, parts: 1 },
      )
      .limit(batchSize * 5)
      .lean();
    return Map.groupBy(found, ({ conversationId }) => conversationId);
  }

  return {
    async search(userId, { words, limit, except, signal }) {
      const patterns = words.map((word) => new RegExp(escapeRegex(word), 'iu'));
      const all = await conversations
        .find({ userId, _id: { $ne: except } }, { title: 1, updatedAt: 1 })
        .sort({ updatedAt: -1, _id: -1 })
        .limit(mostConversations)
        .lean();
      const found: FoundConversation[] = [];
      for (let start = 0; start < all.length && found.length < limit; start += batchSize) {
        signal.throwIfAborted();
        const batch = all.slice(start, start + batchSize);
        const ids = batch.map(({ _id }) => _id);
        const byConversation = await textsOf(userId, ids, patterns);
        for (const { _id: id, title, updatedAt } of batch) {
          const texts = (byConversation.get(id) ?? []).map(({ parts }) => textOf(parts));
          const isTitled = patterns.every((pattern) => pattern.test(title));
          if (texts.length > 0 || isTitled) found.push({ id, title, updatedAt, texts });
        }
      }
      return found.slice(0, limit);
    },
  };
}

function textOf(parts: readonly MessagePart[]): string {
  return parts.map((part) => (part.type === 'text' || part.type === 'steer' ? part.text : '')).join('\n');
}

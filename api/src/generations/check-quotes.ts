import { problem } from '@parley/contracts';
import type { ConversationId, UserId } from '@parley/contracts';
import type { MessageRepository } from '../database/repositories/message-repository.ts';
import type { Quote } from '../database/schemas/generation-document.ts';

/** Throws `message-not-found` unless everything quoted is a message of the conversation; `undefined`: a new one. */
export async function checkQuotes(
  messages: Pick<MessageRepository, 'find'>,
  userId: UserId,
  conversationId: ConversationId | undefined,
  quotes: readonly Quote[],
): Promise<void> {
  if (quotes.length === 0) return;
  if (conversationId === undefined) throw problem('message-not-found');
  const quoted = [...new Set(quotes.map(({ messageId }) => messageId))];
  const found = await Promise.all(quoted.map((id) => messages.find(userId, conversationId, id)));
  if (found.includes(undefined)) throw problem('message-not-found');
}

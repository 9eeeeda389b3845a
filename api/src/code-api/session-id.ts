import { randomUUID } from 'node:crypto';
import { conversationIdSchema } from '@parley/contracts';
import type { ConversationId } from '@parley/contracts';

/** The id of a new session: a UUID of version 8, which no conversation has. */
export function newSessionId(): ConversationId {
  return conversationIdSchema.parse(randomUUID().replace(/^(.{14})4/, '$18'));
}

/** Whether a workspace of that id is a session, without a conversation. */
export function isSessionId(id: ConversationId): boolean {
  return id[14] === '8';
}

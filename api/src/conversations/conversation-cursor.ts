import { conversationIdSchema } from '@parley/contracts';
import type { ConversationPosition } from '../database/repositories/conversation-repository.ts';
import { createListCursor } from '../http/list-cursor.ts';

/** Where a page of conversations ends. */
export const conversationCursor = createListCursor<ConversationPosition>({
  write: ({ updatedAt, id }) => `${updatedAt.getTime()}.${id}`,
  read(text) {
    const [, time, id] = /^(\d{1,15})\.(.+)$/.exec(text) ?? [];
    const parsed = conversationIdSchema.safeParse(id);
    return parsed.success ? { updatedAt: new Date(Number(time)), id: parsed.data } : undefined;
  },
});

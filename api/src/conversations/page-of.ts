import type { Conversation } from '@parley/contracts';
import type { ConversationPosition } from '../database/repositories/conversation-repository.ts';
import { conversationCursor } from './conversation-cursor.ts';

interface Page {
  items: Conversation[];
  /** `null` on the last page. */
  nextCursor: string | null;
}

/** A page of conversations, newest first. Throws `invalid-request` for a cursor that no page has given out. */
export async function pageOf(
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  list: (page: { readonly after: ConversationPosition | undefined; readonly limit: number }) => Promise<Conversation[]>,
): Promise<Page> {
  const after = cursor === undefined ? undefined : conversationCursor.parse(cursor);
  const found = await list({ after, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = found.length > limit ? items.at(-1) : undefined;
  const nextCursor =
    last === undefined ? null : conversationCursor.format({ updatedAt: new Date(last.updatedAt), id: last.id });
  return { items, nextCursor };
}

import { conversationIdSchema, problem } from '@parley/contracts';
import type { ConversationPosition } from '../database/repositories/conversation-repository.ts';

/** A position as the opaque text a client hands back. */
export function formatCursor({ updatedAt, id }: ConversationPosition): string {
  return Buffer.from(`${updatedAt.getTime()}.${id}`).toString('base64url');
}

/** Throws `invalid-request` for a text that `formatCursor` did not write. */
export function parseCursor(cursor: string): ConversationPosition {
  const [, time, id] = /^(\d{1,15})\.(.+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const parsed = conversationIdSchema.safeParse(id);
  if (time !== undefined && parsed.success) {
    const position = { updatedAt: new Date(Number(time)), id: parsed.data };
    if (formatCursor(position) === cursor) return position;
  }
  const message = 'is not a cursor this list has given out';
  throw problem('invalid-request', { detail: `query.cursor: ${message}`, issues: [{ path: 'query.cursor', message }] });
}

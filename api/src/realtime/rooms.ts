import { conversationIdSchema } from '@parley/contracts';
import type { ConversationId, SessionId, UserId } from '@parley/contracts';

/** All devices of a person. */
export const userRoom = (id: UserId): string => `user:${id}`;
/** All tabs of a device. */
export const sessionRoom = (id: SessionId): string => `session:${id}`;
/** Everybody's tabs that show a conversation. */
export const conversationRoom = (id: ConversationId): string => `conversation:${id}`;

/** Those of one person's tabs that show a conversation. */
export const ownRoom = (id: ConversationId, userId: UserId): string => `own:${id}:${userId}`;

/** The conversations among the rooms of a socket. */
export function conversationsOf(rooms: ReadonlySet<string>): ConversationId[] {
  return [...rooms].flatMap((room) => {
    const [kind, id] = room.split(':');
    const parsed = conversationIdSchema.safeParse(id);
    return kind === 'conversation' && parsed.success ? [parsed.data] : [];
  });
}

import type { ConversationId, UserId } from '@parley/contracts';
import { isStaying } from '../database/repositories/participant-repository.ts';
import type { ParticipantRecord, ParticipantRepository } from '../database/repositories/participant-repository.ts';

/** Who takes part in conversations of others, as of now: whoever leaves or is removed is not there any more. */
export interface ConversationAccess {
  /** Somebody's part in a conversation of somebody else's. */
  find(conversationId: ConversationId, userId: UserId): Promise<ParticipantRecord | undefined>;
  /** Everybody but the owner, in the order in which they were invited. */
  list(conversationId: ConversationId): Promise<ParticipantRecord[]>;
  /** What others share with somebody, the newest invitations first; not more than a thousand. */
  listOf(userId: UserId): Promise<ParticipantRecord[]>;
}

interface ConversationAccessOptions {
  readonly participants: Pick<ParticipantRepository, 'find' | 'list' | 'listOf'>;
  /** Whether anybody may take part in what is somebody else's. */
  readonly isOffered: boolean;
}

export function createConversationAccess({ participants, isOffered }: ConversationAccessOptions): ConversationAccess {
  return {
    async find(conversationId, userId) {
      if (!isOffered) return undefined;
      const found = await participants.find(conversationId, userId);
      return found !== undefined && isStaying(found) ? found : undefined;
    },

    async list(conversationId) {
      if (!isOffered) return [];
      return (await participants.list(conversationId)).filter(isStaying);
    },

    async listOf(userId) {
      if (!isOffered) return [];
      return (await participants.listOf(userId)).filter(isStaying);
    },
  };
}

import type { ConversationId, QueuedPrompt, UserId } from '@parley/contracts';
import type { Logger } from 'pino';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { GenerationRecord } from '../database/repositories/generation-repository.ts';
import type { Announcer } from '../realtime/announcer.ts';

/** What the turns of a conversation tell its owner's devices. Nothing here throws or is waited for. */
export interface GenerationNews {
  started(generation: GenerationRecord): void;
  ended(generation: GenerationRecord, status: 'done' | 'stopped' | 'failed'): void;
  queueChanged(generation: Pick<GenerationRecord, 'id' | 'userId' | 'conversationId'>, queue: QueuedPrompt[]): void;
  /** Fetches the conversation and tells how it is now; nothing when it is gone. */
  conversationChanged(userId: UserId, id: ConversationId): void;
}

interface GenerationNewsOptions {
  readonly announcer: Announcer;
  readonly conversations: Pick<ConversationRepository, 'find'>;
  readonly logger: Logger;
}

export function createGenerationNews({ announcer, conversations, logger }: GenerationNewsOptions): GenerationNews {
  async function tellConversation(userId: UserId, id: ConversationId): Promise<void> {
    const conversation = await conversations.find(userId, id);
    if (conversation !== undefined) announcer.announce(userId, { type: 'conversation-changed', conversation });
  }

  function conversationChanged(userId: UserId, id: ConversationId): void {
    tellConversation(userId, id).catch((error: unknown) => {
      logger.warn({ err: error, conversationId: id }, 'News of a conversation could not be told');
    });
  }

  return {
    started({ id, userId, conversationId, userMessageId, responseMessageId, startedBy, askedBy }) {
      const asker = askedBy === undefined ? {} : { askedBy };
      const turn = { conversationId, generationId: id, userMessageId, responseMessageId, startedBy, ...asker };
      announcer.announce(userId, { type: 'generation-started', ...turn });
      conversationChanged(userId, conversationId);
    },
    ended({ id, userId, conversationId }, status) {
      announcer.announce(userId, { type: 'generation-ended', conversationId, generationId: id, status });
      conversationChanged(userId, conversationId);
    },
    queueChanged({ id, userId, conversationId }, queue) {
      announcer.announce(userId, { type: 'queue-changed', conversationId, generationId: id, queue });
    },
    conversationChanged,
  };
}

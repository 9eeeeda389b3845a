import type { Logger } from 'pino';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { GenerationRepository, RunningGeneration } from '../database/repositories/generation-repository.ts';
import type { AnswerWriter } from './answer-writer.ts';
import { isWaiting } from './calls/call-parts.ts';
import type { GenerationNews } from './generation-news.ts';

/** Tells everybody whether an answer waits for its user. */
export interface WaitingNote {
  /** Looks at the answer when all that was written is in the log, and notes what has changed. Never throws. */
  look(): void;
  /** Resolves when all looks so far are done; never rejects. */
  settled(): Promise<void>;
}

interface WaitingNoteOptions {
  readonly generation: RunningGeneration;
  readonly writer: Pick<AnswerWriter, 'message' | 'written'>;
  readonly conversations: Pick<ConversationRepository, 'setWaiting'>;
  readonly generations: Pick<GenerationRepository, 'setWaiting'>;
  readonly news: Pick<GenerationNews, 'conversationChanged'>;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The record is written last: as long as it differs from the answer, the next look writes both again. */
export function createWaitingNote(options: WaitingNoteOptions): WaitingNote {
  const { generation, writer, conversations, generations, news, logger, now } = options;
  const { id, epoch, userId, conversationId, askedBy } = generation;
  let noted = generation.waitingSince !== undefined;
  let looking = Promise.resolve();

  async function note(): Promise<void> {
    await writer.written();
    const isNow = isWaiting(writer.message().parts);
    if (isNow === noted) return;
    await conversations.setWaiting(conversationId, id, { isWaiting: isNow, askedBy });
    await generations.setWaiting(id, epoch, isNow ? new Date(now()) : undefined);
    noted = isNow;
    news.conversationChanged(userId, conversationId);
  }

  return {
    look() {
      looking = looking.then(note).catch((error: unknown) => {
        logger.warn({ err: error }, 'Whether an answer waits for its user could not be noted');
      });
    },
    settled: () => looking,
  };
}

import type { ConversationId, UserId } from '@parley/contracts';
import type { Logger } from 'pino';
import type { ConversationAccess } from './conversation-access.ts';

/** Milliseconds between two looks at who still takes part, for a removal that this process did not hear of. */
const interval = 10_000;

/** The live answers that people are reading in conversations of others. */
export interface OpenReadings {
  /** Aborts when that person takes part no more. Call `close` when the reading is over. */
  open(conversationId: ConversationId, userId: UserId): { readonly signal: AbortSignal; close(): void };
  /** Ends what somebody reads of a conversation here. */
  end(conversationId: ConversationId, userId: UserId): void;
  /** Looks no more. */
  stop(): void;
}

interface OpenReadingsOptions {
  readonly access: Pick<ConversationAccess, 'find'>;
  readonly log: Logger;
}

interface Reading {
  readonly conversationId: ConversationId;
  readonly userId: UserId;
  readonly controller: AbortController;
}

export function createOpenReadings({ access, log }: OpenReadingsOptions): OpenReadings {
  const readings = new Set<Reading>();

  function end(conversationId: ConversationId, userId: UserId): void {
    for (const reading of readings) {
      if (reading.conversationId !== conversationId || reading.userId !== userId) continue;
      reading.controller.abort(new Error('This person takes part no more.'));
    }
  }

  async function look(): Promise<void> {
    const pairs = new Map([...readings].map((reading) => [`${reading.conversationId}/${reading.userId}`, reading]));
    for (const { conversationId, userId } of pairs.values()) {
      if ((await access.find(conversationId, userId)) === undefined) end(conversationId, userId);
    }
  }

  const timer = setInterval(() => {
    look().catch((error: unknown) => log.warn({ err: error }, 'Who still takes part could not be looked up'));
  }, interval);
  timer.unref();

  return {
    open(conversationId, userId) {
      const reading = { conversationId, userId, controller: new AbortController() };
      readings.add(reading);
      return { signal: reading.controller.signal, close: () => void readings.delete(reading) };
    },
    end,
    stop: () => clearInterval(timer),
  };
}

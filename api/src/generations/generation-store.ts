import { problem } from '@parley/contracts';
import type { GenerationEvent, GenerationId, Message, RunningMessage } from '@parley/contracts';
import type { StreamLog } from '@parley/stream-log';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type {
  GenerationRecord,
  GenerationRepository,
  RunningGeneration,
} from '../database/repositories/generation-repository.ts';
import type { MessageRepository } from '../database/repositories/message-repository.ts';
import { answerProducer, logIdOf } from './generation-log.ts';
import { promptTitle } from './prompt-title.ts';
import { restoreAnswer } from './restore-answer.ts';
import type { RestoredAnswer } from './restore-answer.ts';
import { emptyAnswer, promptMessage } from './stored-answer.ts';

/** Where generations live: three collections and a log. */
export interface GenerationStores {
  readonly conversations: ConversationRepository;
  readonly messages: MessageRepository;
  readonly generations: GenerationRepository;
  readonly log: StreamLog<GenerationEvent>;
}

/** The writes that surround an answer. Each may be repeated after a crash at any line and leads to the same state. */
export interface GenerationStore {
  /**
   * Writes what an accepted turn shows, and opens its log in the generation's epoch. Throws `conversation-not-found`
   * when the conversation was deleted meanwhile; nothing is left of the turn then.
   */
  prepare(generation: RunningGeneration): Promise<void>;
  /** Where a prepared generation stands according to its log. */
  restore(generation: GenerationRecord): Promise<RestoredAnswer>;
  /** Saves the answer of a sealed log, and lets the next turn begin. */
  settle(generation: GenerationRecord, answer: RunningMessage, at: Date): Promise<void>;
  /** The messages from the root of the conversation to the prompt, in order. */
  history(generation: GenerationRecord): Promise<Message[]>;
  /** Removes a generation with its log. */
  remove(id: GenerationId): Promise<void>;
}

/** Orders the writes so that the record, which alone can complete the others, comes first and is closed last. */
export function createGenerationStore({
  conversations,
  messages,
  generations,
  log,
}: GenerationStores): GenerationStore {
  async function beginTurn(generation: RunningGeneration): Promise<boolean> {
    const { id, userId, conversationId, endpoint, model, createdAt } = generation;
    const turn = { generationId: id, endpoint, model, at: createdAt };
    if (generation.startsConversation) {
      await conversations.begin(userId, conversationId, promptTitle(generation.prompt), turn);
    }
    return await conversations.beginTurn(userId, conversationId, turn);
  }

  /** The record goes last: without it the log could not be found again. */
  async function remove(id: GenerationId): Promise<void> {
    await log.remove(logIdOf(id));
    await generations.remove(id);
  }

  return {
    async prepare(generation) {
      const { id, userId, epoch } = generation;
      if (!(await beginTurn(generation))) {
        await remove(id);
        throw problem('conversation-not-found');
      }
      await messages.addOnce(userId, promptMessage(generation));
      await messages.addOnce(userId, emptyAnswer(generation));
      await log.open(logIdOf(id), answerProducer(id, epoch));
    },

    async restore(generation) {
      const { id, userId, conversationId, responseMessageId } = generation;
      const empty = emptyAnswer(generation);
      const stored = await messages.find(userId, conversationId, responseMessageId);
      const saved = stored?.progress === undefined ? empty : { ...stored, progress: stored.progress };
      return await restoreAnswer({ log, logId: logIdOf(id), empty, saved });
    },

    async settle({ id, conversationId }, { progress: _progress, ...answer }, at) {
      if (answer.status === 'running') throw new Error(`The log of generation ${id} is sealed without an end.`);
      await messages.finish(answer);
      await conversations.endTurn(conversationId, id, at);
      await generations.finish(id, answer.status);
    },

    async history({ userId, conversationId, userMessageId }) {
      const all = new Map((await messages.list(userId, conversationId)).map((message) => [message.id, message]));
      const path: Message[] = [];
      for (let message = all.get(userMessageId); message !== undefined;) {
        path.push(message);
        all.delete(message.id);
        message = message.parentId === null ? undefined : all.get(message.parentId);
      }
      return path.toReversed();
    },

    remove,
  };
}

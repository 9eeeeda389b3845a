import { problem } from '@parley/contracts';
import type {
  Comparison,
  ComparisonChoice,
  ConversationId,
  Message,
  MessageId,
  ModelResult,
  Person,
  UserId,
} from '@parley/contracts';
import type { ComparisonVoteRepository } from '../database/repositories/comparison-vote-repository.ts';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { GenerationRepository } from '../database/repositories/generation-repository.ts';
import type { MessageRepository } from '../database/repositories/message-repository.ts';
import type { Announcer } from '../realtime/announcer.ts';
import { modelResults } from './model-results.ts';

/** A prompt of somebody's whose answers are compared. */
interface ComparedPrompt {
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
}

/** Which of several answers was better, and how models do over time. */
export interface ComparisonService {
  /**
   * Notes which answer is kept; the conversation goes on with who wrote it, unless a `guest` of its owner chooses. Repeating it changes nothing. Throws
   * `conversation-not-found`, `message-not-found` (also for an answer that is none of these), `generation-running` (a
   * blind vote before all have ended), and `comparison-continued` for another choice than the one that was continued.
   */
  choose(prompt: ComparedPrompt, choice: ComparisonChoice, guest?: Person): Promise<Message>;
  /** How models have done in somebody's comparisons, the best first. */
  ownResults(userId: UserId): Promise<ModelResult[]>;
  /** The same of everybody's blind votes, as they were given before the names were known. */
  allResults(): Promise<ModelResult[]>;
}

interface ComparisonServiceOptions {
  readonly conversations: Pick<ConversationRepository, 'find' | 'setAnswerer'>;
  readonly messages: Pick<MessageRepository, 'find' | 'isContinued' | 'choose'>;
  readonly generations: Pick<GenerationRepository, 'find' | 'keep'>;
  readonly comparisonVotes: Pick<ComparisonVoteRepository, 'put' | 'each' | 'eachBlind'>;
  /** Hears of every choice. */
  readonly announcer: Pick<Announcer, 'announce'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createComparisonService(options: ComparisonServiceOptions): ComparisonService {
  const { conversations, messages, generations, comparisonVotes, announcer, now } = options;

  async function findComparison({ userId, conversationId, messageId }: ComparedPrompt): Promise<Comparison> {
    const message = await messages.find(userId, conversationId, messageId);
    if (message?.comparison !== undefined) return message.comparison;
    if ((await conversations.find(userId, conversationId)) === undefined) throw problem('conversation-not-found');
    throw problem('message-not-found', { detail: 'No answers to it are compared.' });
  }

  /** Those that are there still. */
  async function findAnswers(
    { userId, conversationId }: ComparedPrompt,
    ids: readonly MessageId[],
  ): Promise<Message[]> {
    const found = await Promise.all(ids.map((id) => messages.find(userId, conversationId, id)));
    return found.filter((answer) => answer !== undefined);
  }

  async function vote(
    userId: UserId,
    messageId: MessageId,
    blind: boolean,
    answers: readonly Message[],
    choice: ComparisonChoice,
  ): Promise<void> {
    const models = answers.map(({ endpoint = '', model = '' }) => ({ endpoint, model }));
    const winner = answers.findIndex(({ id }) => id === choice);
    const draw = choice === 'tie' ? 'tie' : 'none';
    const outcome = winner === -1 ? draw : winner;
    await comparisonVotes.put(userId, { messageId, blind, models, choice: outcome, at: new Date(now()) });
  }

  /** What follows continues that answer, and who wrote it is offered first. */
  async function keep(
    { userId, conversationId }: ComparedPrompt,
    { id, generationId }: Message,
    isOwner: boolean,
  ): Promise<void> {
    const generation = generationId === undefined ? undefined : await generations.find(generationId);
    if (generation === undefined) return;
    await generations.keep(generation.lane?.of ?? generation.id, id);
    if (!isOwner) return;
    const conversation = await conversations.setAnswerer(userId, conversationId, generation);
    if (conversation !== undefined) announcer.announce(userId, { type: 'conversation-changed', conversation });
  }

  return {
    async choose(prompt, choice, guest) {
      const { userId, conversationId, messageId } = prompt;
      const comparison = await findComparison(prompt);
      const answers = await findAnswers(prompt, comparison.answers);
      const kept = answers.find(({ id }) => id === choice);
      if (kept === undefined && choice !== 'tie' && choice !== 'none') throw problem('message-not-found');
      if (comparison.blind && answers.some(({ status }) => status === 'running')) throw problem('generation-running');
      const isOther = comparison.choice !== choice;
      if (isOther && (await messages.isContinued(userId, conversationId, comparison.answers))) {
        throw problem('comparison-continued');
      }
      // A blind vote stays as it was given: whoever keeps another answer later has seen the names.
      const counts = !comparison.blind || comparison.choice === undefined;
      if (counts) await vote(guest?.id ?? userId, messageId, comparison.blind, answers, choice);
      if (kept !== undefined) await keep(prompt, kept, guest === undefined);
      const chosen = await messages.choose(userId, conversationId, messageId, choice);
      if (chosen === undefined) throw problem('message-not-found');
      announcer.announce(userId, { type: 'messages-changed', conversationId });
      return chosen;
    },

    ownResults: (userId) => modelResults(comparisonVotes.each(userId)),
    allResults: () => modelResults(comparisonVotes.eachBlind()),
  };
}

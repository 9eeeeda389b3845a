import { agentsEndpoint, generationIdSchema, problem } from '@parley/contracts';
import type { AgentRef, GenerationEvent, GenerationId, Message, ProblemCode, RunningMessage } from '@parley/contracts';
import type { StreamLog } from '@parley/stream-log';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type {
  GenerationRecord,
  GenerationRepository,
  RunningGeneration,
} from '../database/repositories/generation-repository.ts';
import type { MessageRepository } from '../database/repositories/message-repository.ts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import { hideOthersInputs } from '../hide-inputs.ts';
import type { ConversationAccess } from '../participants/conversation-access.ts';
import { askerOf } from './asker-of.ts';
import { handedTo } from './calls/call-parts.ts';
import type { Steer } from './command-inbox.ts';
import { answerProducer, logIdOf } from './generation-log.ts';
import type { GenerationNews } from './generation-news.ts';
import { promptTitle } from './prompt-title.ts';
import { restoreAnswer } from './restore-answer.ts';
import type { RestoredAnswer } from './restore-answer.ts';
import { shownAnswerer } from './shown-answerer.ts';
import { shownQueue } from './shown-queue.ts';
import { continuedParts } from './continued-answer.ts';
import { emptyAnswer, firstStepOf, promptMessage } from './stored-answer.ts';

/** Where generations live: three collections and a log. */
export interface GenerationStores {
  readonly conversations: ConversationRepository;
  readonly messages: MessageRepository;
  readonly generations: GenerationRepository;
  readonly log: StreamLog<GenerationEvent>;
}

interface GenerationStoreOptions extends GenerationStores {
  readonly files: Pick<WorkspaceFiles, 'claim'>;
  readonly access: Pick<ConversationAccess, 'find'>;
  readonly news: GenerationNews;
}

/** The writes that surround an answer. Each may be repeated after a crash at any line and leads to the same state. */
export interface GenerationStore {
  /**
   * Writes what an accepted turn shows, and opens its log in the generation's epoch. Throws `conversation-not-found` or
   * `message-not-found` when what it answers was deleted meanwhile; nothing is left of the turn then.
   */
  prepare(generation: RunningGeneration): Promise<void>;
  /** Where a prepared generation stands according to its log. */
  restore(generation: GenerationRecord): Promise<RestoredAnswer>;
  /**
   * Saves the answer of a sealed log, lets the next turn begin, and tells of it. What was said too late for the answer
   * waits behind it from now on, before all else.
   */
  settle(generation: GenerationRecord, answer: RunningMessage, at: Date, late: readonly Steer[]): Promise<void>;
  /** The messages from the root of the conversation to the prompt, in order. */
  history(generation: RunningGeneration): Promise<Message[]>;
  /** Removes a generation with its log. */
  remove(id: GenerationId): Promise<void>;
}

/** Orders the writes so that the record, which alone can complete the others, comes first and is closed last. */
export function createGenerationStore({
  conversations,
  messages,
  generations,
  log,
  files,
  access,
  news,
}: GenerationStoreOptions): GenerationStore {
  async function beginTurn(generation: RunningGeneration): Promise<boolean> {
    const { id, userId, conversationId, createdAt } = generation;
    const keepsAnswerer = generation.askedBy !== undefined || generation.comparison?.blind === true;
    const turn = { ...shownAnswerer(generation), generationId: id, at: createdAt, keepsAnswerer };
    if (generation.startsConversation) {
      const { projectId, expiresAt } = generation;
      await conversations.begin(
        userId,
        conversationId,
        { title: promptTitle(generation.prompt), projectId, expiresAt },
        turn,
      );
    }
    return await conversations.beginTurn(userId, conversationId, turn);
  }

  /** The record goes last: without it the log could not be found again. */
  async function remove(id: GenerationId): Promise<void> {
    await log.remove(logIdOf(id));
    await generations.remove(id);
  }

  /** The log is opened last: where it is, an earlier producer has written what comes before it. */
  async function isPrepared({ id, epoch }: RunningGeneration): Promise<boolean> {
    return epoch > 0 && (await log.state(logIdOf(id))) !== 'missing';
  }

  /** What was deleted since it was asked for is not answered: nothing is left of the turn. */
  async function giveUp({ id, conversationId, createdAt }: RunningGeneration, code: ProblemCode): Promise<never> {
    await conversations.endTurn(conversationId, id, createdAt);
    await remove(id);
    throw problem(code);
  }

  /** The turn of a lane is that of the generation which holds the conversation. */
  async function isInConversation(generation: RunningGeneration): Promise<boolean> {
    const { userId, conversationId, lane } = generation;
    if (lane === undefined) return await beginTurn(generation);
    return (await conversations.find(userId, conversationId)) !== undefined;
  }

  async function mayStillAsk({ conversationId, askedBy }: RunningGeneration): Promise<boolean> {
    return askedBy === undefined || (await access.find(conversationId, askedBy.id)) !== undefined;
  }

  async function writeTurn(generation: RunningGeneration): Promise<void> {
    // Looked up after the generation was stored: whoever removes the guest meanwhile sees one of the two.
    if (!(await mayStillAsk(generation))) await giveUp(generation, 'conversation-not-found');
    if (!(await isInConversation(generation))) await giveUp(generation, 'conversation-not-found');
    if (generation.again === undefined) await writeQuestion(generation);
    else await writeOtherAnswer(generation);
  }

  async function writeOtherAnswer(generation: RunningGeneration): Promise<void> {
    const { userId, conversationId, userMessageId, again } = generation;
    const ids = [userMessageId, ...(again?.continues === undefined ? [] : [again.continues.messageId])];
    const [question, continued] = await Promise.all(ids.map((its) => messages.find(userId, conversationId, its)));
    const isThere = question !== undefined && (continued !== undefined || ids.length === 1);
    if (!isThere) await giveUp(generation, 'message-not-found');
    const before = continued && hideOthersInputs(continued, userId, generation.askedBy?.id ?? userId);
    await messages.addOnce(userId, emptyAnswer(generation, continuedParts(before?.parts ?? [])));
  }

  async function writeQuestion(generation: RunningGeneration): Promise<void> {
    const { userId, conversationId, parentMessageId } = generation;
    // Looked up after the generation was stored: whoever deletes the message meanwhile sees one of the two.
    if (parentMessageId !== null && (await messages.find(userId, conversationId, parentMessageId)) === undefined) {
      await giveUp(generation, 'message-not-found');
    }
    const brought = (generation.files ?? []).map(({ id }) => id);
    await files.claim(askerOf(generation), generation.conversationId, brought);
    const both = [promptMessage(generation), emptyAnswer(generation)];
    await Promise.all(both.map((message) => messages.addOnce(generation.userId, message)));
  }

  /** The answer as an earlier producer saved it last, or as it began where it goes on from another. */
  async function findSaved(generation: GenerationRecord): Promise<RunningMessage | undefined> {
    if (generation.epoch === 0 && firstStepOf(generation) === 0) return undefined;
    const { userId, conversationId, responseMessageId } = generation;
    const stored = await messages.find(userId, conversationId, responseMessageId);
    return stored?.progress === undefined ? undefined : { ...stored, progress: stored.progress };
  }

  /** While others run beside it, the conversation goes by one of them. */
  async function endTurn(generation: GenerationRecord, at: Date, passedTo: AgentRef | undefined): Promise<void> {
    const { id, conversationId, lane, lanes } = generation;
    if (lane !== undefined || lanes !== undefined) {
      const others = (await generations.listUnended(conversationId)).filter((its) => its.id !== id);
      const newest = others.at(-1);
      if (newest !== undefined) {
        const waits = { isWaiting: newest.waitingSince !== undefined, askedBy: newest.askedBy };
        await conversations.passTurn(conversationId, id, newest.id, waits);
        return;
      }
    }
    // Of several answers, the one that is kept says who goes on.
    const isAlone = lane === undefined && lanes === undefined;
    const goesOn = generation.askedBy === undefined && isAlone ? passedTo : undefined;
    await conversations.endTurn(conversationId, id, at, goesOn);
  }

  async function queueLate(
    generation: GenerationRecord,
    { commandId, text, at }: Steer,
    passedTo: AgentRef | undefined,
  ): Promise<void> {
    const { id, endpoint, model, tools, startedBy, askedBy, agent, settings, spec } = generation;
    const generationId = generationIdSchema.parse(commandId);
    const chosen =
      passedTo === undefined
        ? {
            endpoint,
            model,
            ...(agent === undefined ? {} : { agent }),
            ...(settings === undefined ? {} : { settings }),
            ...(spec === undefined ? {} : { spec }),
          }
        : { endpoint: agentsEndpoint, model: passedTo.id, agent: passedTo };
    const prompt = {
      generationId,
      text,
      ...chosen,
      ...(tools.length === 0 ? {} : { tools }),
      createdAt: new Date(at),
      queuedBy: startedBy,
      ...(askedBy === undefined ? {} : { askedBy }),
    };
    const changed = await generations.enqueueFirst(id, prompt);
    if (changed !== undefined) news.queueChanged(changed, shownQueue(changed));
  }

  return {
    async prepare(generation) {
      if (!(await isPrepared(generation))) await writeTurn(generation);
      await log.open(logIdOf(generation.id), answerProducer(generation.id, generation.epoch));
    },

    async restore(generation) {
      const saved = await findSaved(generation);
      // Until its log holds them, the parts it begins with are in the stored answer alone.
      const empty = emptyAnswer(generation, saved?.progress.events === 0 ? saved.parts : []);
      const logId = logIdOf(generation.id);
      return await restoreAnswer({ log, logId, empty, saved: saved ?? empty, firstStep: firstStepOf(generation) });
    },

    async settle(generation, { progress: _progress, ...answer }, at, late) {
      const { id } = generation;
      if (answer.status === 'running') throw new Error(`The log of generation ${id} is sealed without an end.`);
      const passedTo = handedTo(answer.parts, firstStepOf(generation));
      for (const steer of late.toReversed()) await queueLate(generation, steer, passedTo);
      await messages.finish(answer);
      await endTurn(generation, at, passedTo);
      if (await generations.finish(id, answer.status)) news.ended(generation, answer.status);
    },

    async history(generation) {
      const isFirst = generation.parentMessageId === null && generation.again === undefined;
      if (isFirst) return [promptMessage(generation)];
      const { userId, conversationId, userMessageId } = generation;
      return await messages.path(userId, conversationId, userMessageId);
    },

    remove,
  };
}

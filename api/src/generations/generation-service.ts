import { randomUUID } from 'node:crypto';
import { conversationIdSchema, problem } from '@parley/contracts';
import type {
  Conversation,
  ConversationId,
  GenerationEvent,
  GenerationId,
  GenerationState,
  StartGenerationBody,
  UserId,
} from '@parley/contracts';
import { nowOffset, StreamLogError } from '@parley/stream-log';
import type { StreamLog } from '@parley/stream-log';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { GenerationRecord, GenerationRepository } from '../database/repositories/generation-repository.ts';
import type { MessageRepository } from '../database/repositories/message-repository.ts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import type { AskingDevice } from '../database/schemas/generation-document.ts';
import { logIdOf } from './generation-log.ts';
import type { GenerationRuns } from './generation-runs.ts';
import { createKeyedQueue } from './keyed-queue.ts';
import { newGeneration } from './new-generation.ts';
import { hashRequest } from './request-hash.ts';
import { shownQueue } from './shown-queue.ts';
import type { TurnSetups } from './turn-setup.ts';

/** How often a start that lost a race is tried again. */
const maxAttempts = 5;
/** Milliseconds to find out whether the model exists; a caller who leaves meanwhile has asked all the same. */
const resolveDeadline = 15_000;

export interface GenerationService {
  /**
   * Accepts a turn: when it resolves the prompt is saved, the log is open and the answer will be written, whatever
   * happens to this process. Repeating a request yields the same generation, from any server. Throws
   * `generation-id-taken`, `conversation-not-found`, `message-not-found`, what `TurnSetups.pin` and
   * `WorkspaceFiles.check` throw, and `generation-running`; nothing is written then.
   */
  start(
    userId: UserId,
    conversation: ConversationId | 'new',
    body: StartGenerationBody,
    startedBy: AskingDevice | null,
  ): Promise<GenerationRecord>;
  /** A generation as it was stored last. Throws `generation-not-found`, also for somebody else's. */
  find(userId: UserId, id: GenerationId): Promise<GenerationRecord>;
  /**
   * The generation a reader or a commander wants, in the hands of somebody who writes it. Throws
   * `generation-not-found`.
   */
  findForReading(userId: UserId, id: GenerationId): Promise<GenerationRecord>;
  /** How a generation stands; none of its log is read. Throws `generation-not-found`. */
  state(userId: UserId, id: GenerationId): Promise<GenerationState>;
}

interface GenerationServiceOptions {
  readonly conversations: ConversationRepository;
  readonly messages: MessageRepository;
  readonly generations: GenerationRepository;
  readonly log: StreamLog<GenerationEvent>;
  readonly setups: Pick<TurnSetups, 'pin'>;
  readonly files: Pick<WorkspaceFiles, 'check'>;
  readonly runs: GenerationRuns;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createGenerationService(options: GenerationServiceOptions): GenerationService {
  const { conversations, messages, generations, log, setups, files, runs, now } = options;
  const starting = createKeyedQueue<GenerationId>();

  async function checkPlace(
    userId: UserId,
    conversation: ConversationId | 'new',
    { parentMessageId }: StartGenerationBody,
  ): Promise<Conversation | undefined> {
    if (conversation === 'new') {
      if (parentMessageId !== null) throw problem('message-not-found');
      return undefined;
    }
    const known = await conversations.find(userId, conversation);
    if (known === undefined) throw problem('conversation-not-found');
    if (parentMessageId === null) return known;
    if ((await messages.find(userId, conversation, parentMessageId)) === undefined) throw problem('message-not-found');
    return known;
  }

  /** The generation, or `undefined` when a parallel request was faster. */
  async function begin(
    userId: UserId,
    conversation: ConversationId | 'new',
    body: StartGenerationBody,
    startedBy: AskingDevice | null,
  ): Promise<GenerationRecord | undefined> {
    const known = await checkPlace(userId, conversation, body);
    const choice = { ...body, tools: body.tools ?? [] };
    const agent = await setups.pin(userId, choice, known?.agent, AbortSignal.timeout(resolveDeadline));
    const generation = newGeneration(body, {
      userId,
      conversationId: conversation === 'new' ? conversationIdSchema.parse(randomUUID()) : conversation,
      startsConversation: conversation === 'new',
      startedBy,
      createdAt: new Date(now()),
      agent,
      files: await files.check(userId, known?.id, body.files ?? []),
    });
    const outcome = await runs.begin(generation);
    if (outcome === 'begun') return generation;
    if (outcome === 'id-taken' || (await runs.settleSealed(generation.conversationId))) return undefined;
    throw problem('generation-running');
  }

  async function find(userId: UserId, id: GenerationId): Promise<GenerationRecord> {
    const generation = await generations.find(id);
    if (generation?.userId !== userId) throw problem('generation-not-found');
    return generation;
  }

  async function findForReading(userId: UserId, id: GenerationId): Promise<GenerationRecord> {
    const generation = await find(userId, id);
    if (generation.status === 'running') await runs.resume(generation);
    return generation;
  }

  async function endOfLog(id: GenerationId): Promise<string | null> {
    try {
      return (await log.read(logIdOf(id), nowOffset, 1)).next;
    } catch (error) {
      if (error instanceof StreamLogError && (error.code === 'missing' || error.code === 'gone')) return null;
      throw error;
    }
  }

  return {
    async start(userId, conversation, body, startedBy) {
      return await starting.run(body.generationId, async () => {
        for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
          const known = await generations.find(body.generationId);
          if (known !== undefined) {
            if (!isRepetition(known, userId, conversation, body)) throw problem('generation-id-taken');
            if (known.status === 'running') await runs.resume(known);
            return known;
          }
          const begun = await begin(userId, conversation, body, startedBy);
          if (begun !== undefined) return begun;
        }
        throw problem('generation-running');
      });
    },

    find,
    findForReading,

    async state(userId, id) {
      const generation = await find(userId, id);
      const { conversationId, responseMessageId, status, startedBy, waitingSince } = generation;
      const offset = await endOfLog(id);
      const startedOn = startedBy?.name ?? null;
      return {
        id,
        conversationId,
        responseMessageId,
        status,
        waitingForInput: status === 'running' && waitingSince !== undefined,
        offset,
        startedOn,
        queue: shownQueue(generation),
      };
    },
  };
}

function isRepetition(
  known: GenerationRecord,
  userId: UserId,
  conversation: ConversationId | 'new',
  body: StartGenerationBody,
): boolean {
  const isSamePlace = conversation === known.conversationId || (conversation === 'new' && known.startsConversation);
  return known.userId === userId && isSamePlace && known.requestHash === hashRequest(body);
}

import { createHash, randomUUID } from 'node:crypto';
import { conversationIdSchema, messageIdSchema, problem } from '@parley/contracts';
import type { ConversationId, GenerationEvent, GenerationId, StartGenerationBody, UserId } from '@parley/contracts';
import { StreamLogError } from '@parley/stream-log';
import type { StreamLog } from '@parley/stream-log';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { GenerationRecord, GenerationRepository } from '../database/repositories/generation-repository.ts';
import type { MessageRepository } from '../database/repositories/message-repository.ts';
import type { ModelService } from '../models/model-service.ts';
import { commandProducer, logIdOf } from './generation-log.ts';
import type { GenerationRuns } from './generation-runs.ts';
import { createKeyedQueue } from './keyed-queue.ts';

/** How often a start that lost a race is tried again. */
const maxAttempts = 5;
/** Milliseconds to find out whether the model exists; a caller who leaves meanwhile has asked all the same. */
const resolveDeadline = 15_000;

export interface GenerationService {
  /**
   * Accepts a turn: when it resolves the prompt is saved, the log is open and the answer will be written, whatever
   * happens to this process. Repeating a request yields the same generation. Throws `generation-id-taken`,
   * `conversation-not-found`, `message-not-found`, `endpoint-not-found`, `model-not-found`, `generation-running`;
   * nothing is written then.
   */
  start(userId: UserId, conversation: ConversationId | 'new', body: StartGenerationBody): Promise<GenerationRecord>;
  /** Ends a running answer with what there is; harmless when it has ended. Throws `generation-not-found`. */
  stop(userId: UserId, id: GenerationId): Promise<void>;
  /** The generation a reader wants to follow, certain to have a log unless it expired. Throws `generation-not-found`. */
  findForReading(userId: UserId, id: GenerationId): Promise<GenerationRecord>;
}

interface GenerationServiceOptions {
  readonly conversations: ConversationRepository;
  readonly messages: MessageRepository;
  readonly generations: GenerationRepository;
  readonly log: StreamLog<GenerationEvent>;
  readonly models: ModelService;
  readonly runs: GenerationRuns;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createGenerationService(options: GenerationServiceOptions): GenerationService {
  const { conversations, messages, generations, log, models, runs, now } = options;
  const starting = createKeyedQueue<GenerationId>();

  async function checkPlace(
    userId: UserId,
    conversation: ConversationId | 'new',
    { parentMessageId }: StartGenerationBody,
  ): Promise<void> {
    if (conversation === 'new') {
      if (parentMessageId !== null) throw problem('message-not-found');
      return;
    }
    if ((await conversations.find(userId, conversation)) === undefined) throw problem('conversation-not-found');
    if (parentMessageId === null) return;
    if ((await messages.find(userId, conversation, parentMessageId)) === undefined) throw problem('message-not-found');
  }

  /** The generation, or `undefined` when a parallel request was faster. */
  async function begin(
    userId: UserId,
    conversation: ConversationId | 'new',
    body: StartGenerationBody,
  ): Promise<GenerationRecord | undefined> {
    await checkPlace(userId, conversation, body);
    const model = await models.resolve(body.endpoint, body.model, AbortSignal.timeout(resolveDeadline));
    const generation = {
      id: body.generationId,
      userId,
      conversationId: conversation === 'new' ? conversationIdSchema.parse(randomUUID()) : conversation,
      startsConversation: conversation === 'new',
      parentMessageId: body.parentMessageId,
      userMessageId: messageIdSchema.parse(randomUUID()),
      responseMessageId: messageIdSchema.parse(randomUUID()),
      endpoint: body.endpoint,
      model: body.model,
      requestHash: hashRequest(body),
      prompt: body.text,
      createdAt: new Date(now()),
      status: 'running',
      epoch: 0,
      interruptions: 0,
    } as const;
    const outcome = await runs.begin(generation, model);
    if (outcome === 'begun') return generation;
    if (outcome === 'id-taken' || (await runs.settleSealed(generation.conversationId))) return undefined;
    throw problem('generation-running');
  }

  async function findOwn(userId: UserId, id: GenerationId): Promise<GenerationRecord> {
    const generation = await generations.find(id);
    if (generation?.userId !== userId) throw problem('generation-not-found');
    return generation;
  }

  async function findForReading(userId: UserId, id: GenerationId): Promise<GenerationRecord> {
    const generation = await findOwn(userId, id);
    if (generation.status === 'running') await runs.resume(generation);
    return generation;
  }

  return {
    async start(userId, conversation, body) {
      return await starting.run(body.generationId, async () => {
        for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
          const known = await generations.find(body.generationId);
          if (known !== undefined) {
            if (!isRepetition(known, userId, conversation, body)) throw problem('generation-id-taken');
            if (known.status === 'running') await runs.resume(known);
            return known;
          }
          const begun = await begin(userId, conversation, body);
          if (begun !== undefined) return begun;
        }
        throw problem('generation-running');
      });
    },

    async stop(userId, id) {
      const generation = await findForReading(userId, id);
      if (generation.status !== 'running') return;
      await runs.stop(generation, async () => {
        const at = new Date(now()).toISOString();
        const command = { type: 'stop-requested', commandId: `stop:${id}`, at } as const;
        try {
          // Always the first of this hand's commands, so that a repeated one is recognised by the log.
          await log.append(logIdOf(id), commandProducer(userId), 0, [command]);
        } catch (error) {
          const isOver = error instanceof StreamLogError && (error.code === 'closed' || error.code === 'missing');
          if (!isOver) throw error;
        }
      });
    },

    findForReading,
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

function hashRequest({ parentMessageId, text, endpoint, model }: StartGenerationBody): string {
  return createHash('sha256')
    .update(JSON.stringify([parentMessageId, text, endpoint, model]))
    .digest('hex');
}

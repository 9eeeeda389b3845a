import type { ConversationId, GenerationEvent } from '@parley/contracts';
import type { StreamLog } from '@parley/stream-log';
import type { Logger } from 'pino';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { GenerationRepository, RunningGeneration } from '../database/repositories/generation-repository.ts';
import type { MessageRepository } from '../database/repositories/message-repository.ts';
import type { ModelService, ResolvedModel } from '../models/model-service.ts';
import { orAborted } from '../or-aborted.ts';
import { createAnswerWriter } from './answer-writer.ts';
import { errorPart, toErrorPart } from './error-part.ts';
import { answerProducer, logIdOf } from './generation-log.ts';
import type { GenerationStore } from './generation-store.ts';
import { keepLease, leaseDuration } from './keep-lease.ts';
import { askForTitle } from './model-title.ts';
import { createProgressSaver } from './progress-saver.ts';
import type { RestoredAnswer } from './restore-answer.ts';
import type { TurnOutcome } from './turn-event.ts';
import { writeAnswer } from './write-answer.ts';

/** Milliseconds. */
const resolveDeadline = 30_000;
const titleDeadline = 15_000;
/** How long a finished answer waits for its title, so that readers of the log learn it too. */
const titleGrace = 1_000;
/** Producers that may vanish in the middle of one step before the turn is given up. */
const maxInterruptions = 3;

const stopped: TurnOutcome = { status: 'stopped', finishReason: 'stopped' };

/** A generation whose answer is written in this process. */
export interface GenerationRun {
  readonly conversationId: ConversationId;
  /** Resolves when nothing more will be written; never rejects. */
  readonly ended: Promise<void>;
  /** Ends the answer as `stopped`, with what there is. */
  stop(): void;
  /** Leaves the answer to the next producer, in the state it has now. */
  release(): void;
  /** Writes nothing more: the generation is about to be removed. */
  abandon(): void;
}

export interface RunPorts {
  readonly conversations: ConversationRepository;
  readonly messages: MessageRepository;
  readonly generations: GenerationRepository;
  readonly log: StreamLog<GenerationEvent>;
  readonly store: GenerationStore;
  readonly models: ModelService;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface RunStart {
  /** Prepared, with its lease held by this process. */
  readonly generation: RunningGeneration;
  readonly restored: RestoredAnswer;
  /** Absent when the generation is continued: the model is looked up again. */
  readonly model?: ResolvedModel;
}

/** Starts writing an answer, and sees it through to the saved message. */
export function startRun({ generation, restored, model: given }: RunStart, ports: RunPorts): GenerationRun {
  const { conversations, messages, generations, log, store, models, now } = ports;
  const { id, epoch, conversationId, userId } = generation;
  const logger = ports.logger.child({ generationId: id, userId });
  const startedAt = now();
  const stop = new AbortController();
  const halt = new AbortController();
  const either = AbortSignal.any([stop.signal, halt.signal]);
  let isReleased = false;
  let title = Promise.resolve();
  if (restored.isStopRequested) stop.abort();

  const saver = createProgressSaver(async (message) => {
    try {
      await messages.saveProgress(message);
    } catch (error) {
      logger.warn({ err: error }, 'The partial answer could not be saved');
    }
  });
  const writer = createAnswerWriter({
    log,
    logId: logIdOf(id),
    producer: answerProducer(id, epoch),
    message: restored.message,
    saver,
    onBroken: (error) => halt.abort(error),
  });
  const endLease = keepLease({
    renew: () => generations.renew(id, epoch, new Date(now() + leaseDuration)),
    onLost: () => halt.abort(new Error('Another process has taken the generation over.')),
    logger,
  });

  function onStepFinished(): Promise<void> {
    return generations.finishStep(id, epoch);
  }

  async function writeTitle(model: ResolvedModel): Promise<void> {
    try {
      const signal = AbortSignal.any([halt.signal, AbortSignal.timeout(titleDeadline)]);
      const text = await askForTitle(model, generation.prompt, signal);
      if (text !== undefined && (await conversations.setModelTitle(conversationId, text))) writer.writeTitle(text);
    } catch (error) {
      logger.debug({ err: error }, 'The model wrote no title');
    }
  }

  async function turn(): Promise<TurnOutcome> {
    const deadline = AbortSignal.any([either, AbortSignal.timeout(resolveDeadline)]);
    const model = given ?? (await models.resolve(generation.endpoint, generation.model, deadline));
    if (generation.startsConversation && model.endpoint.titleConvo) title = writeTitle(model);
    const history = await orAborted(store.history(generation), either);
    const signals = { stop: stop.signal, halt: halt.signal };
    return await writeAnswer({ generation, restored, model, history, writer, ...signals, onStepFinished });
  }

  /** How the turn ends, whatever goes wrong in it. Throws only when it is to be left as it is. */
  async function outcome(): Promise<TurnOutcome> {
    if (restored.message.progress.events === 0) {
      const at = new Date(now()).toISOString();
      writer.write({ type: 'generation-started', step: 0, generationId: id, messageId: restored.message.id, at });
    }
    if (restored.isStopRequested) return stopped;
    if (generation.interruptions >= maxInterruptions) {
      const detail = `The server stopped ${generation.interruptions} times in the same place.`;
      return { status: 'failed', finishReason: 'error', error: errorPart('generation-interrupted', detail) };
    }
    try {
      return await turn();
    } catch (error) {
      halt.signal.throwIfAborted();
      if (stop.signal.aborted) return stopped;
      logger.error({ err: error }, 'The turn failed');
      return { status: 'failed', finishReason: 'error', error: toErrorPart(error) };
    }
  }

  async function waitForTitle(): Promise<void> {
    try {
      await orAborted(title, AbortSignal.any([either, AbortSignal.timeout(titleGrace)]));
    } catch {
      // Only the wait was given up: the title is stored when it comes.
    }
  }

  async function run(): Promise<void> {
    const end = await outcome();
    if (end.status === 'done') await waitForTitle();
    const at = new Date(now());
    const answer = await writer.seal(end, at);
    await store.settle(generation, answer, at);
    const { endpoint, model } = generation;
    const durationMs = at.getTime() - startedAt;
    logger.info({ ...end, error: end.error?.code, endpoint, model, durationMs, usage: answer.usage }, 'generation');
  }

  /** Whatever is not done here is done by whoever takes the generation over. */
  async function leave(reason: unknown): Promise<void> {
    if (!halt.signal.aborted) {
      logger.error({ err: reason }, 'The answer could not be finished; it will be taken over');
    } else if (isReleased) {
      await writer.flush();
      await generations.release(id, epoch);
    } else {
      logger.info({ err: reason }, 'The answer is no longer written here');
    }
  }

  async function seeThrough(): Promise<void> {
    try {
      await run();
    } catch (error) {
      await leave(error);
    }
  }

  const ended = seeThrough()
    .catch((error: unknown) => logger.warn({ err: error }, 'The generation could not be released'))
    .finally(() => {
      endLease();
      writer.discard();
    })
    .then(() => title);

  return {
    conversationId,
    ended,
    stop: () => stop.abort(),
    release() {
      isReleased = true;
      halt.abort(new Error('The server is stopping.'));
    },
    abandon: () => halt.abort(new Error('The generation is being removed.')),
  };
}

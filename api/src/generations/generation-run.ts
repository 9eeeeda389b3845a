import type { ConversationId, GenerationEvent } from '@parley/contracts';
import type { StreamLog } from '@parley/stream-log';
import type { Logger } from 'pino';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { GenerationRepository, RunningGeneration } from '../database/repositories/generation-repository.ts';
import type { MessageRepository } from '../database/repositories/message-repository.ts';
import type { ModelService, ResolvedModel } from '../models/model-service.ts';
import { orAborted } from '../or-aborted.ts';
import { createAnswerWriter } from './answer-writer.ts';
import { createCommandInbox, isSteer } from './command-inbox.ts';
import { errorPart, toErrorPart } from './error-part.ts';
import { followCommands } from './follow-commands.ts';
import { answerProducer, logIdOf } from './generation-log.ts';
import type { GenerationNews } from './generation-news.ts';
import type { GenerationStore } from './generation-store.ts';
import { hangUp } from './hang-up.ts';
import type { Leases } from './leases.ts';
import { createProgressSaver } from './progress-saver.ts';
import type { RestoredAnswer } from './restore-answer.ts';
import { noTools } from './tool.ts';
import type { Tools } from './tool.ts';
import type { TurnOutcome } from './turn-event.ts';
import { writeAnswer } from './write-answer.ts';
import { writeTitle } from './write-title.ts';

/** Milliseconds. */
const resolveDeadline = 30_000;
/** How long a finished answer waits for its title, so that readers of the log learn it too. */
const titleGrace = 1_000;
/** How long the last words may take to get into the log when the server stops. */
const flushGrace = 2_000;
/** Producers that may vanish in the middle of one step before the turn is given up. */
const maxInterruptions = 3;

const stopped: TurnOutcome = { status: 'stopped', finishReason: 'stopped' };

/** A generation whose answer is written in this process. */
export interface GenerationRun {
  readonly conversationId: ConversationId;
  /** Resolves when the answer is saved, or left to the next producer; never rejects. */
  readonly settled: Promise<void>;
  /** Resolves when nothing more will be done here, not even for the title; never rejects. */
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
  readonly news: GenerationNews;
  readonly leases: Leases;
  /** None unless told. */
  readonly tools?: Tools;
  /** Milliseconds between two appends to a log; 30 unless told. */
  readonly appendIntervalMs?: number | undefined;
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
  const { messages, generations, log, store, models, now } = ports;
  const { id, epoch, conversationId, userId } = generation;
  const logger = ports.logger.child({ generationId: id, userId });
  const startedAt = now();
  const stop = new AbortController();
  /** Leaves the turn where it is. */
  const halt = new AbortController();
  /** Nothing more is written. */
  const gone = new AbortController();
  const over = new AbortController();
  const either = AbortSignal.any([stop.signal, halt.signal]);
  let isReleased = false;
  let releasing: NodeJS.Timeout | undefined;
  /** Work that the answer does not wait for, but the end of the run does. */
  const asides: Promise<void>[] = [];
  if (restored.isStopRequested) stop.abort();

  const saver = createProgressSaver(async (message) => {
    try {
      await messages.saveProgress(message);
    } catch (error) {
      logger.warn({ err: error }, 'The partial answer could not be saved');
    }
  });
  const inbox = createCommandInbox(restored.commands, () => stop.abort());
  const logId = logIdOf(id);
  const writer = createAnswerWriter({
    log,
    logId,
    producer: answerProducer(id, epoch),
    start: restored,
    saver,
    appendIntervalMs: ports.appendIntervalMs,
    isOurs,
    inbox,
    onDelayed: (error) => logger.warn({ err: error }, 'The log cannot be written; the answer waits for it'),
    onRestated() {
      logger.warn('The log was lost and has been made anew');
      follower.restart();
    },
    onBroken: giveUp,
  });
  const follower = followCommands({
    log,
    logId,
    after: restored.message.progress.offset,
    onCommand: (command) => inbox.take(command),
    onFailure(failure, isMissing) {
      logger.debug({ err: failure }, 'Waiting for commands failed');
      if (isMissing) ensureLog();
    },
    signal: AbortSignal.any([halt.signal, over.signal]),
  });
  const endLease = ports.leases.hold(id, () => giveUp(new Error('Another process has taken the generation over.')));

  if (restored.loss !== undefined) ensureLog();

  function ensureLog(): void {
    // Should that fail for good, the writer says so itself.
    writer.ensureLog().catch(() => undefined);
  }

  function giveUp(reason: unknown): void {
    halt.abort(reason);
    gone.abort(reason);
  }

  /** Not knowing is no reason to give up: the lease decides. */
  async function isOurs(): Promise<boolean> {
    try {
      return await generations.isHeld(id, epoch);
    } catch (error) {
      logger.warn({ err: error }, 'The generation could not be looked up');
      return !halt.signal.aborted;
    }
  }

  async function turn(): Promise<TurnOutcome> {
    const deadline = AbortSignal.any([either, AbortSignal.timeout(resolveDeadline)]);
    const model = given ?? (await models.resolve(generation.endpoint, generation.model, deadline));
    const title = writeTitle({ generation, model, writer, ...ports, logger, signal: halt.signal });
    asides.push(title);
    const history = await orAborted(store.history(generation), either);
    return await writeAnswer({
      generation,
      restored,
      model,
      history,
      writer,
      tools: ports.tools ?? noTools,
      stop: stop.signal,
      halt: halt.signal,
      steersAfter: (answer) => inbox.pending(answer).filter(isSteer),
      beforeEnd: () => waitForTitle(title),
      hangUp: (key) => void asides.push(hangUp(model, key, logger)),
      onProgress: () => generations.finishStep(id, epoch),
    });
  }

  async function waitForTitle(title: Promise<void>): Promise<void> {
    try {
      await orAborted(title, AbortSignal.any([either, AbortSignal.timeout(titleGrace)]));
    } catch {
      // Only the wait was given up: the title is stored when it comes.
    }
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

  async function run(): Promise<void> {
    const end = await outcome();
    const at = new Date(now());
    const answer = await orAborted(writer.seal(end, at), gone.signal);
    await follower.catchUp();
    await store.settle(generation, answer, at, inbox.pending(answer.parts).filter(isSteer));
    const { endpoint, model } = generation;
    const durationMs = at.getTime() - startedAt;
    logger.info({ ...end, error: end.error?.code, endpoint, model, durationMs, usage: answer.usage }, 'generation');
  }

  /** Whatever is not done here is done by whoever takes the generation over. */
  async function leave(reason: unknown): Promise<void> {
    if (!halt.signal.aborted) {
      logger.error({ err: reason }, 'The answer could not be finished; it will be taken over');
    } else if (isReleased) {
      await letGo();
    } else {
      logger.info({ err: reason }, 'The answer is no longer written here');
    }
  }

  async function letGo(): Promise<void> {
    try {
      await orAborted(writer.flush(), gone.signal);
    } catch (error) {
      logger.warn({ err: error }, 'The last words could not be written; they are asked for again');
    }
    await generations.release(id, epoch);
  }

  async function seeThrough(): Promise<void> {
    try {
      await run();
    } catch (error) {
      await leave(error);
    }
  }

  const settled = seeThrough()
    .catch((error: unknown) => logger.warn({ err: error }, 'The generation could not be released'))
    .finally(() => {
      endLease();
      over.abort();
      clearTimeout(releasing);
      writer.discard();
    });

  return {
    conversationId,
    settled,
    ended: settled.then(async () => void (await Promise.all([...asides, follower.ended]))),
    stop: () => stop.abort(),
    release() {
      isReleased = true;
      const reason = new Error('The server is stopping.');
      halt.abort(reason);
      releasing ??= setTimeout(() => gone.abort(reason), flushGrace).unref();
    },
    abandon: () => giveUp(new Error('The generation is being removed.')),
  };
}

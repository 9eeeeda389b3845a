import { ProblemError } from '@parley/contracts';
import type { ConversationId, GenerationEvent, GenerationId } from '@parley/contracts';
import type { StreamLog } from '@parley/stream-log';
import type { Logger } from 'pino';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { GenerationRepository, RunningGeneration } from '../database/repositories/generation-repository.ts';
import type { MessageRepository } from '../database/repositories/message-repository.ts';
import { orAborted } from '../or-aborted.ts';
import type { ToolApprovals, ToolResults } from '../tools/tool.ts';
import { answerTurn } from './answer-turn.ts';
import { createAnswerWriter } from './answer-writer.ts';
import { createCommandInbox, isSteer } from './command-inbox.ts';
import { errorPart, toErrorPart } from './error-part.ts';
import { followCommands } from './follow-commands.ts';
import { answerProducer, logIdOf } from './generation-log.ts';
import type { GenerationNews } from './generation-news.ts';
import type { GenerationStore } from './generation-store.ts';
import type { Leases } from '../leases.ts';
import { endOpenCalls } from './open-calls.ts';
import { createProgressSaver } from './progress-saver.ts';
import type { RestoredAnswer } from './restore-answer.ts';
import { startStopwatch } from './stopwatch.ts';
import { firstEvents } from './stored-answer.ts';
import type { TurnOutcome } from './turn-event.ts';
import type { TurnSetups } from './turn-setup.ts';
import { createWaitingNote } from './waiting-note.ts';

/** Milliseconds that the last words may take to get into the log when the server stops. */
const flushGrace = 2_000;
/** Producers that may vanish in the middle of one step before the turn is given up. */
const maxInterruptions = 3;

const stopped: TurnOutcome = { status: 'stopped', finishReason: 'stopped' };

/** How a run was left: its answer is saved, it waits for its user, or the next producer has to go on. */
export type RunEnd = 'over' | 'parked' | 'left';

/** A generation whose answer is written in this process. */
export interface GenerationRun {
  readonly conversationId: ConversationId;
  /** Resolves when nothing more is written here; never rejects. */
  readonly settled: Promise<RunEnd>;
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
  readonly setups: TurnSetups;
  readonly approvals: ToolApprovals;
  readonly results: ToolResults;
  readonly news: GenerationNews;
  readonly leases: Leases<GenerationId>;
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
}

/** Starts writing an answer, and sees it through to the saved message. */
export function startRun({ generation, restored }: RunStart, ports: RunPorts): GenerationRun {
  const { messages, generations, log, store, now } = ports;
  const { id, epoch, conversationId, userId } = generation;
  const logger = ports.logger.child({ generationId: id, userId });
  const startedAt = now();
  const watch = startStopwatch(now, generation.workedMs);
  const stop = new AbortController();
  /** Leaves the turn where it is. */
  const halt = new AbortController();
  /** Nothing more is written. */
  const gone = new AbortController();
  const over = new AbortController();
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
  const inbox = createCommandInbox(restored.commands, () => stop.abort(), restored.inputs);
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
    onEntry: (event) => inbox.take(event),
    onFailure(failure, isMissing) {
      logger.debug({ err: failure }, 'Waiting for commands failed');
      if (isMissing) ensureLog();
    },
    signal: AbortSignal.any([halt.signal, over.signal]),
  });
  const waiting = createWaitingNote({ generation, writer, ...ports, logger });
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

  /** How the turn ends, whatever goes wrong in it. Throws only when it is to be left as it is. */
  async function outcome(): Promise<TurnOutcome | 'waiting'> {
    if (restored.message.progress.events === 0) {
      for (const event of firstEvents(generation, restored.message, new Date(now()))) writer.write(event);
    }
    if (restored.isStopRequested) return stopped;
    if (generation.interruptions >= maxInterruptions) {
      const detail = `The server stopped ${generation.interruptions} times in the same place.`;
      return { status: 'failed', finishReason: 'error', error: errorPart('generation-interrupted', detail) };
    }
    try {
      return await answerTurn(
        { generation, restored, writer, inbox, watch, waiting, stop: stop.signal, halt: halt.signal, asides, logger },
        ports,
      );
    } catch (error) {
      halt.signal.throwIfAborted();
      if (stop.signal.aborted) return stopped;
      // What people may do and have, such as an agent that was disabled, is no fault of ours.
      const isFault = !(error instanceof ProblemError) || error.status >= 500;
      logger[isFault ? 'error' : 'info']({ err: error }, 'The turn failed');
      return { status: 'failed', finishReason: 'error', error: toErrorPart(error) };
    }
  }

  async function run(): Promise<RunEnd> {
    const end = await outcome();
    if (end === 'waiting') return await park();
    await orAborted(writer.written(), gone.signal);
    const { parts, progress } = writer.message();
    if (end.status !== 'done') for (const event of endOpenCalls(parts, progress.step)) writer.write(event);
    const at = new Date(now());
    const answer = await orAborted(writer.seal(end, at), gone.signal);
    await follower.catchUp();
    await store.settle(generation, answer, at, inbox.pending(answer.parts).filter(isSteer));
    const { endpoint, model } = generation;
    const durationMs = at.getTime() - startedAt;
    const { status, finishReason, error } = end;
    const told = { status, finishReason, error: error?.code, endpoint, model, durationMs, usage: answer.usage };
    logger.info(told, 'generation');
    return 'over';
  }

  /**
   * Leaves the answer until its user has answered. Whoever tells it something afterwards looks for a mark of that; what
   * was told before the mark is seen here.
   */
  async function park(): Promise<RunEnd> {
    await orAborted(writer.flush(), gone.signal);
    waiting.look();
    await waiting.settled();
    endLease();
    if (!(await generations.beginPark(id, epoch, Math.round(watch.elapsed())))) {
      throw new Error('The generation is written by somebody else, or was removed.');
    }
    await follower.catchUp();
    const isTold = inbox.pending(writer.message().parts).some((command) => !isSteer(command));
    if (isTold || !(await generations.park(id, epoch))) await generations.unpark(id);
    return 'parked';
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

  async function seeThrough(): Promise<RunEnd> {
    try {
      return await run();
    } catch (error) {
      await leave(error);
      return 'left';
    }
  }

  const settled = seeThrough()
    .catch((error: unknown): RunEnd => {
      logger.warn({ err: error }, 'The generation could not be released');
      return 'left';
    })
    .finally(() => {
      endLease();
      watch.close();
      over.abort();
      clearTimeout(releasing);
      writer.discard();
    });

  return {
    conversationId,
    settled,
    ended: settled.then(async () => void (await Promise.all([...asides, follower.ended, waiting.settled()]))),
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

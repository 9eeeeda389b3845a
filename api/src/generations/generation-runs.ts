import type { ConversationAccess } from '../participants/conversation-access.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { problem, ProblemError } from '@parley/contracts';
import type { ConversationId, GenerationId, ProblemCode } from '@parley/contracts';
import type {
  GenerationPlace,
  GenerationRecord,
  RunningGeneration,
} from '../database/repositories/generation-repository.ts';
import { lateSteers } from './command-inbox.ts';
import { startRun } from './generation-run.ts';
import type { GenerationRun, RunPorts } from './generation-run.ts';
import { createKeyedQueue } from './keyed-queue.ts';
import { createLanes } from './lanes.ts';
import { createLeases } from '../leases.ts';
import type { RestoredAnswer } from './restore-answer.ts';
import { createSuccession } from './succession.ts';

/** Milliseconds that runs are given to append and save what is pending when the process stops. */
const closeGrace = 3_000;
const removeGrace = 5_000;
/** Milliseconds until a generation that could not be launched is tried again, by whoever comes first. */
const retryDelay = 1_000;
/** How many abandoned generations are taken over at a time. */
const takeOverWidth = 16;

/** What a turn answers was deleted before it began. */
const goneCodes: ReadonlySet<ProblemCode> = new Set(['conversation-not-found', 'message-not-found']);

type Begun = 'begun' | 'id-taken' | 'conversation-busy';

/** The answers that are written in this process. What touches one conversation happens one after the other. */
export interface GenerationRuns {
  /**
   * Stores a new generation and starts it. When it resolves with `begun` the log is open and the prompt saved; a turn
   * whose model is gone ends as failed.
   */
  begin(generation: RunningGeneration): Promise<Begun>;
  /** Sees to it that a running generation is prepared and written by somebody. */
  resume(generation: GenerationRecord): Promise<void>;
  /** Lets a generation go on that is parked until its user has answered; for somebody has told it something. */
  wake(generation: GenerationPlace): Promise<void>;
  /** At the start of a process: resumes what others left behind. */
  resumeAll(): Promise<void>;
  /**
   * Resumes every generation whose lease has run out, and begins every queued prompt whose turn has come. One that
   * cannot be resumed or begun is logged and stays.
   */
  resumeAbandoned(): Promise<void>;
  /**
   * Begins what is to follow a generation, if that is not there: the lanes beside it, and the queued prompt whose turn has
   * come behind it.
   */
  beginNext(generation: GenerationPlace): Promise<void>;
  /** Saves what runs in a conversation if its log is sealed already; returns whether another turn may begin. */
  settleSealed(conversationId: ConversationId): Promise<boolean>;
  /** Tells the run of a generation to stop, if it is here, after whatever is under way in its conversation. */
  stop(generation: GenerationRecord, note: () => Promise<void>): Promise<void>;
  /** Ends and removes all generations of a conversation, with their logs and queues. */
  removeAll(conversationId: ConversationId): Promise<void>;
  /**
   * Hands all runs over to the next process, within three seconds, whatever they are doing. From the first moment on
   * nothing new begins here: `begin` throws `not-ready`. Harmless twice.
   */
  close(): Promise<void>;
}

interface GenerationRunsOptions extends Omit<RunPorts, 'leases'> {
  readonly access: Pick<ConversationAccess, 'find'>;
  /** Names this process in leases. */
  readonly owner: string;
  /** Nobody else writes answers to this database: a lease that no run here holds is that of a dead process. */
  readonly isSoleProducer: boolean;
}

export function createGenerationRuns({
  owner,
  isSoleProducer,
  access,
  ...options
}: GenerationRunsOptions): GenerationRuns {
  const { generations, store, news, logger, now } = options;
  const leases = createLeases<GenerationId>({ renew: (ids) => generations.renew(ids, owner), logger });
  const ports: RunPorts = { ...options, leases };
  /** Those that write. */
  const runs = new Map<GenerationId, GenerationRun>();
  /** Those that have something left to do beside the answer. */
  const ending = new Set<GenerationRun>();
  const queue = createKeyedQueue<ConversationId>();
  const continueAfter = createSuccession({ generations, news, access, begin: beginHere, now });
  const tendLanes = createLanes({ ...options, begin: beginHere });
  const whichLeases = isSoleProducer ? 'any' : 'abandoned';
  let closing: Promise<void> | undefined;

  /** Starts the run of a prepared generation, or saves its answer where the log was sealed already. */
  async function launch(generation: RunningGeneration): Promise<void> {
    const restored = await store.restore(generation);
    if (restored.finishedAt !== undefined) {
      await settleRestored(generation, restored, restored.finishedAt);
      await goOnAfter(generation.id);
      return;
    }
    refuseWhenClosing();
    const run = startRun({ generation, restored }, ports);
    runs.set(generation.id, run);
    void run.settled.then((end) => {
      runs.delete(generation.id);
      ending.add(run);
      // What was said to a parked one meanwhile could not be heeded as long as its run was here.
      return logged(generation, end === 'parked' ? (its) => takeOver(its, 'abandoned') : beginNext);
    });
    void run.ended.then(() => ending.delete(run));
  }

  /** What the producer that sealed the log did not live to do. */
  async function settleRestored(
    generation: RunningGeneration,
    { message, commands }: RestoredAnswer,
    finishedAt: Date,
  ): Promise<void> {
    await store.settle(generation, message, finishedAt, lateSteers(commands, message.parts));
  }

  function refuseWhenClosing(): void {
    if (closing !== undefined) throw problem('not-ready', { retryAfterSeconds: 1 });
  }

  /** Prepares and launches a generation whose lease is ours; lets go of it when that fails. */
  async function launchOwn(generation: RunningGeneration): Promise<void> {
    try {
      await store.prepare(generation);
      await launch(generation);
    } catch (error) {
      await letGo(generation);
      throw error;
    }
  }

  async function letGo({ id, epoch }: RunningGeneration): Promise<void> {
    try {
      await generations.release(id, epoch, closing === undefined ? retryDelay : undefined);
    } catch (error) {
      logger.warn({ err: error, generationId: id }, 'A generation could not be let go of');
    }
  }

  async function beginHere(generation: RunningGeneration): Promise<Begun> {
    refuseWhenClosing();
    const created = await generations.create(generation, owner);
    if (created !== 'created') return created;
    await launchOwn(generation);
    news.started(generation);
    await tendLanes(generation);
    return 'begun';
  }

  /** What follows a generation: its lanes, the end of those it is one of, and the prompts that wait behind them. */
  async function goOnAfter(id: GenerationId): Promise<void> {
    const { lane } = (await generations.find(id)) ?? {};
    const holder = await generations.find(lane?.of ?? id);
    if (holder !== undefined) await tendLanes(holder);
    if (lane !== undefined) await continueAfter(lane.of);
    await continueAfter(id);
  }

  async function beginNext({ id, conversationId }: GenerationPlace): Promise<void> {
    if (closing !== undefined) return;
    await queue.run(conversationId, () => goOnAfter(id));
  }

  async function takeOver(
    { id, conversationId }: GenerationPlace,
    which: 'abandoned' | 'any' = whichLeases,
  ): Promise<void> {
    if (runs.has(id) || closing !== undefined) return;
    await queue.run(conversationId, async () => {
      if (runs.has(id) || closing !== undefined) return;
      const generation = await generations.takeOver(id, owner, which);
      if (generation === undefined) return;
      logger.info({ generationId: id, epoch: generation.epoch }, 'A generation is taken over');
      await launchOwn(generation);
    });
  }

  async function logged(place: GenerationPlace, task: (place: GenerationPlace) => Promise<void>): Promise<void> {
    if (closing !== undefined) return;
    try {
      await task(place);
    } catch (error) {
      const isGone = error instanceof ProblemError && goneCodes.has(error.code);
      if (!isGone && closing === undefined)
        logger.error({ err: error, generationId: place.id }, 'A generation could not be continued');
    }
  }

  async function beginDue(): Promise<void> {
    const holding = await generations.listHolding();
    for (const place of [...holding, ...(await generations.listDue())]) await logged(place, beginNext);
  }

  return {
    begin: (generation) => queue.run(generation.conversationId, () => beginHere(generation)),
    resume: (generation) => takeOver(generation),

    async wake(generation) {
      await generations.unpark(generation.id);
      await takeOver(generation, 'abandoned');
    },

    beginNext,

    async resumeAll() {
      const all = isSoleProducer ? await generations.listRunning() : await generations.listAbandoned();
      await sideBySide(takeOverWidth, all, (place) => logged(place, (its) => takeOver(its)));
      await beginDue();
    },

    async resumeAbandoned() {
      const all = await generations.listAbandoned();
      await sideBySide(takeOverWidth, all, (place) => logged(place, (its) => takeOver(its, 'abandoned')));
      await beginDue();
    },

    async settleSealed(conversationId) {
      const holder = await generations.findHolder(conversationId);
      if (holder === undefined) return true;
      for (const generation of await generations.listUnended(conversationId)) {
        const restored = await store.restore(generation);
        if (restored.finishedAt === undefined) return false;
        await settleRestored(generation, restored, restored.finishedAt);
        await beginNext(generation);
      }
      await beginNext(holder);
      return true;
    },

    async stop({ id, conversationId }, note) {
      await queue.run(conversationId, note);
      runs.get(id)?.stop();
    },

    async removeAll(conversationId) {
      await queue.run(conversationId, async () => {
        const mine = [...runs.values(), ...ending].filter((run) => run.conversationId === conversationId);
        for (const run of mine) run.abandon();
        // Runs in other processes: from here on none of them may make a log anew that is missing.
        await generations.revoke(conversationId);
        await within(
          removeGrace,
          mine.map(({ ended }) => ended),
        );
        for (const id of await generations.listIds(conversationId)) await store.remove(id);
      });
    },

    close() {
      closing ??= within(closeGrace, [queue.settled(), ...[...runs.values(), ...ending].map(({ ended }) => ended)]);
      for (const run of runs.values()) run.release();
      return closing;
    },
  };
}

/** Waits for all, but not for ever: one may hang in a database that is gone. */
async function within(milliseconds: number, all: readonly Promise<unknown>[]): Promise<void> {
  const waiting = new AbortController();
  const deadline = delay(milliseconds, undefined, { signal: waiting.signal });
  try {
    await Promise.race([deadline, Promise.all(all)]);
  } finally {
    waiting.abort();
    await deadline.catch(() => undefined);
  }
}

async function sideBySide<T>(width: number, items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const lane = async (): Promise<void> => {
    for (const item of waiting) await task(item);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

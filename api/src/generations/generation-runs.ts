import { setTimeout as delay } from 'node:timers/promises';
import { problem, ProblemError } from '@parley/contracts';
import type { ConversationId, GenerationId } from '@parley/contracts';
import type { GenerationRecord, Lease, RunningGeneration } from '../database/repositories/generation-repository.ts';
import type { ResolvedModel } from '../models/model-service.ts';
import { startRun } from './generation-run.ts';
import type { GenerationRun, RunPorts } from './generation-run.ts';
import { leaseDuration } from './keep-lease.ts';
import { createKeyedQueue } from './keyed-queue.ts';

/** Milliseconds that runs are given to append and save what is pending when the process stops. */
const closeGrace = 3_000;
const removeGrace = 5_000;
const endOfTime = new Date(8.64e15);

type RunningIn = Pick<GenerationRecord, 'id' | 'conversationId'>;

/** The answers that are written in this process. What touches one conversation happens one after the other. */
export interface GenerationRuns {
  /** Stores a new generation and starts it. When it resolves with `begun` the log is open and the prompt saved. */
  begin(generation: RunningGeneration, model: ResolvedModel): Promise<'begun' | 'id-taken' | 'conversation-busy'>;
  /** Sees to it that a running generation is prepared and written by somebody. */
  resume(generation: GenerationRecord): Promise<void>;
  /** At the start of a process: resumes what others left behind. */
  resumeAll(): Promise<void>;
  /** Resumes every generation whose lease has run out. One that cannot be resumed is logged and stays. */
  resumeAbandoned(): Promise<void>;
  /** Saves the answer that runs in a conversation if its log is sealed already; returns whether another turn may begin. */
  settleSealed(conversationId: ConversationId): Promise<boolean>;
  /** Tells the run of a generation to stop, if it is here, after whatever is under way in its conversation. */
  stop(generation: GenerationRecord, note: () => Promise<void>): Promise<void>;
  /** Ends and removes all generations of a conversation, with their logs. */
  removeAll(conversationId: ConversationId): Promise<void>;
  /** Hands all runs over to the next process; within three seconds, whatever they are doing. */
  close(): Promise<void>;
}

interface GenerationRunsOptions extends RunPorts {
  /** Names this process in leases. */
  readonly owner: string;
  /** Nobody else writes answers to this database: a lease that no run here holds is that of a dead process. */
  readonly isSoleProducer: boolean;
}

export function createGenerationRuns({ owner, isSoleProducer, ...ports }: GenerationRunsOptions): GenerationRuns {
  const { generations, store, logger, now } = ports;
  const runs = new Map<GenerationId, GenerationRun>();
  const queue = createKeyedQueue<ConversationId>();
  let isClosing = false;

  function lease(): Lease {
    return { owner, expiresAt: new Date(now() + leaseDuration) };
  }

  /** Starts the run of a prepared generation, or saves its answer where the log was sealed already. */
  async function launch(generation: RunningGeneration, model?: ResolvedModel): Promise<void> {
    const { id } = generation;
    const restored = await store.restore(generation);
    if (restored.finishedAt !== undefined) {
      await store.settle(generation, restored.message, restored.finishedAt);
      return;
    }
    if (isClosing) throw problem('not-ready', { retryAfterSeconds: 2 });
    const run = startRun({ generation, restored, ...(model === undefined ? {} : { model }) }, ports);
    runs.set(id, run);
    void run.ended.then(() => runs.delete(id));
  }

  /** Which leases are void: those that end before this. */
  function limit(): Date {
    return isSoleProducer ? endOfTime : new Date(now());
  }

  async function takeOver({ id, conversationId }: RunningIn, moment: Date): Promise<void> {
    if (runs.has(id)) return;
    await queue.run(conversationId, async () => {
      if (runs.has(id)) return;
      const generation = await generations.takeOver(id, moment, lease());
      if (generation === undefined) return;
      logger.info({ generationId: id, epoch: generation.epoch }, 'A generation is taken over');
      await store.prepare(generation);
      await launch(generation);
    });
  }

  async function takeOverAll(moment: Date): Promise<void> {
    for (const generation of await generations.listAbandoned(moment)) {
      if (isClosing) return;
      try {
        await takeOver(generation, moment);
      } catch (error) {
        const isGone = error instanceof ProblemError && error.code === 'conversation-not-found';
        if (!isGone) logger.error({ err: error, generationId: generation.id }, 'A generation could not be taken over');
      }
    }
  }

  return {
    async begin(generation, model) {
      return await queue.run(generation.conversationId, async () => {
        if (isClosing) throw problem('not-ready', { retryAfterSeconds: 2 });
        const created = await generations.create(generation, lease());
        if (created !== 'created') return created;
        await store.prepare(generation);
        await launch(generation, model);
        return 'begun';
      });
    },

    resume: (generation) => takeOver(generation, limit()),
    resumeAll: () => takeOverAll(limit()),
    resumeAbandoned: () => takeOverAll(new Date(now())),

    async settleSealed(conversationId) {
      const generation = await generations.findRunning(conversationId);
      if (generation === undefined) return true;
      const { message, finishedAt } = await store.restore(generation);
      if (finishedAt === undefined) return false;
      await store.settle(generation, message, finishedAt);
      return true;
    },

    async stop({ id, conversationId }, note) {
      await queue.run(conversationId, note);
      runs.get(id)?.stop();
    },

    async removeAll(conversationId) {
      await queue.run(conversationId, async () => {
        const mine = [...runs.values()].filter((run) => run.conversationId === conversationId);
        for (const run of mine) run.abandon();
        await within(removeGrace, mine);
        for (const id of await generations.listIds(conversationId)) await store.remove(id);
      });
    },

    async close() {
      isClosing = true;
      const all = [...runs.values()];
      for (const run of all) run.release();
      await within(closeGrace, all);
    },
  };
}

/** Waits for runs to end, but not for ever: one may hang in a database that is gone. */
async function within(milliseconds: number, runs: readonly GenerationRun[]): Promise<void> {
  const waiting = new AbortController();
  const deadline = delay(milliseconds, undefined, { signal: waiting.signal });
  try {
    await Promise.race([deadline, Promise.all(runs.map(({ ended }) => ended))]);
  } finally {
    waiting.abort();
    await deadline.catch(() => undefined);
  }
}

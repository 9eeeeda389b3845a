import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { problem, ProblemError } from '@parley/contracts';
import type { CodeRunResult, ConversationId, UserId } from '@parley/contracts';
import type { Language, RunLimits, SandboxRunner } from '@parley/sandbox';
import type { Logger } from 'pino';
import type { CodeRunRecord, CodeRunRepository, HeldRun } from '../database/repositories/code-run-repository.ts';
import type { RunInput } from '../database/schemas/code-run-document.ts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import { checkRun } from './check-run.ts';
import type { CodeRunPorts, CodeRunRequest, CodeRuns } from './code-run.ts';
import { holdRun } from './hold-run.ts';
import type { RunHold } from './hold-run.ts';
import { runInWorkspace, stoppedResult } from './run-in-workspace.ts';
import { sandboxProblem, tooManyRuns } from './sandbox-problem.ts';
import { createWorkspaceLine } from './workspace-line.ts';
import type { PlaceInLine } from './workspace-line.ts';

/** Milliseconds that a record is kept. */
const lifetime = 30 * 24 * 60 * 60_000;
/** Milliseconds between two looks at a run that somebody else runs. */
const lookInterval = 300;
/** Runs of a workspace that wait for the one before them. */
const mostWaiting = 16;

interface CodeRunsOptions {
  readonly runner: SandboxRunner;
  readonly files: WorkspaceFiles;
  readonly runs: CodeRunRepository;
  readonly limits: RunLimits;
  /** Nobody else runs code of this database: what another owner left behind need not be waited for. */
  readonly isSoleProducer: boolean;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface AcceptedRun extends CodeRunRequest {
  readonly language: Language;
  readonly requestHash: string;
}

/** Runs code of people and models. */
export function createCodeRuns(options: CodeRunsOptions): CodeRuns {
  const { runner, files, runs, limits, isSoleProducer, log, now } = options;
  const owner = randomUUID();
  const line = createWorkspaceLine(mostWaiting);
  const here = new Set<{ readonly request: AcceptedRun; readonly hold: RunHold; readonly ended: Promise<unknown> }>();

  /**
   * The record of a run that is ours now, or how it ended. Waits for one that somebody else runs, which `onKnown` hears
   * before.
   */
  async function begin(
    { runId: id, userId, conversationId, requestHash, language }: AcceptedRun,
    signal: AbortSignal,
    onKnown: () => void,
  ): Promise<CodeRunRecord | CodeRunResult> {
    const createdAt = new Date(now());
    const expiresAt = new Date(now() + lifetime);
    const isNew = await runs.create(
      { id, userId, conversationId, requestHash, language: language.id, createdAt, expiresAt },
      owner,
    );
    if (!isNew) onKnown();
    for (let isFirstLook = true; ; isFirstLook = false) {
      const found = await runs.find(id);
      if (found === undefined) throw problem('code-run-not-found');
      if (found.userId !== userId || found.requestHash !== requestHash) throw problem('code-run-id-taken');
      if (isNew) return found;
      if (found.result !== undefined) return found.result;
      const taken = await runs.takeOver(id, owner, isSoleProducer ? 'any' : 'abandoned');
      if (taken !== undefined) return taken;
      if (!isFirstLook) await wait(lookInterval, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  /** The files as they are now, or as they were when the run began for the first time. */
  async function inputsOf({ id, epoch, inputs }: CodeRunRecord, { userId, conversationId }: AcceptedRun) {
    if (inputs !== undefined) return await stillThere(userId, inputs);
    const found = await files.list(userId, conversationId);
    const noted = found.map(({ id: fileId, name, size, sha256 }): RunInput => ({ id: fileId, name, size, sha256 }));
    await runs.setInputs({ id, epoch }, noted);
    return noted;
  }

  async function stillThere(userId: UserId, inputs: readonly RunInput[]): Promise<readonly RunInput[]> {
    const current = await Promise.all(
      inputs.map(async (input) => {
        try {
          await files.find(userId, input.id);
          return [input];
        } catch (error) {
          if (error instanceof ProblemError && error.code === 'file-not-found') return [];
          throw error;
        }
      }),
    );
    return current.flat();
  }

  /** Resolves when nothing else runs in the workspace, here or elsewhere. */
  async function waitForTurn(
    place: PlaceInLine | undefined,
    { id, epoch, conversationId }: CodeRunRecord,
    signal: AbortSignal,
    onWait: (before: number) => void,
  ): Promise<void> {
    if (place === undefined) throw tooManyRuns();
    await place.turn(signal, onWait);
    if (isSoleProducer) return;
    for (let isFirstLook = true; !(await runs.takeTurn({ id, epoch }, conversationId)); isFirstLook = false) {
      if (isFirstLook) onWait(1);
      await wait(lookInterval, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  async function attempt(
    request: AcceptedRun,
    place: PlaceInLine | undefined,
    record: CodeRunRecord,
    hold: RunHold,
    ports: CodeRunPorts,
  ) {
    const { language } = request;
    const askedAt = now();
    const isStopped = (): boolean => hold.isStopped() || (ports.signal.aborted && ports.whenAborted === 'end');
    const stopped = (): CodeRunResult =>
      stoppedResult(request, { stdout: '', stderr: '', durationMs: 0, queueMs: now() - askedAt });
    const signal = AbortSignal.any([ports.signal, hold.signal]);
    try {
      if (record.stopRequested) return stopped();
      await waitForTurn(place, record, signal, (position) => ports.onNews?.({ type: 'queued', position }));
      const inputs = await inputsOf(record, request);
      const run = { ...request, language, inputs, waitedMs: now() - askedAt };
      return await runInWorkspace(run, { ...ports, runner, files, limits, signal, isStopped, now });
    } catch (error) {
      if (signal.aborted && isStopped()) return stopped();
      throw error;
    }
  }

  async function runHeld(
    request: AcceptedRun,
    place: PlaceInLine | undefined,
    record: CodeRunRecord,
    hold: RunHold,
    ports: CodeRunPorts,
  ) {
    const held = { id: record.id, epoch: record.epoch };
    try {
      const result = await attempt(request, place, record, hold, ports);
      if (!(await runs.finish(held, result))) throw problem('code-run-not-found');
      const { runId, language, reason, exitCode, durationMs, queueMs, files: written } = result;
      log.info({ runId, language, reason, exitCode, durationMs, queueMs, files: written.length }, 'code run');
      return result;
    } catch (error) {
      await letGo(held, hold.signal.aborted || ports.signal.aborted);
      throw sandboxProblem(error);
    } finally {
      hold.end();
    }
  }

  async function letGo(held: HeldRun, isAborted: boolean): Promise<void> {
    try {
      await (isAborted ? runs.release(held) : runs.fail(held));
    } catch (error) {
      log.warn({ err: error, runId: held.id }, 'A run of code could not be let go of; its lease runs out');
    }
  }

  return {
    check: (request) => void checkRun(request, limits),

    async run(request, ports) {
      const language = checkRun(request, limits);
      const accepted = { ...request, language, requestHash: hashOf(request, language) };
      const join = () => line.join(request.conversationId);
      // At once: runs go in the order in which they are asked for, whatever the database takes for each.
      let place = join();
      let isKnown = false;
      try {
        const record = await begin(accepted, ports.signal, () => {
          // The one that is waited for may be behind this one.
          isKnown = true;
          place?.leave();
        });
        if (!('epoch' in record)) return record;
        if (isKnown) place = join();
        const hold = holdRun({ id: record.id, epoch: record.epoch }, { runs, log });
        const ended = runHeld(accepted, place, record, hold, ports);
        const entry = { request: accepted, hold, ended };
        here.add(entry);
        try {
          return await ended;
        } finally {
          here.delete(entry);
        }
      } finally {
        place?.leave();
      }
    },

    async find(userId, runId) {
      const found = await runs.find(runId);
      if (found?.userId !== userId) throw problem('code-run-not-found');
      const { result } = found;
      return { state: found.isAbandoned ? 'failed' : found.state, ...(result === undefined ? {} : { result }) };
    },

    async stop(userId, runId) {
      await runs.requestStop(userId, runId);
      for (const { request, hold } of here) if (request.runId === runId && request.userId === userId) hold.stop();
    },

    async closeWorkspace(userId, conversationId) {
      for (const { request, hold } of here) {
        if (request.userId === userId && request.conversationId === conversationId) hold.stop();
      }
      await runner.closeWorkspace(userId, conversationId);
    },

    async removeAll(conversationId) {
      const owners = new Set(await runs.removeAll(conversationId));
      await endHere(({ request }) => request.conversationId === conversationId, problem('code-run-not-found'));
      for (const userId of owners) await closeBoxes(userId, conversationId);
    },

    async removePerson(userId) {
      const places = await runs.removePerson(userId);
      await endHere(({ request }) => request.userId === userId, problem('code-run-not-found'));
      for (const conversationId of places) await closeBoxes(userId, conversationId);
    },

    close: () => endHere(() => true, problem('code-unavailable', { detail: 'The server is stopping.' })),
  };

  async function endHere(isMeant: (entry: { readonly request: AcceptedRun }) => boolean, why: Error): Promise<void> {
    const meant = [...here].filter(isMeant);
    for (const { hold } of meant) hold.abandon(why);
    await Promise.allSettled(meant.map(({ ended }) => ended));
  }

  /** A container that cannot be given back ends by itself, in its time. */
  async function closeBoxes(userId: UserId, conversationId: ConversationId): Promise<void> {
    try {
      await runner.closeWorkspace(userId, conversationId);
    } catch (error) {
      log.warn({ err: error, conversationId }, 'The containers of a removed conversation could not be given back');
    }
  }
}

/** By which a repeated request is recognised. */
function hashOf({ conversationId, code, args, stdin, tools = [] }: CodeRunRequest, { id }: Language): string {
  return createHash('sha256')
    .update(JSON.stringify([conversationId, id, code, args, stdin, tools]))
    .digest('hex');
}

import { availableParallelism, totalmem } from 'node:os';
import type { ImageTarget } from '../core/languages.ts';
import { defaultLimits, type RunLimits } from '../core/limits.ts';
import type { RunEvent, RunPorts, RunRequest, RunResult, SandboxRunner } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import type { SandboxLog } from '../core/sandbox-log.ts';
import type { SandboxEngine } from '../engine/sandbox-engine.ts';
import { createBoxShelf } from './box-shelf.ts';
import { checkRequest } from './check-request.ts';
import { describeStatus } from './describe-status.ts';
import { createEventChannel } from './event-channel.ts';
import { joinEvents } from './join-events.ts';
import { createRunQueue } from './run-queue.ts';
import { runInBox } from './run-in-box.ts';
import { createStatusWatch } from './status-watch.ts';

export interface RunnerOptions {
  readonly engine: SandboxEngine;
  readonly limits?: RunLimits;
  /** Runs at once; twice the processors of this machine unless said. */
  readonly concurrency?: number;
  /** Runs at once of one owner; 2 unless said. */
  readonly perOwner?: number;
  /** Milliseconds after which a container that nobody uses is removed; 5 minutes unless said. */
  readonly idleMs?: number;
  /** Containers at once, of which unused ones make room for others; by the memory of this machine unless said. */
  readonly maxBoxes?: number;
  /** Empty containers kept ready for an image that was used; one for Python and one for Node unless said. */
  readonly warm?: Readonly<Partial<Record<ImageTarget, number>>>;
  readonly log?: SandboxLog;
}

interface Active {
  readonly owner: string;
  readonly workspace: string;
  readonly life: AbortController;
  readonly done: Promise<unknown>;
}

const queueWaitMs = 60_000;
const reapMs = 60_000;
const gigabyte = 1024 ** 3;

/**
 * Runs code in containers of that engine: fairly between owners, one run at a time for each workspace and image, in the
 * container that the workspace used last while there is one. Removes stray containers at once and every minute.
 */
export function createRunner(options: RunnerOptions): SandboxRunner {
  const { engine, limits = defaultLimits, log = () => undefined } = options;
  const { concurrency = 2 * availableParallelism(), perOwner = 2, idleMs = 300_000 } = options;
  const { warm = { python: 1, node: 1 }, maxBoxes = Math.min(32, Math.ceil((2 * totalmem()) / gigabyte)) } = options;
  const queue = createRunQueue({ concurrency, perOwner, waitMs: queueWaitMs, longest: 500, longestOfOwner: 50 });
  const shelf = createBoxShelf({
    engine,
    log,
    idleMs,
    warm,
    maxBoxes: Math.max(maxBoxes, concurrency),
    isCalm: () => queue.isEmpty(),
  });
  const active = new Map<string, Active>();
  const life = new AbortController();
  const watch = createStatusWatch(async (_options, signal) => describeStatus(await engine.status(signal)), life.signal);

  const reap = () => {
    engine.reap().then(
      (count) => count > 0 && log('info', 'Stray containers removed', { count }),
      (error: unknown) => log('debug', 'Stray containers not looked for', { reason: String(error) }),
    );
  };
  reap();
  const reaping = setInterval(reap, reapMs);
  reaping.unref();

  async function inTurn(request: RunRequest, ports: RunPorts, onEvent: (event: RunEvent) => Promise<void>) {
    const language = checkRequest(request, limits);
    const { owner, workspace } = request;
    const key = JSON.stringify([owner, workspace, language.image]);
    const asked = performance.now();
    const turn = await queue.enter({
      owner,
      key,
      signal: ports.signal,
      onPosition: (position) => void onEvent({ type: 'queued', position }),
    });
    const queueMs = Math.round(performance.now() - asked);
    try {
      return { ...(await runInBox({ shelf, limits, log, language, request, ports, turn, onEvent })), queueMs };
    } catch (error) {
      if (error instanceof SandboxError && (error.code === 'engine' || error.code === 'unavailable')) watch.doubt();
      throw error;
    } finally {
      turn.leave();
      shelf.refill();
    }
  }

  async function* run(request: RunRequest, ports: RunPorts): AsyncGenerator<RunEvent, RunResult> {
    life.signal.throwIfAborted();
    ports.signal.throwIfAborted();
    const { runId, owner, workspace } = request;
    const ending = new AbortController();
    const channel = createEventChannel(joinEvents);
    const signal = AbortSignal.any([ports.signal, ending.signal]);
    const earlier = active.get(runId);
    const begin = async () => {
      // Whoever asks again has lost the first one from sight.
      if (earlier !== undefined) await end([earlier], new SandboxError('engine', 'The run was begun anew.'));
      return inTurn(request, { ...ports, signal }, (event) => channel.push(event));
    };
    const done = begin().finally(() => {
      if (active.get(runId) === mine) active.delete(runId);
      channel.end();
    });
    const mine: Active = { owner, workspace, life: ending, done };
    active.set(runId, mine);
    try {
      yield* channel.read();
      return await done;
    } finally {
      ending.abort(new SandboxError('engine', 'Nobody waits for this run any more.'));
      await Promise.allSettled([done]);
    }
  }

  async function end(runs: readonly Active[], reason: SandboxError): Promise<void> {
    for (const each of runs) each.life.abort(reason);
    await Promise.allSettled(runs.map(({ done }) => done));
  }

  return {
    status: (asked) => watch.status(asked),
    run,
    async closeWorkspace(owner, workspace) {
      const runs = [...active.values()].filter((each) => each.owner === owner && each.workspace === workspace);
      await end(runs, new SandboxError('engine', 'The workspace was closed.'));
      await shelf.closeWorkspace({ owner, workspace });
    },
    async close() {
      clearInterval(reaping);
      const reason = new SandboxError('unavailable', 'Code execution ends here.');
      life.abort(reason);
      await end([...active.values()], reason);
      await shelf.close();
      await engine.close();
    },
  };
}

import { problem } from '@parley/contracts';
import type { ProblemError } from '@parley/contracts';
import type { Logger } from 'pino';
import type { CodeRunRepository, HeldRun } from '../database/repositories/code-run-repository.ts';

/** Milliseconds between two looks at the record of a run that runs here: how long a stop from elsewhere takes. */
const lookInterval = 500;

/** A run that runs in this process. */
export interface RunHold {
  /** Aborts when the run is to end: it was stopped, lost to somebody else, or abandoned. */
  readonly signal: AbortSignal;
  /** Whether somebody has stopped it. */
  isStopped(): boolean;
  stop(): void;
  /** Leaves it to whoever asks for it again. */
  abandon(reason: Error): void;
  /** Looks no more. */
  end(): void;
}

interface HoldOptions {
  readonly runs: Pick<CodeRunRepository, 'renew'>;
  readonly log: Pick<Logger, 'warn'>;
}

/** It was removed, or somebody else has it by now. */
function lost(): ProblemError {
  return problem('code-run-not-found', { detail: 'This run was removed, or goes on elsewhere.' });
}

/** Keeps the lease of a run and hears of its stop. Not being able to look is no reason to end it. */
export function holdRun(held: HeldRun, { runs, log }: HoldOptions): RunHold {
  const over = new AbortController();
  let isStopped = false;
  let isLooking = false;

  function stop(): void {
    if (over.signal.aborted) return;
    isStopped = true;
    over.abort(new Error('The run was stopped.'));
  }

  async function look(): Promise<void> {
    const found = await runs.renew(held);
    if (found === undefined) over.abort(lost());
    else if (found.stopRequested) stop();
  }

  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch((error: unknown) => log.warn({ err: error, runId: held.id }, 'A run of code could not be looked up'))
      .finally(() => (isLooking = false));
  }, lookInterval).unref();

  return {
    signal: over.signal,
    isStopped: () => isStopped,
    stop,
    abandon: (reason) => over.abort(reason),
    end: () => clearInterval(timer),
  };
}

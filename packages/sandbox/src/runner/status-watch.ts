import type { SandboxStatus } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import { statusWhileOff } from './describe-status.ts';
import { withDeadline } from './with-deadline.ts';

export interface StatusWatch {
  /** From memory when it is fresh, or looks anew. Never throws. */
  status(options?: { readonly fresh?: boolean }): Promise<SandboxStatus>;
  /** What is remembered is doubtful: the next one who asks looks anew. */
  doubt(): void;
}

/** The first look proves every image. */
const lookMs = 120_000;
/** How long somebody who could be told what was true lately waits for what is true now. */
const patienceMs = 500;
const freshMs = 30_000;
const longestFreshMs = 240_000;

type Look = (options: { readonly fresh: boolean }, signal: AbortSignal) => Promise<SandboxStatus>;

/** Remembers what was seen for 30 s; while code cannot be run, for longer each time, until somebody asks afresh. */
export function createStatusWatch(look: Look, signal: AbortSignal): StatusWatch {
  let known: SandboxStatus | undefined;
  let freshUntil = 0;
  let failures = 0;
  let looking: Promise<SandboxStatus> | undefined;

  async function lookNow(fresh: boolean): Promise<SandboxStatus> {
    const status = await withDeadline(lookMs, 'The engine does not answer.', signal, (ending) =>
      look({ fresh }, ending),
    ).catch((error: unknown) =>
      statusWhileOff(error instanceof SandboxError ? error.message : 'The engine cannot be asked.'),
    );
    failures = status.enabled ? 0 : failures + 1;
    freshUntil = performance.now() + Math.min(longestFreshMs, freshMs * 2 ** Math.max(0, failures - 1));
    known = status;
    return status;
  }

  return {
    async status({ fresh = false } = {}) {
      if (fresh) failures = 0;
      else if (known !== undefined && performance.now() < freshUntil) return known;
      looking ??= lookNow(fresh).finally(() => {
        looking = undefined;
      });
      return fresh || known === undefined ? looking : soon(looking, known);
    },
    doubt() {
      freshUntil = 0;
    },
  };
}

async function soon(looking: Promise<SandboxStatus>, known: SandboxStatus): Promise<SandboxStatus> {
  const { promise: late, resolve } = Promise.withResolvers<SandboxStatus>();
  const timer = setTimeout(() => resolve(known), patienceMs);
  try {
    return await Promise.race([looking, late]);
  } finally {
    clearTimeout(timer);
  }
}

import { setTimeout as wait } from 'node:timers/promises';
import type { CodeStatus } from '@parley/contracts';
import { languages } from '@parley/sandbox';
import type { RunLimits, SandboxRunner, SandboxStatus } from '@parley/sandbox';
import type { CodeConfig } from '../config/code-config.ts';

/** Whether and how code can be run; `fresh` looks at the engine now. */
export type ReadCodeStatus = (options?: { readonly fresh?: boolean }) => Promise<CodeStatus>;

export interface CodeStatusReaders {
  /** Waits some seconds for the first look at the engine, which proves every image. */
  readonly status: ReadCodeStatus;
  /** The same, but for those who can go on without: `undefined` while the first look takes its time. */
  readonly statusSoon: () => Promise<CodeStatus | undefined>;
}

interface CodeStatusOptions {
  readonly off: CodeConfig['off'];
  readonly runner: Pick<SandboxRunner, 'status'>;
  readonly limits: RunLimits;
}

/** Milliseconds that callers wait. */
const longPatience = 60_000;
const patience = 10_000;
const shortPatience = 1_000;
/** Milliseconds between two looks at an engine that could not be used. */
const lookInterval = 5_000;

/** Asks the runner, unless the operator has decided already. */
export function createCodeStatus({ off, runner, limits }: CodeStatusOptions): CodeStatusReaders {
  const told = {
    runSeconds: limits.runSeconds,
    compileSeconds: limits.compileSeconds,
    codeBytes: limits.codeBytes,
    fileBytes: limits.fileBytes,
    workspaceBytes: limits.workspaceBytes,
    filesPerRun: limits.newFiles,
  };

  let lookedAgainAt = -Infinity;

  async function ask(fresh: boolean, milliseconds: number): Promise<CodeStatus | undefined> {
    const status = await inTime(runner.status({ fresh }), milliseconds);
    return status === undefined ? undefined : { ...toContract(status), limits: told };
  }

  /** An engine may have come back: who wants it need not wait until it is looked at by itself. */
  async function look(milliseconds: number): Promise<CodeStatus | undefined> {
    if (off !== undefined) return { enabled: false, ...off, languages: noLanguages, limits: told };
    const status = await ask(false, milliseconds);
    if (status?.enabled !== false || performance.now() - lookedAgainAt < lookInterval) return status;
    lookedAgainAt = performance.now();
    return (await ask(true, milliseconds)) ?? status;
  }

  return {
    async status({ fresh = false } = {}) {
      const status = fresh && off === undefined ? await ask(true, longPatience) : await look(patience);
      return status ?? { ...notYetKnown, limits: told };
    },
    statusSoon: () => look(shortPatience),
  };
}

async function inTime<T>(looking: Promise<T>, milliseconds: number): Promise<T | undefined> {
  const late = new AbortController();
  const enough = wait(milliseconds, undefined, { signal: late.signal, ref: false });
  try {
    return await Promise.race([looking, enough]);
  } finally {
    late.abort();
    await enough.catch(() => undefined);
  }
}

const noLanguages = languages.map(({ id, label }) => ({ id, label, ready: false }));
const noImages = {
  enabled: false,
  reason: 'No language is ready: their images are not built.',
  remedy: 'npm run sandbox build',
};
const notYetKnown = {
  enabled: false,
  reason: 'The engine is being looked at. Please ask again in a moment.',
  languages: noLanguages,
};

function toContract(status: SandboxStatus): Omit<CodeStatus, 'limits'> {
  const {
    enabled,
    reason,
    remedy,
    engine,
    languages: known,
  } = status.enabled && status.languages.every(({ ready }) => !ready) ? { ...status, ...noImages } : status;
  return {
    enabled,
    ...(reason === undefined ? {} : { reason }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(engine === undefined ? {} : { engine: { ...engine } }),
    languages: known.map((language) => ({ ...language })),
  };
}

/** Why no code can be run, as a sentence or two for people and models. */
export function whyNot({ reason, remedy }: Pick<CodeStatus, 'reason' | 'remedy'>): string {
  const why = `Code cannot be run here at the moment.${reason === undefined ? '' : ` ${withStop(reason)}`}`;
  return remedy === undefined ? why : `${why} What helps: ${remedy}`;
}

function withStop(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

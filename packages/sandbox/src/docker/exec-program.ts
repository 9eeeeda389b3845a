import type Docker from 'dockerode';
import { findLanguage } from '../core/languages.ts';
import type { RunLimits } from '../core/limits.ts';
import type { BoxCommand, BoxEnd, OutputSink } from '../engine/sandbox-engine.ts';
import type { BoxContainer } from './box-container.ts';
import { startExec, type ExecStream } from './exec-stream.ts';
import { createFirstLine } from './first-line.ts';
import { countedRunCode, readAftermath, signalOf } from './how-it-ended.ts';

type ProgramLimits = Pick<RunLimits, 'compileSeconds' | 'runSeconds'>;

interface ExecProgramOptions {
  readonly box: BoxContainer;
  readonly command: BoxCommand;
  readonly sink: OutputSink;
  readonly limits: ProgramLimits;
  readonly signal: AbortSignal;
}

/** Time beyond the limits after which the container is killed. */
const backstopSeconds = 3;
const endMs = 2_000;

/**
 * Runs a program by the image's `run-code`, and tells how it ended; nothing of it runs then. Throws
 * `SandboxError('engine')` when the box is lost, and the reason of the signal, after which it must be removed.
 */
export async function execProgram({ box, command, sink, limits, signal }: ExecProgramOptions): Promise<BoxEnd> {
  const either = AbortSignal.any([signal, box.ended]);
  const backstop = createBackstop(box, mostSeconds(command, limits) * 1_000);
  const started = performance.now();
  const elapsed = () => Math.round(performance.now() - started);
  let isCut = false;
  let killing: Promise<void> | undefined;
  const over = command.clock?.over ?? neverOver;
  const stop = () => {
    killing ??= killProgram(box, either);
  };
  over.addEventListener('abort', stop, { once: true });
  try {
    over.throwIfAborted();
    const program = await startProgram(box.container, command, limits, either);
    const before = createFirstLine();
    for await (const { stream, bytes } of program.pieces) {
      const own = stream === 'stderr' ? before.strip(bytes) : bytes;
      // What was on its way is read and forgotten, until the program is dead.
      if (isCut || own.byteLength === 0 || sink(stream, own)) continue;
      isCut = true;
      stop();
    }
    await killing;
    const exitCode = await program.exitCode();
    const durationMs = elapsed();
    if (exitCode === 0 && !isCut) return { phase: 'run', exitCode, reason: 'ok', durationMs, isSpent: false };
    const aftermath = await readAftermath(box.container, either);
    const end = describeEnd(exitCode, isCut, Number(before.text()), aftermath);
    return { ...end, ...(over.aborted && !isCut ? { reason: 'timeout' as const } : {}), durationMs };
  } catch (error) {
    signal.throwIfAborted();
    if (!isCut && !over.aborted && !backstop.hasStruck()) throw error;
    const reason = isCut ? 'output_limit' : 'timeout';
    return { phase: 'run', exitCode: null, signal: 'SIGKILL', reason, durationMs: elapsed(), isSpent: true };
  } finally {
    over.removeEventListener('abort', stop);
    backstop.clear();
  }
}

const neverOver = new AbortController().signal;

function mostSeconds({ language, clock }: BoxCommand, { compileSeconds, runSeconds }: ProgramLimits): number {
  const compiling = findLanguage(language)?.compiled === true ? compileSeconds : 0;
  return compiling + (clock?.seconds ?? runSeconds) + backstopSeconds;
}

async function startProgram(
  container: Docker.Container,
  { language, code, args, stdin, clock }: BoxCommand,
  { compileSeconds, runSeconds }: ProgramLimits,
  signal: AbortSignal,
): Promise<ExecStream> {
  const bytes = Buffer.from(code);
  const input = async function* () {
    yield bytes;
    if (stdin !== '') yield Buffer.from(stdin);
  };
  const numbers = [bytes.byteLength, compileSeconds, clock?.seconds ?? runSeconds].map(String);
  const command = [...countedRunCode, language, ...numbers, ...args];
  return await startExec(container, { command, user: 'sandbox', stdin: input() }, signal);
}

function createBackstop(box: BoxContainer, milliseconds: number) {
  let hasStruck = false;
  const timer = setTimeout(() => {
    hasStruck = true;
    void box.remove();
  }, milliseconds);
  return { hasStruck: () => hasStruck, clear: () => clearTimeout(timer) };
}

/** Kills all processes of a program; when there is no room for one that does so, the container. */
async function killProgram(box: BoxContainer, signal: AbortSignal): Promise<void> {
  const command = { command: ['/bin/sh', '-c', 'kill -9 -1; exit 0'], user: 'sandbox' } as const;
  try {
    const killing = await startExec(box.container, command, AbortSignal.any([signal, AbortSignal.timeout(endMs)]));
    for await (const _ of killing.pieces);
    if ((await killing.exitCode()) === 0) return;
  } catch {
    // Whatever went wrong, the end of the container is the end of the program.
  }
  await box.remove();
}

function describeEnd(
  exitCode: number,
  isCut: boolean,
  oomKillsBefore: number,
  aftermath: Awaited<ReturnType<typeof readAftermath>>,
): Omit<BoxEnd, 'durationMs'> {
  const isOom = aftermath !== undefined && aftermath.oomKills > oomKillsBefore;
  const ownReason = aftermath?.isTimeout === true ? 'timeout' : isOom ? 'oom' : 'ok';
  const signal = signalOf(exitCode);
  return {
    phase: aftermath?.phase ?? 'run',
    exitCode: signal === undefined ? exitCode : null,
    ...(signal === undefined ? {} : { signal }),
    reason: isCut ? 'output_limit' : ownReason,
    // A box that had to be helped is not trusted with another run.
    isSpent: isCut || isOom || aftermath === undefined,
  };
}

import type { CodeRunResult, StoredFile } from '@parley/contracts';
import type { Language, RunEvent, RunLimits, RunResult, SandboxRunner, WorkspaceFile } from '@parley/sandbox';
import type { RunInput } from '../database/schemas/code-run-document.ts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import type { CodeRunPorts, CodeRunRequest } from './code-run.ts';

/** Files that are named one by one in a result as not kept. */
const mostSkipped = 100;

interface WorkspaceRun extends Omit<CodeRunRequest, 'lang'> {
  readonly language: Language;
  readonly inputs: readonly RunInput[];
  /** Milliseconds that it has waited already. */
  readonly waitedMs: number;
}

interface RunnerPorts extends Pick<CodeRunPorts, 'onNews' | 'callTool'> {
  readonly runner: Pick<SandboxRunner, 'run'>;
  readonly files: Pick<WorkspaceFiles, 'read' | 'keepRun' | 'forget'>;
  readonly limits: Pick<RunLimits, 'shownBytes'>;
  readonly signal: AbortSignal;
  /** Whether the run is to be told as one that somebody stopped, rather than thrown, when `signal` aborts. */
  readonly isStopped: () => boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

type FileEvent = Extract<RunEvent, { type: 'file' }>;

/** Runs code once and keeps what it wrote. Throws `SandboxError`, problems of the files, and the reason of `signal`. */
export async function runInWorkspace(run: WorkspaceRun, ports: RunnerPorts): Promise<CodeRunResult> {
  const { runId, userId, conversationId, language, code, args, stdin, tools, inputs, waitedMs } = run;
  const { runner, files, signal, callTool, onNews, now } = ports;
  const ids = new Map(inputs.map(({ name, id }) => [name, id]));
  const printed = { stdout: createOutput(ports.limits.shownBytes), stderr: createOutput(ports.limits.shownBytes) };
  const changes = new Map<string, FileEvent['change']>();
  const removed: string[] = [];
  const askedAt = now();
  let startedAt: number | undefined;
  let ended: RunResult | undefined;

  const read = (file: WorkspaceFile, ends: AbortSignal): AsyncIterable<Uint8Array> => {
    const id = ids.get(file.name);
    if (id === undefined) throw new Error('The runner asked for a file that the workspace does not have');
    return files.read({ id }, ends);
  };
  const events = runner.run(
    {
      runId,
      owner: userId,
      workspace: conversationId,
      language: language.id,
      code,
      args,
      stdin,
      files: inputs.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
      ...(tools === undefined ? {} : { tools }),
    },
    { signal, read, ...(callTool === undefined ? {} : { callTool }) },
  );

  function take(event: Exclude<RunEvent, FileEvent>): void {
    switch (event.type) {
      case 'queued':
        onNews?.(event);
        break;
      case 'started':
        startedAt = now();
        onNews?.({ type: 'started', runId });
        break;
      case 'stdout':
      case 'stderr':
        printed[event.type].add(event.text);
        onNews?.(event);
        break;
      case 'removed':
        removed.push(event.name);
    }
  }

  /** Runs as fast as its files are taken. */
  async function* writtenFiles(): AsyncGenerator<FileEvent, void> {
    for await (const event of withResult(events, (result) => (ended = result))) {
      if (event.type !== 'file') {
        take(event);
        continue;
      }
      changes.set(event.name, event.change);
      yield event;
    }
  }

  const written = writtenFiles();
  try {
    const first = await written.next();
    const kept =
      first.done === true
        ? { kept: [], skipped: [] }
        : await files.keepRun(userId, conversationId, { runId, files: beginWith(first.value, written) }, signal);
    if (ended === undefined) throw new Error('The run was not seen through');
    if (removed.length > 0) await files.forget(userId, conversationId, removed);
    return resultOf(ended, kept, changes, run);
  } catch (error) {
    if (!signal.aborted || !ports.isStopped()) throw error;
    const over = now();
    const times = { durationMs: over - (startedAt ?? over), queueMs: waitedMs + (startedAt ?? over) - askedAt };
    return stoppedResult(run, { stdout: printed.stdout.text(), stderr: printed.stderr.text(), ...times });
  } finally {
    await written.return();
  }
}

/** The result of a run that somebody stopped. */
export function stoppedResult(
  { runId, language }: Pick<WorkspaceRun, 'runId' | 'language'>,
  told: Pick<CodeRunResult, 'stdout' | 'stderr' | 'durationMs' | 'queueMs'>,
): CodeRunResult {
  return {
    runId,
    language: language.id,
    phase: 'run',
    exitCode: null,
    signal: 'SIGKILL',
    reason: 'killed',
    truncated: false,
    files: [],
    skipped: [],
    ...told,
    durationMs: Math.round(told.durationMs),
    queueMs: Math.round(told.queueMs),
  };
}

function resultOf(
  ended: RunResult,
  { kept, skipped }: Awaited<ReturnType<WorkspaceFiles['keepRun']>>,
  changes: ReadonlyMap<string, FileEvent['change']>,
  { runId, language, waitedMs }: WorkspaceRun,
): CodeRunResult {
  return {
    runId,
    language: language.id,
    phase: ended.phase,
    exitCode: ended.exitCode,
    ...(ended.signal === undefined ? {} : { signal: ended.signal }),
    reason: ended.reason,
    truncated: ended.truncated,
    stdout: ended.stdout,
    stderr: ended.stderr,
    durationMs: Math.round(ended.durationMs),
    queueMs: Math.round(waitedMs + ended.queueMs),
    files: kept.map((file) => ({ ...refOf(file), change: changes.get(file.name) ?? 'new' })),
    skipped: shorten([...ended.skipped, ...skipped]),
  };
}

function refOf({ id, name, mimeType, size, sha256 }: StoredFile) {
  return { id, name, mimeType, size, sha256 };
}

function shorten(skipped: CodeRunResult['skipped']): CodeRunResult['skipped'] {
  if (skipped.length <= mostSkipped) return skipped;
  const named = skipped.slice(0, mostSkipped - 1);
  return [...named, { name: '…', reason: `and ${skipped.length - named.length} more files` }];
}

async function* withResult(
  events: AsyncGenerator<RunEvent, RunResult>,
  onEnd: (result: RunResult) => void,
): AsyncGenerator<RunEvent, void> {
  onEnd(yield* events);
}

async function* beginWith(first: FileEvent, rest: AsyncGenerator<FileEvent, void>): AsyncGenerator<FileEvent, void> {
  yield first;
  yield* rest;
}

/** What was printed, as far as it is shown. */
function createOutput(most: number): { add(text: string): void; text(): string } {
  let all = '';
  return {
    add(text) {
      all += text.slice(0, Math.max(0, most - all.length));
    },
    text: () => all.toWellFormed(),
  };
}

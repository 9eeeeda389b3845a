import { createHash } from 'node:crypto';
import type { RunEvent, RunPorts, RunRequest, RunResult, SandboxRunner, WorkspaceFile } from '../core/run.ts';

/** A workspace as its keeper has it: bytes by name, and how often each was read. */
export interface KeptFiles {
  readonly bytes: Map<string, Uint8Array>;
  readonly reads: string[];
  list(): WorkspaceFile[];
  read(file: WorkspaceFile): AsyncGenerator<Uint8Array>;
}

export function createKeptFiles(initial: Readonly<Record<string, string>> = {}): KeptFiles {
  const bytes = new Map<string, Uint8Array>(Object.entries(initial).map(([name, text]) => [name, Buffer.from(text)]));
  const reads: string[] = [];
  return {
    bytes,
    reads,
    list: () => [...bytes].map(([name, content]) => ({ name, size: content.length, sha256: sha256(content) })),
    async *read({ name }) {
      reads.push(name);
      const content = bytes.get(name) ?? new Uint8Array();
      for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
    },
  };
}

export interface Finished {
  readonly events: readonly RunEvent[];
  readonly result: RunResult;
}

let runs = 0;

/** A request with everything that a test does not speak of. */
export function requestOf(request: Partial<RunRequest>): RunRequest {
  runs += 1;
  return {
    runId: `run-${runs}`,
    owner: 'ada',
    workspace: 'home',
    language: 'python',
    code: 'print hello',
    args: [],
    stdin: '',
    files: [],
    ...request,
  };
}

/** Runs to the end; with `files`, as a keeper does that puts away what a run wrote. */
export async function runProgram(
  runner: SandboxRunner,
  request: Partial<RunRequest>,
  { files = createKeptFiles(), ...ports }: Partial<RunPorts> & { readonly files?: KeptFiles } = {},
  onEvent: (event: RunEvent) => void = () => undefined,
): Promise<Finished> {
  const events: RunEvent[] = [];
  const signal = new AbortController().signal;
  const run = runner.run(requestOf({ files: files.list(), ...request }), {
    signal,
    read: (file) => files.read(file),
    ...ports,
  });
  for (let step = await run.next(); ; step = await run.next()) {
    if (step.done === true) return { events, result: step.value };
    const event = step.value;
    events.push(event);
    if (event.type === 'file') files.bytes.set(event.name, event.bytes);
    if (event.type === 'removed') files.bytes.delete(event.name);
    onEvent(event);
  }
}

/** What it throws; `undefined` when it does not. */
export function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** The SHA-256 of those bytes, in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

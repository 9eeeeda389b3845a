import { randomUUID } from 'node:crypto';
import type { RunResult, SandboxRunner } from '@parley/sandbox';
import type { Program } from './programs.ts';

/** Milliseconds that no run may take. */
const deadline = 120_000;

interface Place {
  readonly owner: string;
  readonly workspace: string;
}

/** Runs a program that prints `hello`, and says how long its caller waited. Throws when it printed anything else. */
export async function runOnce(
  runner: SandboxRunner,
  { language, code }: Program,
  place: Place,
): Promise<{ readonly ms: number; readonly result: RunResult }> {
  const startedAt = performance.now();
  const events = runner.run(
    { runId: randomUUID(), ...place, language, code, args: [], stdin: '', files: [] },
    { signal: AbortSignal.timeout(deadline), read: readNothing },
  );
  for (;;) {
    const next = await events.next();
    if (next.done !== true) continue;
    const result = next.value;
    const ms = performance.now() - startedAt;
    if (result.stdout.trim() === 'hello') return { ms, result };
    throw new Error(`${language} ended with ${result.reason}, ${String(result.exitCode)}: ${result.stderr}`);
  }
}

async function* readNothing(): AsyncGenerator<Uint8Array> {
  // The workspaces of the bench are empty.
}

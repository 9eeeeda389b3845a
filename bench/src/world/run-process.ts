import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A process of the bench's own. */
export interface RunningProcess {
  readonly pid: number;
  readonly child: ChildProcess;
  isRunning(): boolean;
  /** The newest of what it has printed. */
  output(): string;
  /** Sends a signal and resolves when the process is gone; SIGKILL follows after `patienceMs`. */
  end(signal: NodeJS.Signals, patienceMs?: number): Promise<void>;
}

interface ProcessOptions {
  readonly variables?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** Opens a channel for messages; see `process.send`. */
  readonly channel?: 'ipc';
}

const keptOutput = 20_000;
const alive = new Set<ChildProcess>();

/** Starts a program with an environment of its own. Whatever still runs when the bench ends is killed with it. */
export function runProcess(
  program: string,
  parameters: readonly string[],
  options: ProcessOptions = {},
): RunningProcess {
  const child = spawn(program, parameters, {
    cwd: options.folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...options.variables },
    stdio: ['ignore', 'pipe', 'pipe', ...(options.channel === undefined ? [] : [options.channel])],
  });
  alive.add(child);
  let printed = '';
  const keep = (chunk: Buffer): void => {
    printed = (printed + chunk.toString()).slice(-keptOutput);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.once('exit', () => alive.delete(child));
  child.once('error', (error) => {
    printed += String(error);
    alive.delete(child);
  });
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null && child.pid !== undefined;
  return {
    pid: child.pid ?? 0,
    child,
    isRunning,
    output: () => printed,
    async end(signal, patienceMs = 20_000) {
      if (!isRunning()) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      const impatience = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      await exited;
      clearTimeout(impatience);
    },
  };
}

process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

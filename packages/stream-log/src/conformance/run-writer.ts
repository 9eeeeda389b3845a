import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { WriterProcess } from './stream-log-subject.ts';

/** Runs a script of this package that prints a number a line, as the writer of the suite. */
export function runWriter(script: URL, parameters: readonly string[]): WriterProcess {
  const child = spawn(process.execPath, [fileURLToPath(script), ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { acknowledged: numbersOf(child), kill: () => kill(child) };
}

async function* numbersOf(child: ChildProcess): AsyncGenerator<number> {
  if (child.stdout === null) return;
  for await (const line of createInterface(child.stdout)) yield Number(line);
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

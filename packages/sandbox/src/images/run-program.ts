import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { SandboxError } from '../core/sandbox-error.ts';

export interface ProgramOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Hears every line of stdout and stderr as it comes. */
  readonly onLine?: (line: string) => void;
}

/** How many of a failed program's last lines its error repeats. */
const toldLines = 15;

/**
 * The stdout of a program that ended well. Throws `SandboxError('unavailable')` with the last lines it printed when it
 * did not or cannot be started, and the reason of the signal, which ends it.
 */
export async function runProgram(program: string, args: readonly string[], options: ProgramOptions): Promise<string> {
  const { environment, signal, onLine } = options;
  signal.throwIfAborted();
  const child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  const printed: string[] = [];
  const tail: string[] = [];
  const hear = (line: string) => {
    tail.push(line);
    if (tail.length > toldLines) tail.shift();
    onLine?.(line);
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    printed.push(line);
    hear(line);
  });
  createInterface({ input: child.stderr }).on('line', hear);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal.throwIfAborted();
    if (code === 0) return printed.join('\n');
    throw new SandboxError('unavailable', `${program} ${args[0] ?? ''} failed:\n${tail.join('\n')}`);
  } catch (error) {
    if (error instanceof SandboxError || signal.aborted) throw error;
    throw new SandboxError('unavailable', `${program} cannot be started.`, { cause: error });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { AppConfig } from '../../config/app-config.ts';

export interface ApiProcess {
  readonly url: string;
  /** Ends the process and waits until it is gone. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Stops and continues the process, as a machine does that hangs. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

/** Starts an api in a process of its own. Everything it keeps is in the data folder of `config`. */
export async function startApiProcess(config: AppConfig): Promise<ApiProcess> {
  const script = path.join(import.meta.dirname, 'api-process.ts');
  const child = spawn(process.execPath, [script, JSON.stringify(config)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [url] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(() => Promise.reject(new Error('The api process ended before it was ready.'))),
  ]);
  return {
    url: String(url).replace('localhost', '127.0.0.1'),
    signal(signal) {
      child.kill(signal);
    },
    async kill(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

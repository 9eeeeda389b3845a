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

export interface ApiProcessOptions {
  /** Milliseconds that its clock is ahead of everybody else's. */
  readonly clockAhead?: number;
  /** Another program than `api-process.ts`, with the same argument and the same first line. */
  readonly script?: string;
}

/** Starts an api in a process of its own. Everything it keeps is in the data folder of `config`. */
export async function startApiProcess(
  config: AppConfig,
  { clockAhead = 0, script = path.join(import.meta.dirname, 'api-process.ts') }: ApiProcessOptions = {},
): Promise<ApiProcess> {
  const command = ['--import', `data:text/javascript,${encodeURIComponent(wrongClock(clockAhead))}`, script];
  const child = spawn(process.execPath, [...command, JSON.stringify(config)], { stdio: ['ignore', 'pipe', 'inherit'] });
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

/** A module after which `Date` tells another time. */
function wrongClock(ahead: number): string {
  return `
    const Right = Date;
    globalThis.Date = class Date extends Right {
      static now() { return Right.now() + ${ahead}; }
      constructor(...given) { super(...(given.length === 0 ? [Right.now() + ${ahead}] : given)); }
    };`;
}

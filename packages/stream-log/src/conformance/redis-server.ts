import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = 'redis-server';

/** A redis-server of the test's own, on loopback, in a temporary folder of its own. */
export interface TestRedis {
  readonly port: number;
  /** Ends it with SIGKILL and starts it again on the same port: empty, unless it was told to keep its data. */
  restart(): Promise<void>;
  /** Ends it with SIGKILL; `start` brings it back. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Removes what it kept on disk, while it is down. */
  clear(): Promise<void>;
  /** Stops and continues it, as a machine does that hangs. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  stop(): Promise<void>;
}

interface TestRedisOptions {
  /** Further settings, as on the command line. */
  readonly settings?: readonly string[];
}

export function isRedisInstalled(): boolean {
  return spawnSync(program, ['--version']).status === 0;
}

/** Starts one that keeps nothing on disk, unless the settings say so. */
export async function startRedis({ settings = [] }: TestRedisOptions = {}): Promise<TestRedis> {
  const [port, folder] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'parley-redis-'))]);
  const all = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    child = await startProgram(program, [...all, ...settings], 'Ready to accept connections');
  }
  async function kill(): Promise<void> {
    if (child === undefined) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    child = undefined;
  }

  await start();
  return {
    port,
    kill,
    start,
    async restart() {
      await kill();
      await start();
    },
    async clear() {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder);
    },
    signal(signal) {
      child?.kill(signal);
    },
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts a program and resolves when it has said that it is ready. */
export async function startProgram(name: string, settings: readonly string[], ready: string): Promise<ChildProcess> {
  const child = spawn(name, settings, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface(child.stdout)) {
    if (line.includes(ready)) break;
  }
  // Nobody reads on; a full pipe would stop the server.
  child.stdout.resume();
  return child;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('There is no free port');
  return address.port;
}

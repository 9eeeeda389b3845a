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
  /** Whether it is to be a node of a cluster. */
  readonly isNode?: boolean;
}

export function isRedisInstalled(): boolean {
  return spawnSync(program, ['--version']).status === 0;
}

/** Starts one that keeps nothing on disk, unless the settings say so. */
export async function startRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  // Somebody else may take a port that was free a moment ago.
  return inThreeAttempts(() => startOnFreePort(options));
}

/** Does what may fail by bad luck up to three times; rejects as the last attempt does. */
export async function inThreeAttempts<T>(work: () => Promise<T>): Promise<T> {
  return work().catch(work).catch(work);
}

async function startOnFreePort({ settings = [], isNode = false }: TestRedisOptions): Promise<TestRedis> {
  const [port, folder] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'parley-redis-'))]);
  const all = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  // The usual port of the bus is 10,000 higher, which may be none.
  if (isNode) all.push('--cluster-enabled', 'yes', '--cluster-port', String(await freePort()));
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

  try {
    await start();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
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

/** Starts a program and resolves when it has said that it is ready; rejects when it ends before. */
export async function startProgram(name: string, settings: readonly string[], ready: string): Promise<ChildProcess> {
  // Its own pipes: one that outlived its test would keep the runner from ending by holding those of the runner.
  const child = spawn(name, settings, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  let isReady = false;
  for await (const line of createInterface(child.stdout)) {
    said.push(line);
    isReady = line.includes(ready);
    if (isReady) break;
  }
  if (!isReady) throw new Error(`${name} ended before it was ready:\n${said.slice(-5).join('\n')}`);
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

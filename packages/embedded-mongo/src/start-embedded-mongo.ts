import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EmbeddedMongoError } from './embedded-mongo-error.ts';
import { removeSocketPath } from './server/socket-path.ts';
import type { ListenOptions, WorkerMessage, WorkerOptions } from './worker-protocol.ts';

// Its `import` would read Node's promises and streams of files as well: a megabyte.
const { mkdirSync, mkdtempSync, rmSync } = process.getBuiltinModule('node:fs');

/** How to run the embedded store. */
export interface EmbeddedMongoOptions {
  /** A directory for the store, made when missing; `:memory:` for a store that vanishes on close. */
  readonly path: string;
  /** `full` (the default) survives power cuts; `normal` survives crashes, but a power cut may cost the last commits. */
  readonly durability?: 'full' | 'normal';
  /** How many bytes one sort or group may keep in memory before it fails with 292; 100 MB when undefined. */
  readonly memoryLimit?: number;
  /** Listen on TCP with a password instead of a unix socket; 0 for a free port. On Windows the default, with 0. */
  readonly port?: number;
  /** Where to listen on TCP, 127.0.0.1 unless given. */
  readonly host?: string;
  /** Where to put the unix socket; `run/mongo.sock` in the directory unless given. Its directory must exist. */
  readonly socketPath?: string;
  /** Gives the server `configureFailPoint`, for tests of drivers; off unless asked for. */
  readonly testCommands?: boolean;
  /** Told about refused connections and internal errors; never about the contents of commands. */
  readonly log?: (level: 'info' | 'error', message: string) => void;
  /** Told once when the server stops without having been asked to. */
  readonly onExit?: (error: EmbeddedMongoError) => void;
}

/** A running embedded store. */
export interface EmbeddedMongo {
  /** An ordinary `mongodb://` connection string without a database name. */
  readonly uri: string;
  /** Commits what is pending, ends all connections and frees the directory. Safe to call twice. */
  close(): Promise<void>;
}

/** `dist/worker.cjs` where Node runs with `--conditions=built`, else the TypeScript (see `imports` in package.json). */
const workerFile = new URL(import.meta.resolve('#worker'));

/**
 * Room for new objects: documents that are read live for a moment only. With the double or triple of it that V8 takes
 * by itself a scan is no faster, and the process 80 MB larger.
 */
const YOUNG_MEGABYTES = 16;

/**
 * Starts the embedded store in a worker thread and resolves once it accepts connections. Rejects with
 * EmbeddedMongoError when the address, the lock, the format or the integrity of the store forbid it.
 */
export async function startEmbeddedMongo(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
  const isTemporary = options.path === ':memory:';
  const directory = prepareDirectory(options.path);
  const removeTemporary = (): void => {
    if (isTemporary) rmSync(directory, { recursive: true, force: true });
  };
  const workerData: WorkerOptions = {
    directory,
    synchronous: isTemporary ? 'none' : (options.durability ?? 'full'),
    listen: listenOptions(options),
    memoryLimit: options.memoryLimit,
    testCommands: options.testCommands,
  };
  const worker = new Worker(workerFile, {
    workerData,
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    name: 'embedded-mongo',
  });
  const exited = new Promise<void>((settle) => {
    worker.once('exit', () => settle());
  });
  try {
    const { uri, socketPath } = await whenReady(worker, options);
    return runningServer({ worker, exited, uri, socketPath, options, removeTemporary });
  } catch (error) {
    await exited;
    removeTemporary();
    throw error;
  }
}

// Windows has no unix sockets that only one user may open.
function listenOptions({ port, host = '127.0.0.1', socketPath }: EmbeddedMongoOptions): ListenOptions {
  if (socketPath !== undefined) return { kind: 'socket', path: socketPath };
  if (port !== undefined) return { kind: 'tcp', host, port };
  return process.platform === 'win32' ? { kind: 'tcp', host, port: 0 } : { kind: 'socket', path: undefined };
}

function prepareDirectory(path: string): string {
  try {
    if (path === ':memory:') return mkdtempSync(join(tmpdir(), 'parley-store-'));
    mkdirSync(resolve(path), { recursive: true, mode: 0o700 });
    return resolve(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EmbeddedMongoError('store-unreadable', `The store's directory cannot be made: ${reason}`, {
      cause: error,
    });
  }
}

interface Address {
  readonly uri: string;
  /** Undefined on TCP. */
  readonly socketPath: string | undefined;
}

function whenReady(worker: Worker, options: EmbeddedMongoOptions): Promise<Address> {
  return new Promise((settle, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'ready') settle(message);
      else if (message.type === 'failed') reject(new EmbeddedMongoError(message.code, message.message));
      else if (message.type === 'log') options.log?.(message.level, message.message);
    });
    worker.once('error', (error) => reject(exitError(error)));
    worker.once('exit', () => reject(exitError(undefined)));
  });
}

function exitError(cause: unknown): EmbeddedMongoError {
  const reason = cause instanceof Error ? `: ${cause.message}` : '.';
  return new EmbeddedMongoError('server-exited', `The embedded store stopped unexpectedly${reason}`, { cause });
}

interface RunningParts {
  readonly worker: Worker;
  readonly exited: Promise<void>;
  readonly uri: string;
  readonly socketPath: string | undefined;
  readonly options: EmbeddedMongoOptions;
  readonly removeTemporary: () => void;
}

const CLOSE_MILLISECONDS = 10_000;

function runningServer({ worker, exited, uri, socketPath, options, removeTemporary }: RunningParts): EmbeddedMongo {
  let closing: Promise<void> | undefined;
  let failure: unknown;
  worker.on('error', (error) => {
    failure = error;
  });
  worker.once('exit', () => {
    if (socketPath !== undefined) removeSocketPath(socketPath);
    removeTemporary();
    if (closing !== undefined) return;
    const error = exitError(failure);
    options.log?.('error', error.message);
    options.onExit?.(error);
  });
  const close = async (): Promise<void> => {
    const timer = setTimeout(() => void worker.terminate(), CLOSE_MILLISECONDS);
    worker.postMessage('close');
    await exited;
    clearTimeout(timer);
  };
  return {
    uri,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

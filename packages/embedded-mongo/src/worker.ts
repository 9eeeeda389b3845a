import { flushCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { EmbeddedMongoError } from './embedded-mongo-error.ts';
import { openStore, type Store } from './store/open-store.ts';
import { takeStoreLock, type StoreLock } from './store/store-lock.ts';
import { startServer, type RunningServer, type ServerLog } from './server/start-server.ts';
import { ensurePassword, uriOf, type Listening } from './server/listening.ts';
import { prepareSocketPath } from './server/socket-path.ts';
import { readWorkerOptions, type ListenOptions, type WorkerMessage, type WorkerOptions } from './worker-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('This file runs as a worker only.');

function tell(message: WorkerMessage): void {
  port?.postMessage(message);
}

const log: ServerLog = (level, message) => tell({ type: 'log', level, message });

interface Running {
  readonly lock: StoreLock;
  readonly store: Store;
  readonly server: RunningServer;
}

async function start(options: WorkerOptions): Promise<Running> {
  const lock = takeStoreLock(options.directory);
  const store = openStore(options.directory, options.synchronous);
  const where = listeningOf(options.listen, options.directory);
  const server = await startServer({
    store,
    where,
    log,
    memoryLimit: options.memoryLimit,
    testCommands: options.testCommands,
  });
  const socketPath = where.kind === 'socket' ? where.path : undefined;
  // Now, as a process that is killed does not do it: what is not parsed again costs no memory at the next start.
  flushCompileCache();
  tell({ type: 'ready', uri: uriOf(where, server.address), socketPath });
  return { lock, store, server };
}

function listeningOf(listen: ListenOptions, directory: string): Listening {
  if (listen.kind === 'tcp') return { ...listen, password: ensurePassword(directory) };
  return { kind: 'socket', path: listen.path ?? prepareSocketPath(directory) };
}

async function stop({ server, store, lock }: Running): Promise<void> {
  await server.close();
  store.close();
  lock.release();
  tell({ type: 'closed' });
  port?.close();
}

async function run(): Promise<void> {
  try {
    const running = await start(readWorkerOptions(workerData));
    port?.once('message', () => {
      stop(running).catch((error: unknown) => {
        throw error;
      });
    });
  } catch (error) {
    if (!(error instanceof EmbeddedMongoError)) throw error;
    tell({ type: 'failed', code: error.code, message: error.message });
    port?.close();
  }
}

// No `await`: the build is CommonJS.
run().catch((error: unknown) => {
  throw error;
});

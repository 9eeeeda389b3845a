import { createServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Store } from '../store/open-store.ts';
import { createBusyPoll } from './busy-poll.ts';
import { serveConnection, type Connections } from './connection.ts';
import { createAuthentication } from './authentication/authentication.ts';
import { createEngine, type ServerSurroundings } from './create-engine.ts';
import { listen, USER, type Listening } from './listening.ts';
import { scramCredentials } from './authentication/scram.ts';

/** What the server tells its owner; never the contents of commands. */
export type ServerLog = (level: 'info' | 'error', message: string) => void;

/** A listening server; `close` ends connections and commits what is pending, but leaves the store open. */
export interface RunningServer {
  /** Where it listens: the socket's path, or host and port. */
  readonly address: string;
  close(): Promise<void>;
}

const SWEEP_MILLISECONDS = 60_000;
const MAX_CONNECTIONS = 10_000;

/** Serves a store on a unix socket, or on TCP behind a password, until closed. */
export async function startServer(options: {
  store: Store;
  where: Listening;
  log: ServerLog;
  /** How many bytes one sort or group may keep; 100 MB when undefined. */
  memoryLimit?: number | undefined;
  /** Whether `configureFailPoint` exists. */
  testCommands?: boolean | undefined;
}): Promise<RunningServer> {
  const { store, where, log, memoryLimit, testCommands = false } = options;
  const connections: Connections = new Map();
  let address = '';
  let isClosing = false;
  let connectionsMade = 0;
  const authentication =
    where.kind === 'tcp' ? createAuthentication(scramCredentials(USER, where.password)) : undefined;
  const facts: ServerSurroundings = {
    startedAt: Date.now(),
    address: () => address,
    connections: () => connections.size,
    connectionsMade: () => connectionsMade,
    userOf: (connectionId) => authentication?.userOf(connectionId),
    isClosing: () => isClosing,
  };
  const onInternalError = (error: unknown, command: string): void => {
    log('error', `${command} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };
  const engine = createEngine({
    store,
    server: facts,
    isConnected: (connectionId) => connections.has(connectionId),
    onInternalError,
    memoryLimit,
    testCommands,
    loginCommands: authentication?.commands,
  });
  const dispatch = authentication?.guard(engine.dispatch) ?? engine.dispatch;
  const onClosed = (connectionId: number): void => {
    authentication?.forget(connectionId);
    engine.onClosed(connectionId);
  };
  const busyPoll = createBusyPoll();
  const server = createServer((socket) => {
    connectionsMade += 1;
    serveConnection({ socket, dispatch, connections, onClosed, busyPoll, log });
  });
  server.maxConnections = MAX_CONNECTIONS;
  address = await listen(server, where);
  const rehearsal = globalThis.setImmediate(() => {
    engine.rehearse().catch((error: unknown) => onInternalError(error, 'rehearsal'));
  });
  const sweep = setInterval(() => engine.sweep(Date.now()), SWEEP_MILLISECONDS);
  return {
    address,
    close: async () => {
      clearInterval(sweep);
      clearImmediate(rehearsal);
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      isClosing = true;
      engine.close();
      // One turn for the replies of what was just committed.
      await setImmediate();
      for (const socket of connections.values()) socket.end(() => socket.destroy());
      await closed;
    },
  };
}

import { chmodSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { createCatalogueState } from '../catalogue/catalogue-state.ts';
import type { ServerFacts } from '../commands/command.ts';
import { sweepExpired } from '../store/sweep-expired.ts';
import type { Store } from '../store/open-store.ts';
import { createWriteQueue } from '../store/write-queue.ts';
import { serveConnection, type Connections } from './connection.ts';
import { createCursors } from './cursors.ts';
import { createDispatcher } from './dispatcher.ts';
import { createSessions } from './sessions.ts';
import { createTransactions } from './transactions.ts';

/** What the server tells its owner; never the contents of commands. */
export type ServerLog = (level: 'info' | 'error', message: string) => void;

/** A listening server; `close` ends connections and commits what is pending, but leaves the store open. */
export interface RunningServer {
  close(): Promise<void>;
}

const SWEEP_MILLISECONDS = 60_000;

/** Serves a store on a unix socket until closed. */
export async function startServer(options: {
  store: Store;
  socketPath: string;
  log: ServerLog;
}): Promise<RunningServer> {
  const { store, socketPath, log } = options;
  const state = createCatalogueState(store);
  const queue = createWriteQueue(state);
  const cursors = createCursors();
  const sessions = createSessions();
  const connections: Connections = new Map();
  const transactions = createTransactions(queue, {
    onEnd: (session) => cursors.killOwnedBy(session.id),
    isConnected: (connectionId) => connections.has(connectionId),
  });
  const facts: ServerFacts = { startedAt: Date.now(), socketPath, connections: () => connections.size };
  const onInternalError = (error: unknown, command: string): void => {
    log('error', `${command} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };
  const dispatch = createDispatcher({ state, queue, cursors, sessions, transactions, server: facts, onInternalError });
  const onClosed = (connectionId: number): void => {
    for (const session of sessions.all()) {
      if (session.transaction?.connectionId === connectionId) transactions.abortOpen(session);
    }
  };
  const server = createServer((socket) => serveConnection({ socket, dispatch, connections, onClosed, log }));
  await listen(server, socketPath);
  const sweep = setInterval(() => {
    cursors.killIdle(Date.now());
    for (const session of sessions.expire(Date.now())) transactions.abortOpen(session);
    sweepExpired(queue, Date.now()).catch((error: unknown) => onInternalError(error, 'TTL sweep'));
  }, SWEEP_MILLISECONDS);
  return {
    close: async () => {
      clearInterval(sweep);
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const session of sessions.all()) transactions.abortOpen(session);
      queue.flush();
      // One turn for the replies of what was just committed.
      await setImmediate();
      for (const socket of connections.values()) socket.end(() => socket.destroy());
      await closed;
    },
  };
}

function listen(server: Server, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, () => {
      server.removeListener('error', reject);
      chmodSync(socketPath, 0o600);
      resolve();
    });
  });
}

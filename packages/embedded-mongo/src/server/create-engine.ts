import { createChangeLog } from '../changes/change-log.ts';
import { createWatch } from '../changes/watch.ts';
import { createCatalogueState } from '../catalogue/catalogue-state.ts';
import type { ServerFacts } from '../commands/command.ts';
import type { Store } from '../store/open-store.ts';
import { prepareServerTables } from '../store/server-tables.ts';
import { sweepExpired } from '../store/sweep-expired.ts';
import { createWriteQueue } from '../store/write-queue.ts';
import { createClusterClock } from './cluster-clock.ts';
import { createCursors, transactionOwner } from './cursors.ts';
import { createDispatcher, type Dispatch } from './dispatcher.ts';
import { createFailPoints } from './fail-points.ts';
import { createRetries } from './retries.ts';
import { createSessionCommands } from './session-commands.ts';
import { createSessions } from './sessions.ts';
import { createSignal } from './signal.ts';
import { createTransactions } from './transactions.ts';

/** The server without its sockets. */
export interface Engine {
  readonly dispatch: Dispatch;
  /** Ends what a connection leaves behind. */
  onClosed(connectionId: number): void;
  /** Ends what is idle, deletes what has expired and forgets what nobody can ask for any more. */
  sweep(now: number): void;
  /** Aborts open transactions, commits what is pending and lets nobody wait any longer. */
  close(): void;
}

interface EngineOptions {
  readonly store: Store;
  readonly server: ServerFacts;
  readonly isConnected: (connectionId: number) => boolean;
  readonly onInternalError: (error: unknown, command: string) => void;
  /** How many bytes one sort or group may keep; 100 MB when undefined. */
  readonly memoryLimit: number | undefined;
  /** Whether `configureFailPoint` exists, as on a MongoDB started with `enableTestCommands`. */
  readonly testCommands: boolean;
}

/** Puts the parts of a server together over an open store. */
export function createEngine(options: EngineOptions): Engine {
  const { store, server, isConnected, onInternalError, memoryLimit, testCommands } = options;
  prepareServerTables(store.writer);
  const clock = createClusterClock(store.writer);
  const log = createChangeLog(store, clock);
  const state = createCatalogueState(store, memoryLimit === undefined ? {} : { memoryLimit }, log);
  const changed = createSignal();
  const queue = createWriteQueue(state, {
    beforeCommit: () => {
      clock.tick();
      clock.persist();
    },
    afterCommit: () => changed.notify(),
  });
  const cursors = createCursors(() => changed.notify());
  const sessions = createSessions();
  const retries = createRetries(state.reading, queue);
  const transactions = createTransactions(queue, {
    retries,
    onStart: (session, number) => log.enter(session.document, number),
    onEnd: (session, number) => {
      log.leave();
      cursors.killOwnedBy(transactionOwner(session.id, number));
    },
    isConnected,
  });
  const appNames = new Map<number, string>();
  const dispatch = createDispatcher({
    state,
    queue,
    cursors,
    sessions,
    transactions,
    sessionCommands: createSessionCommands({ sessions, transactions, cursors, retries, onInternalError }),
    retries,
    clock,
    watch: createWatch({ state, queue, log, clock }),
    changed,
    failPoints: testCommands ? createFailPoints() : undefined,
    appNames,
    isConnected,
    server,
    onInternalError,
  });
  const failing = (work: Promise<void>, name: string): void => {
    work.catch((error: unknown) => onInternalError(error, name));
  };
  return {
    dispatch,
    onClosed: (connectionId) => {
      appNames.delete(connectionId);
      for (const session of sessions.all()) {
        const { latest } = session;
        if (latest === undefined || latest === 'unread' || latest.kind !== 'open') continue;
        if (latest.connectionId === connectionId) transactions.abortOpen(session);
      }
      changed.notify();
    },
    sweep: (now) => {
      cursors.killIdle(now);
      const expired = sessions.expire(now);
      for (const session of expired) transactions.abortOpen(session);
      failing(sweepExpired(queue, now), 'TTL sweep');
      failing(retries.forget(expired), 'session sweep');
      failing(retries.sweep(now), 'session sweep');
      failing(log.prune(queue, now), 'change log sweep');
    },
    close: () => {
      for (const session of sessions.all()) transactions.abortOpen(session);
      queue.flush();
      changed.notify();
    },
  };
}

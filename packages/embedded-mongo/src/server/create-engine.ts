import { createChangeLog } from '../changes/change-log.ts';
import { createWatch } from '../changes/watch.ts';
import { createCatalogueState } from '../catalogue/catalogue-state.ts';
import type { ServerFacts } from '../commands/command.ts';
import type { Store } from '../store/open-store.ts';
import { prepareServerTables } from '../store/server-tables.ts';
import { sweepExpired } from '../store/sweep-expired.ts';
import { createWriteQueue } from '../store/write-queue.ts';
import { createWriteTracker } from '../store/write-tracker.ts';
import { createClusterClock } from './sessions/cluster-clock.ts';
import { createCursors, transactionOwner } from './cursors/cursors.ts';
import { createDispatcher, type Dispatch } from './dispatcher.ts';
import { createFailPoints } from './diagnostics/fail-points.ts';
import { createFsync } from './diagnostics/fsync.ts';
import { createProfiler } from './diagnostics/profiler.ts';
import { rehearse } from './diagnostics/rehearse.ts';
import { createRetries } from './sessions/retries.ts';
import { createSessionCommands, type SessionCommands } from './sessions/session-commands.ts';
import { createSessions } from './sessions/sessions.ts';
import { createSignal } from './signal.ts';
import { createSnapshots } from './sessions/snapshots.ts';
import { createTransactions, openTransactionOf } from './sessions/transactions.ts';

/** The server without its sockets. */
export interface Engine {
  readonly dispatch: Dispatch;
  /** Ends what a connection leaves behind. */
  onClosed(connectionId: number): void;
  /** Ends what is idle, deletes what has expired and forgets what nobody can ask for any more. */
  sweep(now: number): void;
  /** Gets ready for the first query; to be called once, when there is time. */
  rehearse(): Promise<void>;
  /** Aborts open transactions, commits what is pending and lets nobody wait any longer. */
  close(): void;
}

/** What an engine is told about the server around it; the rest it knows itself. */
export type ServerSurroundings = Omit<
  ServerFacts,
  'isForTests' | 'isWriteLocked' | 'appNameOf' | 'lastWrite' | 'sessions'
>;

interface EngineOptions {
  readonly store: Store;
  readonly server: ServerSurroundings;
  readonly isConnected: (connectionId: number) => boolean;
  readonly onInternalError: (error: unknown, command: string) => void;
  /** How many bytes one sort or group may keep; 100 MB when undefined. */
  readonly memoryLimit: number | undefined;
  /** Whether `configureFailPoint` exists, as on a MongoDB started with `enableTestCommands`. */
  readonly testCommands: boolean;
  /** The steps of a login, where there is one. */
  readonly loginCommands: SessionCommands | undefined;
}

/** Puts the parts of a server together over an open store. */
export function createEngine(options: EngineOptions): Engine {
  const { store, isConnected, onInternalError, memoryLimit, testCommands } = options;
  prepareServerTables(store.writer);
  const clock = createClusterClock(store.writer);
  const log = createChangeLog(store, clock);
  const tracker = createWriteTracker();
  const limits = memoryLimit === undefined ? {} : { memoryLimit };
  const state = createCatalogueState(store, limits, { changes: log, watch: tracker });
  const changed = createSignal();
  const queue = createWriteQueue(state, tracker, {
    beforeCommit: () => clock.stamp(),
    onSettled: () => log.settle(),
    afterCommit: () => {
      clock.publish();
      snapshots.onCommit();
      changed.notify();
    },
  });
  const snapshots = createSnapshots({ reading: state.reading, store, latest: () => clock.latest() });
  const cursors = createCursors(() => changed.notify());
  const sessions = createSessions();
  const retries = createRetries(state.reading, queue);
  const transactions = createTransactions({
    queue,
    tracker,
    log,
    retries,
    snapshots,
    onEnd: (session, number) => cursors.killOwnedBy(transactionOwner(session.id, number)),
    isRead: (session, number) => cursors.isOwner(transactionOwner(session.id, number)),
    isConnected,
  });
  const appNames = new Map<number, string>();
  const fsync = createFsync(queue, store.writer);
  const server: ServerFacts = {
    ...options.server,
    lastWrite: () => clock.latest(),
    isForTests: testCommands,
    isWriteLocked: () => fsync.isLocked(),
    appNameOf: (connectionId) => appNames.get(connectionId),
    sessions: () => [...sessions.all()],
  };
  const profiler = createProfiler(queue, server, (error) => onInternalError(error, 'profile'));
  const dispatch = createDispatcher({
    profiler,
    state,
    queue,
    cursors,
    sessions,
    transactions,
    sessionCommands: new Map([
      ...createSessionCommands({ sessions, transactions, cursors, retries, onInternalError }),
      ...fsync.commands,
      ...profiler.commands,
      ...(options.loginCommands ?? []),
    ]),
    whenWritable: () => fsync.whenUnlocked(),
    retries,
    clock,
    snapshots,
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
        if (openTransactionOf(session)?.connectionId === connectionId) transactions.orphan(session);
      }
      changed.notify();
    },
    sweep: (now) => {
      cursors.killIdle(now);
      snapshots.sweep(now);
      const expired = sessions.expire(now);
      for (const session of expired) transactions.abortOpen(session);
      if (fsync.isLocked()) return;
      failing(sweepExpired(queue, now), 'TTL sweep');
      failing(retries.forget(expired), 'session sweep');
      failing(retries.sweep(now), 'session sweep');
      failing(log.prune(queue, now), 'change log sweep');
    },
    rehearse: () => rehearse(dispatch, state.reading.catalogue()),
    close: () => {
      for (const session of sessions.all()) transactions.abortOpen(session);
      queue.flush();
      snapshots.close();
      changed.notify();
    },
  };
}

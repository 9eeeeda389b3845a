import type {
  CommandId,
  ConversationId,
  GenerationId,
  GenerationState,
  Message,
  RunningMessage,
} from '@parley/contracts';
import type { LogConnection, LogReader } from '../../../lib/log-reader/log-reader.ts';
import { createFlushScheduler } from './flush-scheduler.ts';
import { followRun, type RunDefect } from './follow-run.ts';
import { waitsForInput } from './waiting-calls.ts';

/** A run as a view sees it: unchanged, by identity, until the next flush. */
export interface RunView {
  readonly message: Message;
  readonly connection: LogConnection;
  /** Somebody, on whatever device, asked for a stop that has not taken effect yet. */
  readonly stopping: boolean;
  /** The page has just come back, and whether the run still goes on is being found out. */
  readonly checking: boolean;
  /** What somebody added while it was being written and the model has not read yet. */
  readonly steers: readonly Steer[];
}

/** Text for the model to read before its next step. */
export interface Steer {
  readonly commandId: CommandId;
  readonly text: string;
}

export interface RunStoreDependencies {
  readonly reader: LogReader;
  readonly streamUrl: (generationId: GenerationId) => string;
  /** The message as the server holds it; rejects when it cannot be had. */
  readonly fetchMessage: (message: Message, signal: AbortSignal) => Promise<Message>;
  readonly fetchState: (id: GenerationId, signal: AbortSignal) => Promise<GenerationState>;
  readonly onFinished: (message: Message) => void;
  readonly onTitle: (message: Message, title: string) => void;
  /** A call of the run asks its user something, for the first time or anew. */
  readonly onInputRequested: (id: GenerationId, callId: string) => void;
  /** A call of the run has run code, which may have written files. */
  readonly onExecuted: (message: Message) => void;
  /** The run has begun to wait for its user, or goes on. */
  readonly onWaiting: (message: Message, waits: boolean) => void;
  /** The run cannot be followed any more: its message is gone, or the session ended. */
  readonly onUnreadable: (message: Message, cause: unknown) => void;
  readonly onDefect: (defect: RunDefect) => void;
}

/** The answers being written right now, outside React: read with `useSyncExternalStore`, flushed as a flush scheduler lets them. */
export interface RunStore {
  /** Begins to read a running message's log; harmless when it is being read already. */
  follow(message: RunningMessage): void;
  view(id: GenerationId): RunView | undefined;
  /** Whether the end of a run has been read, flushed or not. */
  readonly isFinished: (id: GenerationId) => boolean;
  subscribe(id: GenerationId, listener: () => void): () => void;
  /** Shows that a stop is under way, or that it could not be asked for. */
  setStopping(id: GenerationId, stopping: boolean): void;
  /** Shows what somebody adds to an answer, before the log says so. */
  addSteer(id: GenerationId, steer: Steer): void;
  removeSteer(id: GenerationId, commandId: CommandId): void;
  /** Asks for the state of every run that seems to go on: one may have ended while the page was asleep. */
  reconcile(): void;
  /** Stops reading the answers of a conversation, which nobody can see any more, and forgets them. */
  release(id: ConversationId): void;
  /** Stops reading everything: somebody else may sign in next. */
  reset(): void;
}

interface Run {
  readonly controller: AbortController;
  /** What has been folded. */
  current: RunView;
  /** What has been flushed. */
  shown: RunView;
  finished: boolean;
}

/** Runs nobody looks at that are still read, for the sake of their titles and ends; each costs a connection. */
const mostUnwatched = 2;
/** Finished runs that are kept, so that a message list fetched before the end cannot bring an old state back. */
const mostFinished = 20;

export function createRunStore(dependencies: RunStoreDependencies): RunStore {
  const { reader, streamUrl, fetchMessage, fetchState, onFinished, onTitle, onUnreadable, onDefect } = dependencies;
  const { onInputRequested, onExecuted, onWaiting } = dependencies;
  const runs = new Map<GenerationId, Run>();
  const listeners = new Map<GenerationId, Set<() => void>>();
  const dirty = new Set<GenerationId>();
  const scheduler = createFlushScheduler(flush);

  function flush() {
    const ids = [...dirty];
    dirty.clear();
    for (const id of ids) {
      const run = runs.get(id);
      if (!run || run.shown === run.current) continue;
      run.shown = run.current;
      for (const listener of listeners.get(id) ?? []) listener();
    }
  }

  function change(id: GenerationId, run: Run, part: Partial<RunView>) {
    run.current = { ...run.current, ...part };
    dirty.add(id);
    scheduler.request();
  }

  /** Ends all but the newest `most` runs of a kind. */
  function releaseOldest(isOfKind: (id: GenerationId, run: Run) => boolean, most: number) {
    const kind = [...runs].filter(([id, run]) => isOfKind(id, run));
    for (const [id, run] of kind.slice(0, Math.max(0, kind.length - most))) {
      run.controller.abort();
      runs.delete(id);
    }
  }

  async function read(id: GenerationId, run: Run, message: RunningMessage) {
    const { signal } = run.controller;
    try {
      const final = await followRun({
        message,
        url: streamUrl(id),
        reader,
        signal,
        fetchMessage: (fetchSignal) => fetchMessage(message, fetchSignal),
        onMessage(next) {
          const waits = waitsForInput(next.parts);
          if (waits !== waitsForInput(run.current.message.parts)) onWaiting(next, waits);
          change(id, run, { message: next, connection: 'live' });
        },
        onConnection: (connection) => change(id, run, { connection }),
        onDefect,
        onEvent(event) {
          if (event.type === 'title') onTitle(message, event.title);
          if (event.type === 'stop-requested') change(id, run, { stopping: true });
          if (event.type === 'steer-requested') addSteer(id, event);
          if (event.type === 'input-requested') onInputRequested(id, event.callId);
          if (event.type === 'tool-result' && event.execution) onExecuted(message);
          if (event.type === 'steer-received') removeSteer(id, event.commandId);
        },
      });
      finish(id, run, final);
    } catch (cause) {
      if (signal.aborted) return;
      runs.delete(id);
      onUnreadable(message, cause);
    }
  }

  function finish(id: GenerationId, run: Run, message: Message) {
    if (run.finished) return;
    run.finished = true;
    change(id, run, { message, connection: 'live', stopping: false, checking: false });
    scheduler.hurry();
    onFinished(message);
  }

  async function check(id: GenerationId, run: Run) {
    const { signal } = run.controller;
    change(id, run, { checking: true });
    try {
      const { status } = await fetchState(id, signal);
      if (status === 'running') return;
      const saved = await fetchMessage(run.current.message, signal);
      if (saved.status === 'running' || run.finished) return;
      finish(id, run, saved);
      run.controller.abort();
    } catch {
      // Whoever reads the log goes on trying, and says so.
    } finally {
      change(id, run, { checking: false });
    }
  }

  function addSteer(id: GenerationId, { commandId, text }: Steer) {
    const run = runs.get(id);
    if (!run) return;
    const { steers, message } = run.current;
    const isKnown = steers.some((steer) => steer.commandId === commandId);
    const isRead = message.parts.some((part) => part.type === 'steer' && part.commandId === commandId);
    if (!isKnown && !isRead) change(id, run, { steers: [...steers, { commandId, text }] });
  }

  function removeSteer(id: GenerationId, commandId: CommandId) {
    const run = runs.get(id);
    if (run) change(id, run, { steers: run.current.steers.filter((steer) => steer.commandId !== commandId) });
  }

  return {
    follow(message) {
      const id = message.generationId;
      if (id === undefined || runs.has(id)) return;
      const view: RunView = { message, connection: 'live', stopping: false, checking: false, steers: [] };
      const run: Run = { controller: new AbortController(), current: view, shown: view, finished: false };
      runs.set(id, run);
      for (const listener of listeners.get(id) ?? []) listener();
      releaseOldest((other, { finished }) => !finished && other !== id && !listeners.get(other)?.size, mostUnwatched);
      releaseOldest((_, { finished }) => finished, mostFinished);
      void read(id, run, message);
    },
    view: (id) => runs.get(id)?.shown,
    isFinished: (id) => runs.get(id)?.finished ?? false,
    subscribe(id, listener) {
      const set = listeners.get(id) ?? new Set();
      listeners.set(id, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(id) === set) listeners.delete(id);
      };
    },
    setStopping(id, stopping) {
      const run = runs.get(id);
      if (run && !run.finished) change(id, run, { stopping });
    },
    addSteer,
    removeSteer,
    reconcile() {
      for (const [id, run] of runs) if (!run.finished && !run.current.checking) void check(id, run);
    },
    release(conversationId) {
      for (const [id, run] of runs) {
        if (run.current.message.conversationId !== conversationId) continue;
        run.controller.abort();
        runs.delete(id);
      }
    },
    reset() {
      for (const run of runs.values()) run.controller.abort();
      runs.clear();
      dirty.clear();
    },
  };
}

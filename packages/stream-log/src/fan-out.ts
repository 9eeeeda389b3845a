import type { Batch, Offset } from './stream-log.ts';

/** Entries that were just appended after an offset. */
export interface Tail<E> extends Batch<E> {
  readonly after: Offset;
}

/** What a reader hears: the newest tail, `changed` (look for yourself) or `ended` (no more news will come). */
export type News<E> = Tail<E> | 'changed' | 'ended';

/** One reader's place in the fan-out. */
export interface Listener<E> {
  /** Resolves with the first news since the last call; `ended` when `signal` aborts. */
  next(signal: AbortSignal): Promise<News<E>>;
  leave(): void;
}

interface Topic<E> {
  listeners: number;
  version: number;
  latest: News<E>;
  /** What was published since the last wake-up. */
  pending: News<E> | undefined;
  readonly waiting: Set<() => void>;
}

/** A tail that grew longer than this before its readers woke is dropped: they read the store. */
const longestTail = 256;

/**
 * Tells all readers of a log in this process about news, once per turn of the event loop however many appends it saw.
 * Only the newest tail is kept, so that a slow reader costs nothing: it finds it missed some and reads the store.
 */
export function createFanOut<E>() {
  const topics = new Map<string, Topic<E>>();
  let stopped = false;

  function wake(topic: Topic<E>): void {
    topic.latest = topic.pending ?? 'changed';
    topic.pending = undefined;
    topic.version += 1;
    for (const resume of topic.waiting) resume();
  }

  function topicOf(id: string): Topic<E> {
    const found = topics.get(id);
    if (found !== undefined) return found;
    const created: Topic<E> = { listeners: 0, version: 0, latest: 'changed', pending: undefined, waiting: new Set() };
    topics.set(id, created);
    return created;
  }

  return {
    /** Takes a place among the readers of a log; news published from now on is heard. */
    join(id: string): Listener<E> {
      const topic = topicOf(id);
      topic.listeners += 1;
      let heard = topic.version;
      return {
        async next(signal) {
          if (topic.version === heard && !stopped && !signal.aborted) await turn(topic, signal);
          if (stopped || signal.aborted) return 'ended';
          const missedOne = topic.version !== heard + 1;
          heard = topic.version;
          return missedOne ? 'changed' : topic.latest;
        },
        leave() {
          topic.listeners -= 1;
          if (topic.listeners === 0) topics.delete(id);
        },
      };
    },

    isHeard: (id: string): boolean => topics.has(id),

    /** Wakes the readers of a log, after the caller had its turn: a crowd of readers must not delay the writer. */
    publish(id: string, news: Tail<E> | 'changed'): void {
      const topic = topics.get(id);
      if (topic === undefined) return;
      const isFirst = topic.pending === undefined;
      topic.pending = isFirst ? news : merge(topic.pending, news);
      if (isFirst) setImmediate(wake, topic);
    },

    /** Ends every reader, now and later. */
    stop(): void {
      stopped = true;
      for (const topic of topics.values()) wake(topic);
    },
  };
}

/** Waits for the topic's next wake-up or the signal, and leaves nothing behind on either. */
function turn<E>(topic: Topic<E>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const resume = () => {
      topic.waiting.delete(resume);
      signal.removeEventListener('abort', resume);
      resolve();
    };
    topic.waiting.add(resume);
    signal.addEventListener('abort', resume);
  });
}

function merge<E>(earlier: News<E> | undefined, later: News<E>): News<E> {
  if (typeof earlier !== 'object' || typeof later !== 'object' || earlier.next !== later.after) return 'changed';
  if (earlier.entries.length + later.entries.length > longestTail) return 'changed';
  return { ...later, after: earlier.after, entries: [...earlier.entries, ...later.entries] };
}

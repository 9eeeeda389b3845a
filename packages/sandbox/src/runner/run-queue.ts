import { SandboxError } from '../core/sandbox-error.ts';

interface RunQueueOptions {
  /** Runs at once. */
  readonly concurrency: number;
  /** Runs at once of one owner. */
  readonly perOwner: number;
  /** Longest wait. */
  readonly waitMs: number;
  /** Runs that may wait, of all and of one owner. */
  readonly longest: number;
  readonly longestOfOwner: number;
}

interface Entry {
  readonly owner: string;
  /** Runs of one key follow each other. */
  readonly key: string;
  readonly signal: AbortSignal;
  /** Told how many waiting runs are before it, whenever that changes. */
  readonly onPosition: (position: number) => void;
}

/** A run's turn, until it leaves. */
export interface Turn {
  leave(): void;
  /** Lets another run begin meanwhile: this one waits for something. Its owner and key stay busy. */
  rest(): void;
  /** Goes on, even if there are more runs for a while than there should be. */
  resume(): void;
}

export interface RunQueue {
  /** Resolves when it is its turn. Throws `queue-full`, and the reason of the signal. */
  enter(entry: Entry): Promise<Turn>;
  /** Nobody waits. */
  isEmpty(): boolean;
}

interface Waiting extends Entry {
  readonly admit: () => void;
  position: number | undefined;
}

interface Turns {
  running: number;
  /** The number of the turn that it was given last. */
  last: number;
}

/**
 * Turns for runs. The next turn goes to the owner with the fewest running, and among those to who waited longest for
 * one; an owner's own runs follow in the order they came, except that one whose key is busy lets the others pass.
 */
export function createRunQueue({ concurrency, perOwner, waitMs, longest, longestOfOwner }: RunQueueOptions): RunQueue {
  const owners = new Map<string, Turns>();
  const busy = new Set<string>();
  let waiting: Waiting[] = [];
  let running = 0;
  let turn = 0;

  const turnsOf = (owner: string): Turns => owners.get(owner) ?? { running: 0, last: 0 };

  function give({ owner, key }: Entry): Turn {
    busy.add(key);
    running += 1;
    turn += 1;
    owners.set(owner, { running: turnsOf(owner).running + 1, last: turn });
    let state: 'running' | 'resting' | 'over' = 'running';
    return {
      leave() {
        if (state === 'over') return;
        if (state === 'running') running -= 1;
        state = 'over';
        busy.delete(key);
        turnsOf(owner).running -= 1;
        forget(owner);
        advance();
      },
      rest() {
        if (state !== 'running') return;
        state = 'resting';
        running -= 1;
        advance();
      },
      resume() {
        if (state !== 'resting') return;
        state = 'running';
        running += 1;
      },
    };
  }

  function forget(owner: string): void {
    if (turnsOf(owner).running === 0 && !waiting.some((each) => each.owner === owner)) owners.delete(owner);
  }

  function nextOne(): Waiting | undefined {
    if (running >= concurrency) return undefined;
    const free = waiting.filter((each) => turnsOf(each.owner).running < perOwner && !busy.has(each.key));
    return inOrder(free, owners)[0];
  }

  function advance(): void {
    for (let next = nextOne(); next !== undefined; next = nextOne()) {
      const admitted = next;
      waiting = waiting.filter((each) => each !== admitted);
      admitted.admit();
    }
    tellPositions();
  }

  function tellPositions(): void {
    for (const [position, each] of inOrder(waiting, owners).entries()) {
      if (each.position === position) continue;
      each.position = position;
      each.onPosition(position);
    }
  }

  return {
    isEmpty: () => waiting.length === 0,
    async enter(entry) {
      entry.signal.throwIfAborted();
      if (waiting.length >= longest) throw new SandboxError('queue-full', 'Too many programs wait for their turn.');
      if (waiting.filter(({ owner }) => owner === entry.owner).length >= longestOfOwner) {
        throw new SandboxError('queue-full', 'Too many of your programs wait for their turn.');
      }
      const { promise, resolve, reject } = Promise.withResolvers<Turn>();
      const mine: Waiting = { ...entry, position: undefined, admit: () => resolve(give(entry)) };
      const leave = (reason: unknown) => {
        waiting = waiting.filter((each) => each !== mine);
        forget(entry.owner);
        reject(reason);
        tellPositions();
      };
      const stop = () => leave(entry.signal.reason);
      const late = () => leave(new SandboxError('queue-full', `It was not its turn within ${waitMs / 1000} s.`));
      waiting.push(mine);
      const timer = setTimeout(late, waitMs);
      entry.signal.addEventListener('abort', stop, { once: true });
      advance();
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        entry.signal.removeEventListener('abort', stop);
      }
    },
  };
}

/** Who comes when, as far as can be told: owners take turns, the one with the fewest running first. */
function inOrder(entries: readonly Waiting[], owners: ReadonlyMap<string, Turns>): Waiting[] {
  const seen = new Map<string, number>();
  const ranked = entries.map((entry, arrival) => {
    const { running, last } = owners.get(entry.owner) ?? { running: 0, last: 0 };
    const before = seen.get(entry.owner) ?? 0;
    seen.set(entry.owner, before + 1);
    // The n-th run of an owner comes when n - 1 others of it run already.
    return { entry, round: running + before, last, arrival };
  });
  ranked.sort((a, b) => a.round - b.round || a.last - b.last || a.arrival - b.arrival);
  return ranked.map(({ entry }) => entry);
}

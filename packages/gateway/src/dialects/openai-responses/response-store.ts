import type { Turn } from '../../core/model-request.ts';

/** Whose answers they are: nobody else finds them. */
export interface ResponseOwner {
  /** Digest of the key that was sent; empty without one. */
  readonly caller: string;
  readonly tenant?: string | undefined;
}

/** Keeps conversations under the ids of their answers, so that a later request can go on from one. */
export interface ResponseStore {
  /** The turns up to and with the answer of that id; undefined when `owner` has no such answer (any more). */
  get(owner: ResponseOwner, id: string): readonly Turn[] | undefined;
  put(owner: ResponseOwner, id: string, turns: readonly Turn[]): void;
}

export interface ResponseStoreOptions {
  readonly maxEntries?: number;
  /** Characters of all conversations together. */
  readonly maxLength?: number;
  readonly ttlMs?: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

interface Entry {
  readonly turns: readonly Turn[];
  readonly length: number;
  readonly expiresAt: number;
}

const hour = 3_600_000;

/** A store in memory: 1000 answers, 64 million characters and six hours unless told. The oldest go first. */
export function createResponseStore({
  maxEntries = 1000,
  maxLength = 64_000_000,
  ttlMs = 6 * hour,
  now = () => performance.now(),
}: ResponseStoreOptions = {}): ResponseStore {
  const entries = new Map<string, Entry>();
  let length = 0;

  function remove(key: string): void {
    length -= entries.get(key)?.length ?? 0;
    entries.delete(key);
  }

  /** In order of age, so the first that is young enough ends the search. */
  function makeRoom(): void {
    for (const [key, { expiresAt }] of entries) {
      if (entries.size <= maxEntries && length <= maxLength && expiresAt > now()) return;
      remove(key);
    }
  }

  return {
    get(owner, id) {
      const entry = entries.get(keyOf(owner, id));
      return entry && entry.expiresAt > now() ? entry.turns : undefined;
    },
    put(owner, id, turns) {
      const key = keyOf(owner, id);
      remove(key);
      const entry = { turns, length: JSON.stringify(turns).length, expiresAt: now() + ttlMs };
      if (entry.length > maxLength) return;
      entries.set(key, entry);
      length += entry.length;
      makeRoom();
    },
  };
}

function keyOf({ caller, tenant }: ResponseOwner, id: string): string {
  return JSON.stringify([tenant ?? null, caller, id]);
}

import type { CacheStore } from './cache-store.ts';

export interface MemoryCacheStoreOptions {
  /** Of `set`; lists count in bytes only. */
  readonly maxEntries: number;
  /** Of everything kept, keys included. */
  readonly maxBytes: number;
  /** Milliseconds of any steady clock. */
  readonly now?: () => number;
}

interface Entry {
  readonly value: Buffer;
  readonly bytes: number;
  readonly expiresAt: number;
}

interface List {
  values: Buffer[];
  /** How many were ever added: the cursor behind the last of `values`. */
  added: number;
  bytes: number;
  expiresAt: number;
}

/** What a map's row costs besides its bytes, roughly. */
const rowBytes = 128;
const pageLength = 1000;

/** A store in this process. What was not used for longest goes first when a bound is reached. */
export function createMemoryCacheStore({
  maxEntries,
  maxBytes,
  now = () => performance.now(),
}: MemoryCacheStoreOptions): CacheStore & { readonly size: { readonly entries: number; readonly bytes: number } } {
  const entries = new Map<string, Entry>();
  const lists = new Map<string, List>();
  let bytes = 0;

  function dropEntry(key: string): void {
    bytes -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  }
  function dropList(name: string): void {
    bytes -= lists.get(name)?.bytes ?? 0;
    lists.delete(name);
  }
  function makeRoom(): void {
    while (entries.size > maxEntries || (bytes > maxBytes && entries.size > 0)) {
      const [oldest] = entries.keys();
      if (oldest === undefined) break;
      dropEntry(oldest);
    }
    while (bytes > maxBytes) {
      const [oldest] = lists.keys();
      if (oldest === undefined) break;
      dropList(oldest);
    }
  }
  function liveList(name: string): List | undefined {
    const list = lists.get(name);
    if (list === undefined || list.expiresAt > now()) return list;
    dropList(name);
    return undefined;
  }

  return {
    get size() {
      return { entries: entries.size, bytes };
    },
    async get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      if (entry.expiresAt <= now()) {
        bytes -= entry.bytes;
        return undefined;
      }
      // A map keeps the order of insertion, so the one used last stands last.
      entries.set(key, entry);
      return entry.value;
    },
    async set(key, value, ttlMs) {
      dropEntry(key);
      const entry = { value, bytes: key.length + value.length + rowBytes, expiresAt: now() + ttlMs };
      if (entry.bytes > maxBytes) return;
      entries.set(key, entry);
      bytes += entry.bytes;
      makeRoom();
    },
    async delete(key) {
      dropEntry(key);
    },
    async append(name, value, { ttlMs, maxEntries: maxLength }) {
      const list = liveList(name) ?? { values: [], added: 0, bytes: name.length + rowBytes, expiresAt: 0 };
      if (!lists.has(name)) bytes += list.bytes;
      list.values.push(value);
      list.added += 1;
      let grown = value.length + rowBytes;
      // In blocks, so that a full list is not moved at each addition.
      if (list.values.length >= maxLength + Math.max(1, Math.floor(maxLength / 8))) {
        for (const gone of list.values.splice(0, list.values.length - maxLength)) grown -= gone.length + rowBytes;
      }
      list.bytes += grown;
      bytes += grown;
      list.expiresAt = now() + ttlMs;
      lists.delete(name);
      lists.set(name, list);
      makeRoom();
    },
    async since(name, cursor) {
      const list = liveList(name);
      if (list === undefined) return { values: [], cursor };
      const first = list.added - list.values.length;
      // A list that was lost and begun anew counts from nothing again.
      const seen = cursor === undefined || Number(cursor) > list.added ? 0 : Number(cursor);
      const from = Math.max(0, seen - first);
      const values = list.values.slice(from, from + pageLength);
      return { values, cursor: String(first + from + values.length) };
    },
  };
}

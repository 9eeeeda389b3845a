/**
 * Where caches keep their bytes. A cache may forget at any time, so nothing here ever fails: a store that is lost, slow
 * or full answers as if it knew nothing, within its deadline.
 */
export interface CacheStore {
  get(key: string): Promise<Buffer | undefined>;
  /** Keeps `value` for `ttlMs` from now, whatever was there before. */
  set(key: string, value: Buffer, ttlMs: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** Adds to the end of a list; the oldest beyond `maxEntries` go, and the whole list `ttlMs` after the last addition. */
  append(list: string, value: Buffer, bounds: { readonly ttlMs: number; readonly maxEntries: number }): Promise<void>;
  /** What was added after `cursor`, oldest first, a bounded number at a time; from the beginning without one. */
  since(list: string, cursor: string | undefined): Promise<ListedValues>;
}

export interface ListedValues {
  readonly values: readonly Buffer[];
  /** For the next time; undefined while nothing was ever found. */
  readonly cursor: string | undefined;
}

/** A position in a log. Opaque; sorts lexicographically within a log; `-1` is the start, `now` the end. */
export type Offset = string;

/** Where every log begins. */
export const startOffset: Offset = '-1';

/** The end of a log at the moment it is read: what follows it is new. Accepted by `read` and `follow`, never returned. */
export const nowOffset: Offset = 'now';

/**
 * One writer of a log. Appends carry `seq`, counted from 0 within an `epoch`; a newer epoch starts again at 0 and
 * fences every older one. A repeated (epoch, seq) is recognised and not written twice (Durable Streams, idempotent
 * producers). Several producers, each with an id of its own, may write to one log.
 */
export interface Producer {
  readonly id: string;
  readonly epoch: number;
}

export type LogState = 'missing' | 'open' | 'closed';

/** A group of entries that were read together, with the offset after them. */
export interface Batch<E> {
  readonly entries: readonly E[];
  readonly next: Offset;
  /** No more entries were there when this batch was read. */
  readonly upToDate: boolean;
  /** The log is closed and this batch holds its last entries. Final. */
  readonly closed: boolean;
}

/** The reading half of a log. */
export interface LogReader<E> {
  /**
   * Up to `limit` entries (1,000 unless told, and about 1 MiB of JSON) after an offset, at once. Throws `missing`,
   * `invalid-offset` (malformed, past the end, or from an earlier log of that id).
   */
  read(id: string, after: Offset, limit?: number): Promise<Batch<E>>;
  /**
   * Batches after an offset as they come, until the log is closed or `signal` aborts (then it just ends). The first
   * batch comes at once, even if empty. Entries may be shared between readers: treat them as read-only. Throws as
   * `read` does, and `missing` when the log is removed.
   */
  follow(id: string, after: Offset, signal: AbortSignal): AsyncIterable<Batch<E>>;
}

/**
 * Writes and reads histories. Entries are JSON values. Offsets are opaque; entries at an offset never change; closed is
 * for good. Every method may throw a `StreamLogError`; `unavailable` when the store cannot be reached.
 */
export interface StreamLog<E> extends LogReader<E> {
  /** The same log, read as the JSON texts of its entries: for a reader that passes them on as they are. */
  readonly texts?: LogReader<string>;
  /**
   * Creates the log, or finds it there (open or closed). Claims it for `producer`: an older epoch of the same producer
   * id is fenced from now on. Throws `fenced` when a newer epoch has claimed it.
   */
  open(id: string, producer: Producer): Promise<'opened' | 'exists'>;
  /**
   * Adds entries under the producer's next `seq`; returns the offset after them. A producer that never opened the log
   * joins it with `seq` 0. A repeated `seq` adds nothing and returns the offset after the producer's latest append.
   * Throws `missing`, `fenced`, `sequence-gap`, `closed`.
   */
  append(id: string, producer: Producer, seq: number, entries: readonly E[]): Promise<Offset>;
  /** Adds the last entries and seals the log, in one step. Repeating it is harmless. Throws as `append` does. */
  close(id: string, producer: Producer, seq: number, entries: readonly E[]): Promise<Offset>;
  state(id: string): Promise<LogState>;
  /** Removes a log with all its entries. Readers that follow it end with `missing`. Harmless when it is missing. */
  remove(id: string): Promise<void>;
  /** Removes logs that were closed before `moment`; returns how many. */
  removeClosedBefore(moment: Date): Promise<number>;
}

/** A log and the store it holds open. After `shutdown` every reader has ended and every call throws `unavailable`. */
export interface StreamLogStore<E> extends StreamLog<E> {
  shutdown(): Promise<void>;
}

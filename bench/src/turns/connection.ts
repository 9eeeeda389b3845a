/** One attempt to read on, from an offset. */
export interface Attempt {
  /** Full URL of the log, without a query. */
  readonly url: string;
  readonly token: string;
  readonly offset: string;
  readonly live: 'sse' | 'long-poll';
  readonly signal: AbortSignal;
  /** Takes a batch of entries; `next` is the offset after them. What it throws ends the attempt. */
  readonly onBatch: (entries: readonly unknown[], next: string, closed: boolean) => void;
}

/** Reads until the connection ends; rejects when it breaks or is refused, with a `RefusedError` for the latter. */
export type Connect = (attempt: Attempt) => Promise<void>;

/** The server answered, and said no. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`The log was refused with status ${status}.`);
    this.status = status;
  }
}

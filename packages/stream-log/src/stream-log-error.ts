import type { Offset } from './stream-log.ts';

export type StreamLogErrorCode =
  | 'missing'
  | 'gone'
  | 'closed'
  | 'conflict'
  | 'fenced'
  | 'sequence-gap'
  | 'invalid-offset'
  | 'invalid-live-mode'
  | 'invalid-request'
  | 'too-large'
  | 'read-only'
  | 'unsupported-method'
  | 'corrupt'
  | 'unavailable';

/** The HTTP status the Durable Streams protocol gives each error. */
export const streamLogErrorStatus = {
  missing: 404,
  gone: 410,
  closed: 409,
  conflict: 409,
  fenced: 403,
  'sequence-gap': 409,
  'invalid-offset': 400,
  'invalid-live-mode': 400,
  'invalid-request': 400,
  'too-large': 413,
  'read-only': 405,
  'unsupported-method': 405,
  corrupt: 500,
  unavailable: 503,
} as const satisfies Record<StreamLogErrorCode, number>;

interface StreamLogErrorOptions extends ErrorOptions {
  readonly expectedSeq?: number;
  readonly receivedSeq?: number;
  readonly currentEpoch?: number | undefined;
  readonly next?: Offset;
}

/**
 * The one error of this package. `expectedSeq` and `receivedSeq` come with `sequence-gap`; `currentEpoch` with `fenced`,
 * and with `sequence-gap` when a newer epoch did not begin at 0; `next` (the last offset) with `closed`. Only `unavailable` is worth a
 * retry: the store could not be reached, and whether the last append was kept is not known until the same sequence
 * number is sent again. Messages name logs and numbers, never entries.
 */
export class StreamLogError extends Error {
  override readonly name = 'StreamLogError';
  readonly code: StreamLogErrorCode;
  readonly retryable: boolean;
  readonly expectedSeq: number | undefined;
  readonly receivedSeq: number | undefined;
  readonly currentEpoch: number | undefined;
  readonly next: Offset | undefined;

  constructor(code: StreamLogErrorCode, message: string, options: StreamLogErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryable = code === 'unavailable';
    this.expectedSeq = options.expectedSeq;
    this.receivedSeq = options.receivedSeq;
    this.currentEpoch = options.currentEpoch;
    this.next = options.next;
  }
}

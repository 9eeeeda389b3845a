export type StreamLogErrorCode =
  | 'missing'
  | 'closed'
  | 'fenced'
  | 'sequence-gap'
  | 'invalid-offset'
  | 'invalid-live-mode'
  | 'read-only'
  | 'corrupt'
  | 'unavailable';

/** The HTTP status the Durable Streams protocol gives each error. */
export const streamLogErrorStatus = {
  missing: 404,
  closed: 409,
  fenced: 403,
  'sequence-gap': 409,
  'invalid-offset': 400,
  'invalid-live-mode': 400,
  'read-only': 405,
  corrupt: 500,
  unavailable: 503,
} as const satisfies Record<StreamLogErrorCode, number>;

interface StreamLogErrorOptions extends ErrorOptions {
  readonly expectedSeq?: number;
  readonly currentEpoch?: number;
}

/**
 * The one error of this package. `expectedSeq` comes with `sequence-gap`, `currentEpoch` with `fenced`. Only
 * `unavailable` is worth a retry: the store could not be reached, and whether the last append was kept is not known
 * until the same sequence number is sent again. Messages name logs and numbers, never entries.
 */
export class StreamLogError extends Error {
  override readonly name = 'StreamLogError';
  readonly code: StreamLogErrorCode;
  readonly retryable: boolean;
  readonly expectedSeq: number | undefined;
  readonly currentEpoch: number | undefined;

  constructor(code: StreamLogErrorCode, message: string, options: StreamLogErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryable = code === 'unavailable';
    this.expectedSeq = options.expectedSeq;
    this.currentEpoch = options.currentEpoch;
  }
}

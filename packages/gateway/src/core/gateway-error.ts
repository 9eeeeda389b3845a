interface ErrorRow {
  /** The HTTP status the gateway answers, unless the upstream gave one. */
  readonly status: number;
  /** Whether the caller may ask again as it is. */
  readonly retryable: boolean;
  /** What to do with the target that failed: nothing, one more try, a try after its `Retry-After`, another key of it. */
  readonly sameTarget: 'no' | 'once' | 'after-wait' | 'other-key';
  /** Whether another target may do better: `larger` needs more context, `by-policy` only where the operator says so. */
  readonly nextTarget: 'no' | 'yes' | 'larger' | 'by-policy';
  /** Whether it speaks against the target (or only against the key that was used). */
  readonly breaker: 'no' | 'yes' | 'key';
}

const ours = { sameTarget: 'no', nextTarget: 'no', breaker: 'no' } as const;
const passing = { sameTarget: 'once', nextTarget: 'yes', breaker: 'yes' } as const;

/** Everything that can go wrong between a caller and a model, and what is done about it. */
const gatewayErrors = {
  'bad-request': { status: 400, retryable: false, ...ours },
  'not-acceptable': { status: 422, retryable: false, ...ours },
  unauthenticated: { status: 401, retryable: false, ...ours },
  forbidden: { status: 403, retryable: false, ...ours },
  // 402, so that SDKs do not try again.
  'budget-exceeded': { status: 402, retryable: false, ...ours },
  'rate-limited': { status: 429, retryable: true, ...ours },
  'upstream-auth': { status: 502, retryable: false, sameTarget: 'other-key', nextTarget: 'yes', breaker: 'key' },
  'model-not-found': { status: 404, retryable: false, sameTarget: 'no', nextTarget: 'yes', breaker: 'no' },
  'not-found': { status: 404, retryable: false, ...ours },
  'method-not-allowed': { status: 405, retryable: false, ...ours },
  'body-too-large': { status: 413, retryable: false, ...ours },
  'idempotency-mismatch': { status: 422, retryable: false, ...ours },
  'recording-lost': { status: 409, retryable: false, ...ours },
  'context-exceeded': { status: 400, retryable: false, sameTarget: 'no', nextTarget: 'larger', breaker: 'no' },
  'content-filtered': { status: 400, retryable: false, sameTarget: 'no', nextTarget: 'by-policy', breaker: 'no' },
  'upstream-refused': { status: 400, retryable: false, ...ours },
  'upstream-limited': { status: 429, retryable: true, sameTarget: 'after-wait', nextTarget: 'yes', breaker: 'key' },
  overloaded: { status: 503, retryable: true, ...passing },
  'upstream-error': { status: 502, retryable: true, ...passing },
  network: { status: 502, retryable: true, ...passing },
  timeout: { status: 504, retryable: true, ...passing, sameTarget: 'no' },
  'stream-cut': { status: 502, retryable: true, ...passing },
  'stream-malformed': { status: 502, retryable: false, ...passing },
  shedding: { status: 503, retryable: true, ...ours },
  cancelled: { status: 499, retryable: false, ...ours },
  internal: { status: 500, retryable: false, ...ours },
} as const satisfies Readonly<Record<string, ErrorRow>>;

export type GatewayErrorCode = keyof typeof gatewayErrors;

export interface GatewayErrorDetails {
  /** Safe for the person who asked: no keys, no internal addresses. */
  readonly message: string;
  /** HTTP status of the upstream answer, where there was one. */
  readonly upstreamStatus?: number | undefined;
  /** The vendor's own code for it, such as `insufficient_quota`. */
  readonly vendorCode?: string | undefined;
  /** The request field at fault, where one is known. */
  readonly param?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** The gateway itself kept the call from going out: an open breaker, a full queue, no key to use. */
  readonly isUnsent?: boolean | undefined;
  /** The other side was there, and closed the connection before it began to answer: it may have seen the call or not. */
  readonly isBrokenOff?: boolean | undefined;
  readonly cause?: unknown;
}

/** The one error of this package. Callers branch on `code`, never on `message`; `cause` is for the log. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: GatewayErrorCode;
  readonly status: number;
  readonly retryable: boolean;
  readonly upstreamStatus: number | undefined;
  readonly vendorCode: string | undefined;
  readonly param: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly isUnsent: boolean;
  readonly isBrokenOff: boolean;

  constructor(code: GatewayErrorCode, details: GatewayErrorDetails) {
    super(details.message, { cause: details.cause });
    this.code = code;
    this.status = gatewayErrors[code].status;
    this.retryable = gatewayErrors[code].retryable;
    this.upstreamStatus = details.upstreamStatus;
    this.vendorCode = details.vendorCode;
    this.param = details.param;
    this.retryAfterMs = details.retryAfterMs;
    this.isUnsent = details.isUnsent ?? false;
    this.isBrokenOff = details.isBrokenOff ?? false;
  }
}

/** What is done about an error of this code. */
export function treatmentOf(code: GatewayErrorCode): Pick<ErrorRow, 'sameTarget' | 'nextTarget' | 'breaker'> {
  return gatewayErrors[code];
}

/** Whether `text` is one of this package's own codes. */
export function isGatewayErrorCode(text: string): text is GatewayErrorCode {
  return Object.hasOwn(gatewayErrors, text);
}

/** What a caller gets for whatever was thrown: a `GatewayError` as it is, anything else as `internal` with its cause. */
export function toGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError('internal', { message: 'Something went wrong inside the gateway.', cause: thrown });
}

/** The error of a call that its caller gave up. */
export function cancelled(cause?: unknown): GatewayError {
  return new GatewayError('cancelled', { message: 'The call was cancelled.', cause });
}

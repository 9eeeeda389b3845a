/** Everything that can go wrong between a caller and a model, with the HTTP status the gateway answers. */
const gatewayErrors = {
  'bad-request': { status: 400, retryable: false },
  unauthenticated: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  'upstream-auth': { status: 502, retryable: false },
  'model-not-found': { status: 404, retryable: false },
  'not-found': { status: 404, retryable: false },
  'method-not-allowed': { status: 405, retryable: false },
  'body-too-large': { status: 413, retryable: false },
  'idempotency-mismatch': { status: 422, retryable: false },
  'recording-lost': { status: 409, retryable: false },
  'context-exceeded': { status: 400, retryable: false },
  'content-filtered': { status: 400, retryable: false },
  'upstream-refused': { status: 400, retryable: false },
  'upstream-limited': { status: 429, retryable: true },
  overloaded: { status: 503, retryable: true },
  'upstream-error': { status: 502, retryable: true },
  network: { status: 502, retryable: true },
  timeout: { status: 504, retryable: true },
  'stream-cut': { status: 502, retryable: true },
  'stream-malformed': { status: 502, retryable: false },
  shedding: { status: 503, retryable: true },
  cancelled: { status: 499, retryable: false },
  internal: { status: 500, retryable: false },
} as const;

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

  constructor(code: GatewayErrorCode, details: GatewayErrorDetails) {
    super(details.message, { cause: details.cause });
    this.code = code;
    this.status = gatewayErrors[code].status;
    this.retryable = gatewayErrors[code].retryable;
    this.upstreamStatus = details.upstreamStatus;
    this.vendorCode = details.vendorCode;
    this.param = details.param;
    this.retryAfterMs = details.retryAfterMs;
  }
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

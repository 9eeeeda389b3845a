import type { GatewayError, GatewayErrorCode } from '../../core/gateway-error.ts';

/** The body of an error in this dialect. */
export interface ChatErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly code: string;
    readonly param: string | null;
  };
}

const errorTypes: Partial<Record<GatewayErrorCode, string>> = {
  unauthenticated: 'authentication_error',
  'upstream-auth': 'authentication_error',
  forbidden: 'permission_error',
  'upstream-limited': 'rate_limit_error',
  'bad-request': 'invalid_request_error',
  'not-found': 'invalid_request_error',
  'method-not-allowed': 'invalid_request_error',
  'body-too-large': 'invalid_request_error',
  'model-not-found': 'invalid_request_error',
  'idempotency-mismatch': 'idempotency_error',
  'recording-lost': 'idempotency_error',
  'context-exceeded': 'invalid_request_error',
  'content-filtered': 'invalid_request_error',
  'upstream-refused': 'invalid_request_error',
};

/** `error` as clients of this dialect expect it. The vendor's own code wins over ours, which is written with underscores. */
export function toChatError(error: GatewayError): ChatErrorBody {
  return {
    error: {
      message: error.message,
      type: errorTypes[error.code] ?? 'api_error',
      code: error.vendorCode ?? error.code.replaceAll('-', '_'),
      param: error.param ?? null,
    },
  };
}

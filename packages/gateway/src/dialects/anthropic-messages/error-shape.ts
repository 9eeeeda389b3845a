import type { RefusedAnswer } from '../../core/codec.ts';
import type { GatewayError } from '../../core/gateway-error.ts';
import type { GatewayErrorCode } from '../../core/gateway-error.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { parseJson } from '../../transport/parse-json.ts';
import { namedFrame } from '../../transport/sse-frame.ts';
import { upstreamError } from '../../transport/upstream-error.ts';
import { codeOfVendorError, readVendorError, secretsOf } from '../../transport/vendor-error.ts';
import { wordIn } from '../json-fields.ts';
import { reportedFault } from '../stream-faults.ts';

/** https://docs.anthropic.com/en/api/errors */
const codesByType: Readonly<Record<string, GatewayErrorCode>> = {
  overloaded_error: 'overloaded',
  rate_limit_error: 'upstream-limited',
  billing_error: 'upstream-limited',
  api_error: 'upstream-error',
  timeout_error: 'timeout',
  authentication_error: 'upstream-auth',
  permission_error: 'upstream-auth',
  not_found_error: 'model-not-found',
  invalid_request_error: 'upstream-refused',
  request_too_large: 'upstream-refused',
};

/** Anthropic has no code for a prompt that is too long: an `invalid_request_error` with these words is all it says. */
const tooLong =
  /prompt is too long|exceeds? (?:the )?(?:model's )?(?:maximum )?context (?:window|limit)|input length and `max_tokens` exceed/i;

function codeOf(type: string | undefined, message: string | undefined): GatewayErrorCode | undefined {
  if (type === 'invalid_request_error' && message !== undefined && tooLong.test(message)) return 'context-exceeded';
  return type === undefined ? undefined : wordIn(codesByType, type);
}

/** The error of an HTTP answer that is not 200. */
export function toMessagesUpstreamError(answer: RefusedAnswer, target: Target): GatewayError {
  const vendor = readVendorError(parseJson(answer.text), secretsOf(target));
  // A gateway's own code says more than the type it was put into.
  const is = vendor && (vendor.code === undefined ? codeOf(vendor.type, vendor.message) : undefined);
  return upstreamError(answer, target, { is, code: vendor?.code ?? vendor?.type });
}

/** The error that an event of a stream reports. */
export function toMessagesStreamError(data: unknown, target: Target): GatewayError {
  const vendor = readVendorError(data, secretsOf(target)) ?? {};
  const code =
    (vendor.code === undefined ? undefined : codeOfVendorError(vendor)) ?? codeOf(vendor.type, vendor.message);
  const { message, param } = vendor;
  return reportedFault(
    { is: code ?? codeOfVendorError(vendor), message, param, code: vendor.code ?? vendor.type },
    target,
  );
}

const typesByCode: Partial<Record<GatewayErrorCode, string>> = {
  unauthenticated: 'authentication_error',
  forbidden: 'permission_error',
  'upstream-auth': 'authentication_error',
  'budget-exceeded': 'billing_error',
  'rate-limited': 'rate_limit_error',
  'upstream-limited': 'rate_limit_error',
  'not-found': 'not_found_error',
  'model-not-found': 'not_found_error',
  'body-too-large': 'request_too_large',
  overloaded: 'overloaded_error',
  shedding: 'overloaded_error',
  timeout: 'timeout_error',
  network: 'api_error',
  'upstream-error': 'api_error',
  'stream-cut': 'api_error',
  'stream-malformed': 'api_error',
  cancelled: 'api_error',
  internal: 'api_error',
};

/** `error` as clients of this dialect expect it; `code` is ours, so that another gateway like this one knows it again. */
export function toMessagesError(error: GatewayError) {
  return {
    type: 'error',
    error: {
      type: typesByCode[error.code] ?? 'invalid_request_error',
      message: error.message,
      code: error.code.replaceAll('-', '_'),
      ...(error.param === undefined ? {} : { param: error.param }),
    },
  };
}

/** An error inside a stream that has begun. */
export function toMessagesErrorFrame(error: GatewayError): string {
  return namedFrame('error', toMessagesError(error));
}

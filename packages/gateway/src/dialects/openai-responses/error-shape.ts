import type { RefusedAnswer } from '../../core/codec.ts';
import type { GatewayError } from '../../core/gateway-error.ts';
import type { GatewayErrorCode } from '../../core/gateway-error.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { parseJson } from '../../transport/parse-json.ts';
import { namedFrame } from '../../transport/sse-frame.ts';
import { upstreamError } from '../../transport/upstream-error.ts';
import { codeOfVendorError, readVendorError, secretsOf } from '../../transport/vendor-error.ts';
import type { VendorError } from '../../transport/vendor-error.ts';
import { wordIn } from '../json-fields.ts';
import { toChatError } from '../openai-chat/error-shape.ts';
import { reportedFault } from '../stream-faults.ts';

/** Codes of `response.error` and of `error` events that other OpenAI endpoints do not have. */
const codesByVendorCode: Readonly<Record<string, GatewayErrorCode>> = {
  server_is_overloaded: 'overloaded',
  slow_down: 'overloaded',
  invalid_prompt: 'content-filtered',
  bio_policy: 'content-filtered',
  image_content_policy_violation: 'content-filtered',
  misalignment_policy_violation: 'content-filtered',
  data_residency_mismatch: 'upstream-refused',
  vector_store_timeout: 'timeout',
};

function codeOf({ code, type }: VendorError): GatewayErrorCode | undefined {
  for (const word of [code, type]) {
    const own = word === undefined ? undefined : wordIn(codesByVendorCode, word);
    if (own !== undefined) return own;
  }
  return (
    codeOfVendorError({ code, type }) ?? (code !== undefined && isImageFault(code) ? 'upstream-refused' : undefined)
  );
}

function isImageFault(code: string): boolean {
  return /(?:^|_)image(?:_|$)/.test(code);
}

/** The error of an HTTP answer that is not 200. */
export function toResponsesUpstreamError(answer: RefusedAnswer, target: Target): GatewayError {
  const vendor = readVendorError(parseJson(answer.text), secretsOf(target));
  return upstreamError(answer, target, { is: vendor && codeOf(vendor) });
}

/** The error that an `error` event, or the state of a failed response, reports. */
export function toResponsesStreamError(data: unknown, target: Target): GatewayError {
  const vendor = readVendorError(data, secretsOf(target)) ?? {};
  return reportedFault({ ...vendor, is: codeOf(vendor) }, target);
}

/** The body of an error response: OpenAI has one shape for all its endpoints. */
export function toResponsesError(error: GatewayError): object {
  return toChatError(error);
}

/** An error inside a stream that has begun; `sequence` is that of the event, where it is known. */
export function toResponsesErrorFrame(error: GatewayError, sequence = 0): string {
  const { message, code, param } = toChatError(error).error;
  return namedFrame('error', { type: 'error', sequence_number: sequence, code, message, param });
}

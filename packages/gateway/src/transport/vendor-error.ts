import * as z from 'zod/mini';
import { isGatewayErrorCode } from '../core/gateway-error.ts';
import type { GatewayErrorCode } from '../core/gateway-error.ts';
import { lenient } from '../core/lenient.ts';
import type { Target } from '../core/provider-strategy.ts';
import { redact } from './redact.ts';

const text = lenient(z.string());
const detailSchema = z.object({
  message: text,
  type: text,
  code: lenient(z.union([z.string(), z.number()])),
  param: text,
});
/** Vendors write `{error: {…}}`, `{error: "…"}`, `{message: "…"}`, `{detail: "…"}`, or an array around one of them. */
const bodySchema = z.object({
  error: z.optional(z.union([z.string(), detailSchema])),
  message: text,
  detail: text,
  code: lenient(z.union([z.string(), z.number()])),
});

/** What a vendor said about an error: its words with secrets removed, and its code. */
export interface VendorError {
  readonly message?: string | undefined;
  readonly code?: string | undefined;
  readonly type?: string | undefined;
  readonly param?: string | undefined;
}

/** Reads an error out of a parsed vendor body; undefined when `body` does not look like one. */
export function readVendorError(body: unknown, secrets: readonly string[] = []): VendorError | undefined {
  const parsed = bodySchema.safeParse(Array.isArray(body) ? body[0] : body);
  if (!parsed.success) return undefined;
  const { error, message, detail, code } = parsed.data;
  const inner = typeof error === 'object' ? error : { message: error, code, type: undefined, param: undefined };
  const words = inner.message ?? message ?? detail ?? undefined;
  const vendorCode = inner.code ?? code ?? undefined;
  if (words === undefined && error === undefined) return undefined;
  return {
    message: words === undefined ? undefined : redact(words, secrets),
    code: vendorCode === undefined ? undefined : String(vendorCode),
    type: inner.type ?? undefined,
    param: inner.param ?? undefined,
  };
}

const codesByVendorCode: Readonly<Record<string, GatewayErrorCode>> = {
  context_length_exceeded: 'context-exceeded',
  exceed_context_size_error: 'context-exceeded',
  string_above_max_length: 'context-exceeded',
  content_filter: 'content-filtered',
  content_policy_violation: 'content-filtered',
  model_not_found: 'model-not-found',
  invalid_api_key: 'upstream-auth',
  insufficient_quota: 'upstream-limited',
  rate_limit_exceeded: 'upstream-limited',
  rate_limit_error: 'upstream-limited',
  overloaded_error: 'overloaded',
  server_error: 'upstream-error',
};

/** The error a vendor's code stands for. A gateway's own codes survive the way through another gateway. */
export function codeOfVendorError({ code, type }: VendorError): GatewayErrorCode | undefined {
  const own = code?.replaceAll('_', '-');
  if (own !== undefined && isGatewayErrorCode(own)) return own;
  for (const word of [code, type]) {
    if (word !== undefined && Object.hasOwn(codesByVendorCode, word)) return codesByVendorCode[word];
  }
  // OpenRouter puts the status of its own upstream there.
  return code !== undefined && /^[45]\d\d$/.test(code) ? codeOfStatus(Number(code)) : undefined;
}

/** The error an HTTP status stands for when no vendor code says more. */
export function codeOfStatus(status: number): GatewayErrorCode {
  if (status === 401 || status === 403) return 'upstream-auth';
  if (status === 404) return 'model-not-found';
  if (status === 408) return 'timeout';
  if (status === 429) return 'upstream-limited';
  if (status === 503 || status === 529) return 'overloaded';
  return status >= 500 ? 'upstream-error' : 'upstream-refused';
}

/** What must not appear in words about `target`. */
export function secretsOf({ apiKey, aws }: Target): string[] {
  const secrets = apiKey === undefined ? [] : [apiKey];
  if (aws) secrets.push(aws.secretAccessKey, aws.accessKeyId, aws.sessionToken ?? '');
  return secrets;
}

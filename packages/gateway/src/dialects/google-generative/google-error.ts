import * as z from 'zod/mini';
import { isGatewayErrorCode } from '../../core/gateway-error.ts';
import type { GatewayErrorCode } from '../../core/gateway-error.ts';
import { lenient } from '../../core/lenient.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { redact } from '../../transport/redact.ts';
import type { KnownError } from '../../transport/upstream-error.ts';
import { codeOfStatus, secretsOf } from '../../transport/vendor-error.ts';
import { wordIn } from '../json-fields.ts';

const text = lenient(z.string());
const errorSchema = z.object({
  error: z.object({
    code: lenient(z.number()),
    message: text,
    status: text,
    details: lenient(z.array(lenient(z.object({ reason: text, retryDelay: text })))),
  }),
});

/** `google.rpc.Code` by name (https://cloud.google.com/apis/design/errors). */
const codesByStatus: Readonly<Record<string, GatewayErrorCode>> = {
  INVALID_ARGUMENT: 'upstream-refused',
  FAILED_PRECONDITION: 'upstream-refused',
  OUT_OF_RANGE: 'upstream-refused',
  UNAUTHENTICATED: 'upstream-auth',
  PERMISSION_DENIED: 'upstream-auth',
  NOT_FOUND: 'model-not-found',
  RESOURCE_EXHAUSTED: 'upstream-limited',
  DEADLINE_EXCEEDED: 'timeout',
  UNAVAILABLE: 'overloaded',
  INTERNAL: 'upstream-error',
  UNKNOWN: 'upstream-error',
  ABORTED: 'upstream-error',
  CANCELLED: 'upstream-error',
};

/** Google has no code for a prompt that is too long; these are its words for it. */
const tooLong = /(?:input|prompt) (?:token count|is too long)[\s\S]*(?:exceeds?|maximum|limit)/i;

/** What a body of Google says went wrong; undefined when it is no error of its shape. Streams wrap it into an array. */
export function readGoogleError(body: unknown, target: Target): KnownError | undefined {
  const parsed = errorSchema.safeParse(Array.isArray(body) ? body[0] : body);
  if (!parsed.success) return undefined;
  const { code, message, status, details } = parsed.data.error;
  const retryDelay = details?.find((detail) => detail?.retryDelay)?.retryDelay;
  return {
    is: codeOf(status ?? '', code ?? undefined, message ?? '', details?.map((detail) => detail?.reason) ?? []),
    message: message ? redact(message, secretsOf(target)) : undefined,
    code: status ?? undefined,
    retryAfterMs: retryDelay ? seconds(retryDelay) : undefined,
  };
}

function codeOf(
  status: string,
  code: number | undefined,
  message: string,
  reasons: readonly (string | null | undefined)[],
): GatewayErrorCode {
  if (reasons.includes('API_KEY_INVALID')) return 'upstream-auth';
  // A gateway like this one puts its own words there.
  const own = reasons.map((reason) => (reason ?? '').toLowerCase().replaceAll('_', '-')).find(isGatewayErrorCode);
  if (own !== undefined) return own;
  if (tooLong.test(message)) return 'context-exceeded';
  return wordIn(codesByStatus, status) ?? (code === undefined ? 'upstream-error' : codeOfStatus(code));
}

/** Milliseconds of a protobuf duration in JSON, such as `34.07s`. */
function seconds(duration: string): number | undefined {
  const value = /^(\d+(?:\.\d+)?)s$/.exec(duration)?.[1];
  return value === undefined ? undefined : Math.round(Number(value) * 1000);
}

import { ProblemError, problems } from '@parley/contracts';
import type { ErrorPart, ProblemCode } from '@parley/contracts';
import { GatewayError } from '@parley/gateway';
import type { GatewayErrorCode } from '@parley/gateway';

const problemOf = {
  'bad-request': 'upstream-refused',
  'not-acceptable': 'upstream-refused',
  unauthenticated: 'upstream-refused',
  'budget-exceeded': 'upstream-refused',
  'rate-limited': 'upstream-rate-limited',
  'upstream-auth': 'upstream-refused',
  'model-not-found': 'upstream-refused',
  'not-found': 'upstream-refused',
  'method-not-allowed': 'upstream-refused',
  'body-too-large': 'upstream-refused',
  'idempotency-mismatch': 'upstream-refused',
  'recording-lost': 'upstream-cut',
  'context-exceeded': 'upstream-refused',
  'content-filtered': 'upstream-refused',
  forbidden: 'upstream-refused',
  'upstream-refused': 'upstream-refused',
  'upstream-limited': 'upstream-rate-limited',
  overloaded: 'upstream-rate-limited',
  shedding: 'upstream-rate-limited',
  'upstream-error': 'upstream-error',
  network: 'upstream-unreachable',
  timeout: 'upstream-timeout',
  'stream-cut': 'upstream-cut',
  'stream-malformed': 'upstream-malformed',
  cancelled: 'upstream-cut',
  internal: 'internal-error',
} as const satisfies Record<GatewayErrorCode, ProblemCode>;

/** What the reader of an answer is told about an error. Only messages that are meant for people are passed on. */
export function toErrorPart(error: unknown): ErrorPart {
  if (error instanceof GatewayError) return errorPart(problemOf[error.code], error.message + waitOf(error));
  if (error instanceof ProblemError) return errorPart(error.code, error.detail);
  return errorPart('internal-error');
}

/** How long the provider wants to be left alone, as a sentence; empty when it did not say. */
function waitOf({ retryAfterMs }: GatewayError): string {
  if (retryAfterMs === undefined) return '';
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  const wait = seconds < 120 ? `${seconds} second${seconds === 1 ? '' : 's'}` : `${Math.ceil(seconds / 60)} minutes`;
  return ` Try again in ${wait}.`;
}

/** An error part with the title its code has everywhere. */
export function errorPart(code: ProblemCode, detail?: string): ErrorPart {
  return { type: 'error', code, title: problems[code].title, ...(detail === undefined ? {} : { detail }) };
}

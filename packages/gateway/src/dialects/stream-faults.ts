import { GatewayError } from '../core/gateway-error.ts';
import type { Target } from '../core/provider-strategy.ts';
import type { KnownError } from '../transport/upstream-error.ts';

type Provider = Pick<Target, 'provider'>;

/** The failure of an answer whose end never came. */
export function cutOff({ provider }: Provider): GatewayError {
  return new GatewayError('stream-cut', { message: `${provider} ended the answer before it was complete.` });
}

/** The failure of an answer of which nothing could be read. */
export function unreadable({ provider }: Provider): GatewayError {
  return new GatewayError('stream-malformed', { message: `${provider} sent an answer that could not be read.` });
}

/** The failure of an answer with the arguments of a call that nobody knows. */
export function lostCall({ provider }: Provider): GatewayError {
  const message = `${provider} sent a tool call whose beginning could not be read.`;
  return new GatewayError('stream-malformed', { message });
}

/** The failure that the provider itself reports inside an answer; its words are redacted already. */
export function reportedFault(
  { is, message, code, param, retryAfterMs }: KnownError,
  { provider }: Provider,
): GatewayError {
  return new GatewayError(is ?? 'upstream-error', {
    message: message ?? `${provider} reported an error in the middle of the answer.`,
    vendorCode: code,
    param,
    retryAfterMs,
  });
}

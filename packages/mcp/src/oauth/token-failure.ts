import { OAuthError } from '@modelcontextprotocol/client';
import * as z from 'zod/mini';
import { McpSignInError } from './mcp-sign-in-error.ts';

const errorCode = /^[a-z_]{1,40}$/;
/** Of these the same request will never work; anything else may be a moment's trouble. */
const finalCodes = new Set([
  'invalid_grant',
  'invalid_client',
  'unauthorized_client',
  'invalid_scope',
  'invalid_target',
]);
const clientCodes = new Set(['invalid_client', 'unauthorized_client']);

/** What a token endpoint's refusal means. Only its code is kept: the text is the other side's, and may hold anything. */
export function tokenFailure(error: unknown): {
  readonly error: McpSignInError;
  readonly isFinal: boolean;
  readonly isClientLost: boolean;
} {
  if (error instanceof McpSignInError) return { error, isFinal: false, isClientLost: false };
  if (!(error instanceof OAuthError)) {
    const message = 'No token could be had from the sign-in server.';
    const failure = new McpSignInError('exchange-failed', message, { retryable: true });
    return { error: failure, isFinal: false, isClientLost: false };
  }
  const isFinal = finalCodes.has(error.code);
  const message = `The sign-in server gave no token${shown(error.code)}.`;
  return {
    error: new McpSignInError('exchange-failed', message, { retryable: !isFinal }),
    isFinal,
    isClientLost: clientCodes.has(error.code),
  };
}

/** The OAuth error code in a body, in brackets, when it is one; else nothing. */
export function errorCodeIn(body: string): string {
  try {
    return shown(z.parse(z.object({ error: z.string() }), JSON.parse(body)).error);
  } catch {
    return '';
  }
}

function shown(code: string): string {
  return errorCode.test(code) ? ` (${code})` : '';
}

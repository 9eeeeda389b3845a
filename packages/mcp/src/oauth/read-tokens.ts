import type { OAuthTokens } from '@modelcontextprotocol/client';
import { McpSignInError } from './mcp-sign-in-error.ts';
import type { StoredTokens } from './stored-sign-in.ts';

const bearer = /^[\x21-\x7e]+$/;

/** A token endpoint's answer as it is kept; refuses a token that cannot be sent as a bearer token (RFC 6750). */
export function readTokens(answer: OAuthTokens, now: number): StoredTokens {
  if (answer.token_type.toLowerCase() !== 'bearer' || !bearer.test(answer.access_token)) {
    throw new McpSignInError('exchange-failed', 'The sign-in server gave a token of a kind that cannot be used.');
  }
  const seconds = answer.expires_in ?? 0;
  return {
    accessToken: answer.access_token,
    ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
    obtainedAt: now,
    ...(seconds > 0 && Number.isFinite(seconds) && { expiresAt: now + seconds * 1000 }),
  };
}

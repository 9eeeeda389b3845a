import jwt from 'jsonwebtoken';
import { sessionIdSchema, userIdSchema } from '@parley/contracts';
import type { UserId } from '@parley/contracts';
import * as z from 'zod/mini';

/** What every access token of ours has in common. The algorithm is pinned, so that a token cannot choose its own. */
export const accessTokenRules = { algorithm: 'HS256', issuer: 'parley', audience: 'parley-api' } as const;

/** The claims we read back; the signature, issuer, audience and expiry have been verified by then. */
export const accessTokenClaimsSchema = z.object({ sub: userIdSchema, sid: sessionIdSchema });

export interface AccessToken {
  readonly accessToken: string;
  readonly expiresAt: Date;
}

export interface AccessTokenOptions {
  readonly key: string;
  /** Milliseconds; whole seconds are used. */
  readonly lifetimeMs: number;
}

/** Signs a token that says who a session belongs to. */
export function signAccessToken(
  userId: UserId,
  sessionId: string,
  { key, lifetimeMs }: AccessTokenOptions,
): AccessToken {
  const now = Math.floor(Date.now() / 1000);
  const exp = now + Math.max(1, Math.floor(lifetimeMs / 1000));
  const { algorithm, issuer, audience } = accessTokenRules;
  const accessToken = jwt.sign({ sub: userId, sid: sessionId, iat: now, exp, iss: issuer, aud: audience }, key, {
    algorithm,
  });
  return { accessToken, expiresAt: new Date(exp * 1000) };
}

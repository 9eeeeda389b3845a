import jwt from 'jsonwebtoken';
import { sessionIdSchema, userIdSchema } from '@parley/contracts';
import type { UserId } from '@parley/contracts';
import * as z from 'zod/mini';

/** What every access token of ours has in common. The algorithm is pinned, so that a token cannot choose its own. */
export const accessTokenRules = { algorithm: 'HS256', issuer: 'parley', audience: 'parley-api' } as const;

/** The claims we read back, in seconds where they are times; signature, issuer and audience have been verified by then. */
export const accessTokenClaimsSchema = z.object({ sub: userIdSchema, sid: sessionIdSchema, exp: z.int() });

export interface AccessToken {
  readonly accessToken: string;
  readonly expiresAt: Date;
}

export interface AccessTokenOptions {
  readonly key: string;
  /** Milliseconds; whole seconds are used. */
  readonly lifetimeMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Signs a token that says who a session belongs to. */
export function signAccessToken(
  userId: UserId,
  sessionId: string,
  { key, lifetimeMs, now }: AccessTokenOptions,
): AccessToken {
  const iat = Math.floor(now / 1000);
  const exp = iat + Math.max(1, Math.floor(lifetimeMs / 1000));
  const { algorithm, issuer, audience } = accessTokenRules;
  const accessToken = jwt.sign({ sub: userId, sid: sessionId, iat, exp, iss: issuer, aud: audience }, key, {
    algorithm,
  });
  return { accessToken, expiresAt: new Date(exp * 1000) };
}

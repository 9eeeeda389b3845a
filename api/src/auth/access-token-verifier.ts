import { problem } from '@parley/contracts';
import jwt from 'jsonwebtoken';
import type { Actor } from '../access/actor.ts';
import type { SessionRepository } from '../database/repositories/session-repository.ts';
import type { UserRepository } from '../database/repositories/user-repository.ts';
import { accessTokenClaimsSchema, accessTokenRules } from './access-token.ts';

/**
 * Who an access token speaks for, where there is no request to authenticate. Throws `token-expired`, or
 * `not-authenticated`, also when the device was signed out since the token was made.
 */
export type AccessTokenVerifier = (token: string, options: AccessTokenOptions) => Promise<Actor>;

interface AccessTokenOptions {
  /** Takes a token that has expired, too: its bearer has proved otherwise that he was let in shortly before. */
  readonly mayHaveExpired: boolean;
}

interface AccessTokenVerifierOptions {
  readonly users: Pick<UserRepository, 'find'>;
  readonly sessions: Pick<SessionRepository, 'filterLive'>;
  readonly accessTokenKey: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Verifies signature, issuer, audience and expiry, then that account and session are still there. */
export function createAccessTokenVerifier(options: AccessTokenVerifierOptions): AccessTokenVerifier {
  const { users, sessions, accessTokenKey, now } = options;
  return async (token, { mayHaveExpired }) => {
    const claims = accessTokenClaimsSchema.safeParse(claimsOf(token, accessTokenKey, mayHaveExpired, now()));
    if (!claims.success) throw problem('not-authenticated');
    const { sub: userId, sid: sessionId } = claims.data;
    const [user, live] = await Promise.all([users.find(userId), sessions.filterLive([sessionId], new Date(now()))]);
    if (user === undefined || live.length === 0) throw problem('not-authenticated');
    return { userId, role: user.role, sessionId };
  };
}

function claimsOf(token: string, key: string, ignoreExpiration: boolean, now: number): unknown {
  const { algorithm, issuer, audience } = accessTokenRules;
  const clockTimestamp = Math.floor(now / 1000);
  try {
    return jwt.verify(token, key, { algorithms: [algorithm], issuer, audience, ignoreExpiration, clockTimestamp });
  } catch (cause) {
    throw problem(cause instanceof jwt.TokenExpiredError ? 'token-expired' : 'not-authenticated', { cause });
  }
}

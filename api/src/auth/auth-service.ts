import { problem } from '@parley/contracts';
import type { Session, SessionId, User } from '@parley/contracts';
import type { Logger } from 'pino';
import type { AppConfig } from '../config/app-config.ts';
import type { SessionRecord, SessionRepository } from '../database/repositories/session-repository.ts';
import type { UserRepository } from '../database/repositories/user-repository.ts';
import type { Announcer } from '../realtime/announcer.ts';
import { signAccessToken } from './access-token.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { createRefreshToken, hashRefreshToken, isSameHash, nextRefreshToken, sessionIdOf } from './refresh-token.ts';

/** Milliseconds. A reload may lose the answer with the new token, and two tabs may refresh at the same moment. */
const rotationGrace = 10_000;

/** A refresh token for the cookie and how long it lasts, in milliseconds. */
export interface RefreshCookie {
  readonly token: string;
  readonly maxAgeMs: number;
}

export interface SignedIn {
  readonly session: Session;
  readonly cookie: RefreshCookie;
}

export interface AuthService {
  /** Throws `registration-closed` or `email-taken`. The first account of an install may always be created. */
  register(account: { email: string; name: string; password: string }): Promise<User>;
  /** The account, or `undefined`; takes the same time for an unknown address as for a wrong password. */
  checkPassword(email: string, password: string): Promise<User | undefined>;
  /** Begins a session on a device, named in words for its owner. */
  signIn(user: User, device: string): Promise<SignedIn>;
  /** Throws `not-authenticated` without a token and `session-ended` when it is no longer good; a re-used one ends its session. */
  refresh(token: string | undefined, device: string): Promise<SignedIn>;
  /** Ends the session of a token; does nothing for anything that is not one. */
  signOut(token: string | undefined): Promise<void>;
}

interface AuthServiceOptions {
  readonly users: UserRepository;
  readonly sessions: SessionRepository;
  readonly settings: AppConfig['auth'];
  readonly secrets: AppConfig['secrets'];
  /** Closes the connections of a device that is signed out. */
  readonly announcer: Pick<Announcer, 'endSession'>;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Accounts and sessions: short access tokens, and a refresh token per device that changes with every use. */
export function createAuthService(options: AuthServiceOptions): AuthService {
  const { users, sessions, settings, secrets, announcer, log, now } = options;
  const hashOf = (token: string): string => hashRefreshToken(token, secrets.refreshTokenKey);

  function sessionOf(user: User, sessionId: SessionId): Session {
    const { accessToken, expiresAt } = signAccessToken(user.id, sessionId, {
      key: secrets.accessTokenKey,
      lifetimeMs: settings.accessTokenMs,
      now: now(),
    });
    return { accessToken, expiresAt: expiresAt.toISOString(), user };
  }

  async function end(id: SessionId): Promise<void> {
    await sessions.remove(id);
    announcer.endSession(id);
  }

  async function ownerOf(session: SessionRecord): Promise<User> {
    const user = await users.find(session.userId);
    if (user !== undefined) return user;
    await end(session.id);
    throw problem('session-ended');
  }

  function signedIn(user: User, sessionId: SessionId, token: string): SignedIn {
    return { session: sessionOf(user, sessionId), cookie: { token, maxAgeMs: settings.refreshTokenMs } };
  }

  /** The token is not the current one: either its bearer missed the answer that replaced it, or it was stolen. */
  async function refreshWithOldToken(session: SessionRecord, token: string): Promise<SignedIn> {
    const isRecent = session.rotatedAt !== undefined && now() - session.rotatedAt.getTime() <= rotationGrace;
    if (isRecent && isSameHash(hashOf(token), session.previousTokenHash)) {
      return signedIn(await ownerOf(session), session.id, nextRefreshToken(token, secrets.refreshTokenKey));
    }
    await end(session.id);
    log.warn({ userId: session.userId }, 'A refresh token was used twice; its session has been ended');
    throw problem('session-ended');
  }

  return {
    async register({ email, name, password }) {
      if (!settings.allowRegistration && !(await users.isEmpty())) throw problem('registration-closed');
      if (!isAllowedDomain(email, settings.allowedDomains)) {
        throw problem('registration-closed', { detail: 'Accounts here are for certain e-mail domains only.' });
      }
      return await users.create({ email, name, passwordHash: await hashPassword(password) });
    },

    async checkPassword(email, password) {
      const found = await users.findCredentials(email);
      return (await verifyPassword(found?.passwordHash, password)) ? found?.user : undefined;
    },

    async signIn(user, device) {
      const { sessionId, token } = createRefreshToken();
      const createdAt = new Date(now());
      await sessions.create({
        id: sessionId,
        userId: user.id,
        tokenHash: hashOf(token),
        name: device,
        lastSeenAt: createdAt,
        createdAt,
        expiresAt: new Date(now() + settings.refreshTokenMs),
      });
      return signedIn(user, sessionId, token);
    },

    async refresh(token, device) {
      if (token === undefined) throw problem('not-authenticated');
      const id = sessionIdOf(token);
      const session = id === undefined ? undefined : await sessions.find(id);
      if (session === undefined || session.expiresAt.getTime() <= now()) throw problem('session-ended');

      const hash = hashOf(token);
      if (!isSameHash(hash, session.tokenHash)) return await refreshWithOldToken(session, token);

      const user = await ownerOf(session);
      const next = nextRefreshToken(token, secrets.refreshTokenKey);
      const rotated = await sessions.rotate(session.id, {
        from: hash,
        to: hashOf(next),
        name: device,
        at: new Date(now()),
        expiresAt: new Date(now() + settings.refreshTokenMs),
      });
      if (rotated) return signedIn(user, session.id, next);

      const current = await sessions.find(session.id);
      if (current === undefined) throw problem('session-ended');
      return await refreshWithOldToken(current, token);
    },

    async signOut(token) {
      const id = token === undefined ? undefined : sessionIdOf(token);
      const session = id === undefined ? undefined : await sessions.find(id);
      if (session === undefined || token === undefined) return;
      const hash = hashOf(token);
      if (isSameHash(hash, session.tokenHash) || isSameHash(hash, session.previousTokenHash)) {
        await end(session.id);
      }
    },
  };
}

function isAllowedDomain(email: string, allowed: readonly string[] | undefined): boolean {
  return allowed === undefined || allowed.includes(email.slice(email.lastIndexOf('@') + 1));
}

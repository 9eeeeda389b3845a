import { problem } from '@parley/contracts';
import type { User } from '@parley/contracts';
import type { Request, Response } from 'express';
import jwt from 'jsonwebtoken';
import passport from 'passport';
import { ExtractJwt, Strategy as JwtStrategy } from 'passport-jwt';
import { Strategy as LocalStrategy } from 'passport-local';
import type { Actor } from '../access/actor.ts';
import type { UserRepository } from '../database/repositories/user-repository.ts';
import { accessTokenClaimsSchema, accessTokenRules } from './access-token.ts';
import type { AuthService } from './auth-service.ts';

/** Finds out who is asking, by passport strategies. */
export interface Authenticator {
  /** By the bearer token. Throws `not-authenticated` or `token-expired`. */
  byAccessToken(request: Request, response: Response): Promise<Actor>;
  /** By `email` and `password` of the parsed body. Throws `wrong-credentials`. */
  byPassword(request: Request, response: Response): Promise<User>;
}

interface AuthenticatorOptions {
  readonly auth: AuthService;
  readonly users: UserRepository;
  readonly accessTokenKey: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What a strategy says: an account and what else it knows, or why there is none. */
interface Verdict {
  readonly user?: User;
  readonly reason?: unknown;
}

/** Builds the two strategies of a password install: `jwt` for requests, `local` for signing in. */
export function createAuthenticator({ auth, users, accessTokenKey, now }: AuthenticatorOptions): Authenticator {
  const authenticator = new passport.Passport();

  authenticator.use(
    new JwtStrategy(
      {
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        secretOrKey: accessTokenKey,
        algorithms: [accessTokenRules.algorithm],
        issuer: accessTokenRules.issuer,
        audience: accessTokenRules.audience,
        // passport-jwt knows only this machine's clock.
        ignoreExpiration: true,
      },
      (claims: unknown, done) => {
        const parsed = accessTokenClaimsSchema.safeParse(claims);
        if (!parsed.success) done(null, false);
        else if (parsed.data.exp * 1000 <= now()) done(null, false, expired(parsed.data.exp));
        else settle(users.find(parsed.data.sub), (error, user) => done(error, user, parsed.data));
      },
    ),
  );
  authenticator.use(
    new LocalStrategy(
      { usernameField: 'email', passwordField: 'password', session: false },
      (email, password, done) => {
        settle(auth.checkPassword(email, password), done);
      },
    ),
  );

  function ask(strategy: 'jwt' | 'local', request: Request, response: Response): Promise<Verdict> {
    return new Promise((resolve, reject) => {
      const decide = (error: unknown, user: User | false | undefined, reason: unknown): void => {
        if (error !== null && error !== undefined) reject(error);
        else resolve(user === false || user === undefined ? { reason } : { user, reason });
      };
      authenticator.authenticate(strategy, { session: false }, decide)(request, response, reject);
    });
  }

  return {
    async byAccessToken(request, response) {
      const { user, reason } = await ask('jwt', request, response);
      const claims = accessTokenClaimsSchema.safeParse(reason);
      if (user !== undefined && claims.success) {
        return { userId: user.id, role: user.role, sessionId: claims.data.sid };
      }
      const hasExpired = reason instanceof jwt.TokenExpiredError;
      throw problem(hasExpired ? 'token-expired' : 'not-authenticated', { cause: reason });
    },

    async byPassword(request, response) {
      const { user } = await ask('local', request, response);
      if (user === undefined) throw problem('wrong-credentials');
      return user;
    },
  };
}

function expired(exp: number): jwt.TokenExpiredError {
  return new jwt.TokenExpiredError('jwt expired', new Date(exp * 1000));
}

/** Hands a lookup's outcome to passport. */
function settle(lookup: Promise<User | undefined>, report: (error: unknown, user?: User | false) => void): void {
  lookup.then(
    (user) => report(null, user ?? false),
    (error: unknown) => report(error),
  );
}

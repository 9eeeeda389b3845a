import { authRoutes, problem, ProblemError, userRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Request, Response } from 'express';
import type { Session } from '@parley/contracts';
import type { AppConfig } from '../config/app-config.ts';
import type { UserRepository } from '../database/repositories/user-repository.ts';
import type { Mount } from '../http/mount.ts';
import type { RateLimiter } from '../http/rate-limit.ts';
import type { AuthService, SignedIn } from './auth-service.ts';
import type { Authenticator } from './authenticator.ts';
import { deviceName } from './device-name.ts';
import { clearRefreshCookie, readRefreshCookie, setRefreshCookie } from './refresh-cookie.ts';
import { requireSameOrigin } from './require-same-origin.ts';

interface AuthRouterOptions {
  readonly auth: AuthService;
  readonly authenticator: Authenticator;
  readonly users: UserRepository;
  readonly settings: Pick<AppConfig['auth'], 'loginLimit' | 'registerLimit'>;
  readonly limitRate: RateLimiter;
  readonly mount: Mount;
}

/** Register, sign in, refresh, sign out, and who am I. */
export function createAuthRouter({
  auth,
  authenticator,
  users,
  settings,
  limitRate,
  mount: { mount },
}: AuthRouterOptions): Router {
  const router = Router();
  router.post(authRoutes.register.path, limitRate('register', settings.registerLimit));
  router.post(authRoutes.login.path, limitRate('login', settings.loginLimit));

  mount(router, authRoutes.register, async ({ body, request, response }) => {
    const user = await auth.register(body);
    return answer(await auth.signIn(user, deviceOf(request)), request, response);
  });

  mount(router, authRoutes.login, async ({ body, request, response }) => {
    // passport-local reads the request itself; it must see the address as the contract normalises it.
    request.body = body;
    const user = await authenticator.byPassword(request, response);
    return answer(await auth.signIn(user, deviceOf(request)), request, response);
  });

  mount(router, authRoutes.refresh, async ({ request, response }) => {
    requireSameOrigin(request);
    try {
      return answer(await auth.refresh(readRefreshCookie(request), deviceOf(request)), request, response);
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'session-ended') clearRefreshCookie(request, response);
      throw error;
    }
  });

  mount(router, authRoutes.logout, async ({ request, response }) => {
    requireSameOrigin(request);
    await auth.signOut(readRefreshCookie(request));
    clearRefreshCookie(request, response);
  });

  mount(router, userRoutes.me, async ({ actor }) => {
    const user = await users.find(actor.userId);
    if (user === undefined) throw problem('not-authenticated');
    return user;
  });

  return router;
}

function answer({ session, cookie }: SignedIn, request: Request, response: Response): Session {
  setRefreshCookie(request, response, cookie);
  return session;
}

function deviceOf(request: Request): string {
  return deviceName(request.get('user-agent'));
}

import { accountRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { AppConfig } from '../config/app-config.ts';
import type { Mount } from '../http/mount.ts';
import type { RateLimiter } from '../http/rate-limit.ts';
import type { AccountRemoval } from './account-removal.ts';

interface AccountRouterOptions {
  readonly removal: AccountRemoval;
  readonly settings: Pick<AppConfig['auth'], 'loginLimit'>;
  readonly limitRate: RateLimiter;
  readonly mount: Mount;
}

/** What an account holds, and its end. */
export function createAccountRouter({ removal, settings, limitRate, mount: { mount } }: AccountRouterOptions): Router {
  const router = Router();
  // A password is tried here too.
  router.post(accountRoutes.removeAccount.path, limitRate('remove-account', settings.loginLimit));
  mount(router, accountRoutes.readHoldings, ({ actor }) => removal.holdings(actor.userId));
  mount(router, accountRoutes.removeConversations, async ({ actor }) => ({
    removed: await removal.removeConversations(actor),
  }));
  mount(router, accountRoutes.removeAccount, ({ actor, body }) => removal.removeAccount(actor, body.password));
  return router;
}

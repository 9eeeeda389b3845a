import { configRoutes } from '@parley/contracts';
import type { ClientConfig } from '@parley/contracts';
import { Router } from 'express';
import type { UserRepository } from '../database/repositories/user-repository.ts';
import type { Mount } from '../http/mount.ts';
import type { AppConfig } from './app-config.ts';

interface ConfigRouterOptions {
  readonly config: AppConfig;
  /** Absent: apps of tools are not shown. */
  readonly appFrame?: ClientConfig['appFrame'];
  readonly users: Pick<UserRepository, 'isEmpty'>;
  /** Whether only the built-in guide would answer. */
  readonly isGuideOnly: () => Promise<boolean>;
  readonly mount: Mount;
}

/** The public settings of this install. */
export function createConfigRouter(options: ConfigRouterOptions): Router {
  const {
    config,
    appFrame,
    users,
    isGuideOnly,
    mount: { mount },
  } = options;
  const router = Router();
  mount(router, configRoutes.config, async () => {
    const [firstRun, guideOnly] = await Promise.all([users.isEmpty(), isGuideOnly()]);
    return {
      appTitle: config.appTitle,
      version: config.version,
      registrationEnabled: config.auth.allowRegistration || firstRun,
      firstRun,
      guideOnly,
      ...(appFrame === undefined ? {} : { appFrame }),
      ...(config.feedback === false ? { feedback: false } : {}),
      ...(config.sharedChats === false ? { sharedChats: false } : {}),
      ...(isRestricted(config.sharedLinks) ? { sharedLinks: config.sharedLinks } : {}),
      ...(config.customWelcome === undefined ? {} : { customWelcome: config.customWelcome }),
    };
  });
  return router;
}

function isRestricted(links: AppConfig['sharedLinks']): boolean {
  return links !== undefined && !(links.signedIn && links.public);
}

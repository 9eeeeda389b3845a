import { deviceRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { DeviceService } from './device-service.ts';

interface DeviceRouterOptions {
  readonly devices: DeviceService;
  readonly mount: Mount;
}

/** List devices and sign them out. */
export function createDeviceRouter({ devices, mount: { mount } }: DeviceRouterOptions): Router {
  const router = Router();
  mount(router, deviceRoutes.list, async ({ actor }) => ({
    items: await devices.list(actor.userId),
    currentId: actor.sessionId,
  }));
  mount(router, deviceRoutes.signOut, ({ actor, params }) => devices.signOut(actor.userId, params.id));
  mount(router, deviceRoutes.signOutOthers, ({ actor }) => devices.signOutOthers(actor));
  return router;
}

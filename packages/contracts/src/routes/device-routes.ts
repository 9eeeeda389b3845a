import * as z from 'zod/mini';
import { deviceSchema } from '../entities/device.ts';
import { sessionIdSchema } from '../entities/ids.ts';
import { defineRoute } from './route.ts';

export const deviceRoutes = {
  list: defineRoute({
    id: 'listDevices',
    summary: 'Where you are signed in, the most recently seen first. `currentId` is the device that asks.',
    method: 'GET',
    path: '/api/user/devices',
    access: 'user',
    status: 200,
    response: z.object({ items: z.array(deviceSchema), currentId: sessionIdSchema }),
  }),
  signOut: defineRoute({
    id: 'signOutDevice',
    summary: 'Sign a device out: its session ends, its connections close. 404 when it is not one of yours.',
    method: 'DELETE',
    path: '/api/user/devices/:id',
    access: 'user',
    status: 204,
    params: z.object({ id: sessionIdSchema }),
  }),
  signOutOthers: defineRoute({
    id: 'signOutOtherDevices',
    summary: 'Sign out everywhere else.',
    method: 'DELETE',
    path: '/api/user/devices',
    access: 'user',
    status: 204,
  }),
} as const;

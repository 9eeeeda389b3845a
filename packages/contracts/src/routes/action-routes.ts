import * as z from 'zod/mini';
import { actionOperationSchema, actionSetSchema, actionSetSettingsSchema } from '../entities/action-set.ts';
import { defineRoute } from './route.ts';

const params = z.object({ id: actionSetSchema.shape.id });

/** Operations of HTTP APIs as tools, from their OpenAPI descriptions. */
export const actionRoutes = {
  list: defineRoute({
    id: 'listActionSets',
    summary: 'The action sets you may use.',
    method: 'GET',
    path: '/api/actions',
    access: 'user',
    status: 200,
    response: z.object({ items: z.array(actionSetSchema) }),
  }),
  inspect: defineRoute({
    id: 'inspectOpenApi',
    summary: 'What a description offers, before anything is saved.',
    method: 'POST',
    path: '/api/actions/inspect',
    access: 'user',
    status: 200,
    body: z.object({ specification: actionSetSettingsSchema.shape.specification }),
    response: z.object({
      title: z.string(),
      serverUrl: z.nullable(z.string()),
      operations: z.array(actionOperationSchema),
      /** Operations that cannot become tools, with why. */
      leftOut: z.array(z.string()),
    }),
  }),
  create: defineRoute({
    id: 'createActionSet',
    summary: 'Make tools of the operations of an API; you are their owner.',
    method: 'POST',
    path: '/api/actions',
    access: 'user',
    status: 201,
    body: actionSetSettingsSchema,
    response: actionSetSchema,
  }),
  settings: defineRoute({
    id: 'getActionSetSettings',
    summary: 'An action set’s settings without its secret. For its editors.',
    method: 'GET',
    path: '/api/actions/:id/settings',
    access: 'user',
    status: 200,
    params,
    response: actionSetSettingsSchema,
  }),
  update: defineRoute({
    id: 'changeActionSet',
    summary: 'Change an action set. For its editors.',
    method: 'PUT',
    path: '/api/actions/:id',
    access: 'user',
    status: 200,
    params,
    body: actionSetSettingsSchema,
    response: actionSetSchema,
  }),
  remove: defineRoute({
    id: 'deleteActionSet',
    summary: 'Delete an action set with its secret. For its owners.',
    method: 'DELETE',
    path: '/api/actions/:id',
    access: 'user',
    status: 204,
    params,
  }),
} as const;

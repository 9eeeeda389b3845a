import * as z from 'zod/mini';
import { presetIdSchema } from '../entities/ids.ts';
import { presetSchema, presetSettingsSchema } from '../entities/preset.ts';
import { defineRoute } from './route.ts';

/** Most presets of one person. */
export const mostPresets = 200;

const params = z.object({ id: presetIdSchema });

export const presetRoutes = {
  list: defineRoute({
    id: 'listPresets',
    summary: 'Your presets, in your order.',
    method: 'GET',
    path: '/api/presets',
    access: 'user',
    status: 200,
    response: z.object({ items: z.array(presetSchema) }),
  }),
  create: defineRoute({
    id: 'createPreset',
    summary: 'Keep a model or an agent with its settings under a name. It comes last in your order.',
    method: 'POST',
    path: '/api/presets',
    access: 'user',
    status: 201,
    body: presetSettingsSchema,
    response: presetSchema,
  }),
  update: defineRoute({
    id: 'updatePreset',
    summary: 'Change a preset of yours.',
    method: 'PUT',
    path: '/api/presets/:id',
    access: 'user',
    status: 200,
    params,
    body: presetSettingsSchema,
    response: presetSchema,
  }),
  order: defineRoute({
    id: 'orderPresets',
    summary: 'Put your presets in an order; those that are not named come last.',
    method: 'POST',
    path: '/api/presets/order',
    access: 'user',
    status: 200,
    body: z.object({ ids: z.array(presetIdSchema).check(z.maxLength(mostPresets)) }),
    response: z.object({ items: z.array(presetSchema) }),
  }),
  remove: defineRoute({
    id: 'deletePreset',
    summary: 'Delete a preset of yours.',
    method: 'DELETE',
    path: '/api/presets/:id',
    access: 'user',
    status: 204,
    params,
  }),
} as const;

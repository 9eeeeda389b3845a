import * as z from 'zod/mini';
import { agentFileSchema, agentSchema, agentSettingsSchema, agentVersionSchema } from '../entities/agent.ts';
import { agentIdSchema } from '../entities/ids.ts';
import { usageSchema } from '../entities/usage.ts';
import { defineRoute } from './route.ts';

/** The shelves of the marketplace. */
export const agentCategories = ['general', 'writing', 'coding', 'research', 'data', 'support', 'fun'] as const;

const params = z.object({ id: agentIdSchema });
const version = z.coerce.number().check(z.int(), z.positive());
const withSettings = z.object({ agent: agentSchema, settings: agentSettingsSchema });

export const agentRoutes = {
  list: defineRoute({
    id: 'listAgents',
    summary:
      'Agents you may use: your own (`mine`), those others share with you (`shared`), those for everybody (`marketplace`, promoted first), or `all`.',
    method: 'GET',
    path: '/api/agents',
    access: 'user',
    status: 200,
    query: z.object({
      shelf: z._default(z.enum(['all', 'mine', 'shared', 'marketplace']), 'all'),
      query: z._default(z.string().check(z.maxLength(200)), ''),
      category: z.optional(z.string().check(z.maxLength(50))),
      /** Opaque; from the page before. */
      cursor: z.optional(z.string().check(z.maxLength(300))),
      limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 50),
    }),
    response: z.object({ items: z.array(agentSchema), nextCursor: z.nullable(z.string()) }),
  }),
  create: defineRoute({
    id: 'createAgent',
    summary: 'Make an agent; you are its owner.',
    method: 'POST',
    path: '/api/agents',
    access: 'user',
    status: 201,
    body: agentSettingsSchema,
    response: withSettings,
  }),
  get: defineRoute({
    id: 'getAgent',
    summary: 'One agent, as its users see it.',
    method: 'GET',
    path: '/api/agents/:id',
    access: 'user',
    status: 200,
    params,
    response: agentSchema,
  }),
  settings: defineRoute({
    id: 'getAgentSettings',
    summary: 'One agent with all its settings. For its editors.',
    method: 'GET',
    path: '/api/agents/:id/settings',
    access: 'user',
    status: 200,
    params,
    response: withSettings,
  }),
  update: defineRoute({
    id: 'updateAgent',
    summary:
      'Save a new version. `baseVersion` is the one you changed; 409 when there is a newer one. The same settings make no version.',
    method: 'PUT',
    path: '/api/agents/:id',
    access: 'user',
    status: 200,
    params,
    body: z.object({ baseVersion: z.int().check(z.positive()), settings: agentSettingsSchema }),
    response: withSettings,
  }),
  remove: defineRoute({
    id: 'deleteAgent',
    summary: 'Delete an agent with its versions. For its owners. Conversations with it stay.',
    method: 'DELETE',
    path: '/api/agents/:id',
    access: 'user',
    status: 204,
    params,
  }),
  duplicate: defineRoute({
    id: 'duplicateAgent',
    summary: 'Make an agent of your own from one you may edit.',
    method: 'POST',
    path: '/api/agents/:id/duplicate',
    access: 'user',
    status: 201,
    params,
    response: withSettings,
  }),
  versions: defineRoute({
    id: 'listAgentVersions',
    summary: 'All versions, newest first. For its editors.',
    method: 'GET',
    path: '/api/agents/:id/versions',
    access: 'user',
    status: 200,
    params,
    response: z.object({ items: z.array(agentVersionSchema) }),
  }),
  restore: defineRoute({
    id: 'restoreAgentVersion',
    summary: 'Make a new version with the settings of an old one.',
    method: 'POST',
    path: '/api/agents/:id/versions/:version/restore',
    access: 'user',
    status: 200,
    params: z.object({ id: agentIdSchema, version }),
    response: withSettings,
  }),
  export: defineRoute({
    id: 'exportAgent',
    summary: 'An agent as a file for another install. For its editors.',
    method: 'GET',
    path: '/api/agents/:id/export',
    access: 'user',
    status: 200,
    params,
    response: agentFileSchema,
  }),
  import: defineRoute({
    id: 'importAgent',
    summary:
      'Make an agent of your own from a file. What it names and this install does not have is left out and told.',
    method: 'POST',
    path: '/api/agents/import',
    access: 'user',
    status: 201,
    body: agentFileSchema,
    response: z.extend(withSettings, { leftOut: z.array(z.string()) }),
  }),
  setStanding: defineRoute({
    id: 'setAgentStanding',
    summary: 'Promote an agent in the marketplace, or disable it for everybody. For admins.',
    method: 'PATCH',
    path: '/api/agents/:id/standing',
    access: 'user',
    status: 200,
    params,
    body: z.object({ promoted: z.optional(z.boolean()), disabled: z.optional(z.boolean()) }),
    response: agentSchema,
  }),
  overview: defineRoute({
    id: 'listAllAgents',
    summary: 'Every agent of the install with how much it was used in the last 30 days. For admins.',
    method: 'GET',
    path: '/api/admin/agents',
    access: 'user',
    status: 200,
    response: z.object({
      items: z.array(
        z.object({
          agent: agentSchema,
          turns: z.int(),
          users: z.int(),
          usage: usageSchema,
        }),
      ),
    }),
  }),
} as const;

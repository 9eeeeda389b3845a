import * as z from 'zod/mini';
import { apiKeySchema, apiKeyScopeSchema } from '../entities/api-key.ts';
import { defineRoute } from './route.ts';

/** Keys for programs that talk to agents under `/api/agents/v1`. */
export const apiKeyRoutes = {
  list: defineRoute({
    id: 'listApiKeys',
    summary: 'Your keys, without their secrets.',
    method: 'GET',
    path: '/api/api-keys',
    access: 'user',
    status: 200,
    response: z.object({ items: z.array(apiKeySchema) }),
  }),
  create: defineRoute({
    id: 'createApiKey',
    summary: 'Make a key. `secret` is shown this once.',
    method: 'POST',
    path: '/api/api-keys',
    access: 'user',
    status: 201,
    body: z.object({
      name: z.string().check(z.trim(), z.minLength(1, 'Please enter a name'), z.maxLength(100)),
      scopes: z.array(apiKeyScopeSchema).check(z.minLength(1, 'Please choose what the key may do')),
      /** Days until it ends by itself; `null` never. */
      days: z.nullable(z.int().check(z.minimum(1), z.maximum(3_650))),
    }),
    response: z.object({ key: apiKeySchema, secret: z.string() }),
  }),
  remove: defineRoute({
    id: 'deleteApiKey',
    summary: 'End a key at once.',
    method: 'DELETE',
    path: '/api/api-keys/:id',
    access: 'user',
    status: 204,
    params: z.object({ id: z.string().check(z.maxLength(100)) }),
  }),
} as const;

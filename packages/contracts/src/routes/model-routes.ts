import * as z from 'zod/mini';
import { defineRoute } from './route.ts';

/** An endpoint of `librechat.yaml` as the browser may see it: no address, no key. */
export const endpointSchema = z.object({
  name: z.string(),
  label: z.string(),
  type: z.enum(['custom']),
  defaultModel: z.string(),
});
export type Endpoint = z.infer<typeof endpointSchema>;

export const modelSchema = z.object({ id: z.string(), description: z.optional(z.string()) });
export type Model = z.infer<typeof modelSchema>;

export const modelRoutes = {
  endpoints: defineRoute({
    id: 'listEndpoints',
    summary: 'The endpoints you may use, in the operator’s order.',
    method: 'GET',
    path: '/api/endpoints',
    access: 'user',
    status: 200,
    response: z.object({ items: z.array(endpointSchema) }),
  }),
  models: defineRoute({
    id: 'listModels',
    summary: 'The models of each endpoint, by endpoint name.',
    method: 'GET',
    path: '/api/models',
    access: 'user',
    status: 200,
    response: z.record(z.string(), z.array(modelSchema)),
  }),
} as const;

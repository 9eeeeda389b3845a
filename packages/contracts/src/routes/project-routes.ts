import * as z from 'zod/mini';
import { projectIdSchema } from '../entities/ids.ts';
import { projectSchema, projectSettingsSchema } from '../entities/project.ts';
import { rankSchema } from '../entities/rank.ts';
import { defineRoute } from './route.ts';

const params = z.object({ id: projectIdSchema });
const { name, description, instructions, color } = projectSettingsSchema.shape;

export const projectRoutes = {
  list: defineRoute({
    id: 'listProjects',
    summary: 'Your projects, in your order.',
    method: 'GET',
    path: '/api/projects',
    access: 'user',
    status: 200,
    response: z.object({ items: z.array(projectSchema) }),
  }),
  get: defineRoute({
    id: 'getProject',
    summary: 'One project of yours.',
    method: 'GET',
    path: '/api/projects/:id',
    access: 'user',
    status: 200,
    params,
    response: projectSchema,
  }),
  create: defineRoute({
    id: 'createProject',
    summary: 'Begin a project. It comes first in your order.',
    method: 'POST',
    path: '/api/projects',
    access: 'user',
    status: 201,
    body: z.strictObject({
      name,
      description: z._default(description, ''),
      instructions: z._default(instructions, ''),
      color: z._default(color, null),
    }),
    response: projectSchema,
  }),
  update: defineRoute({
    id: 'updateProject',
    summary: 'Change a project of yours, or its place in your order.',
    method: 'PATCH',
    path: '/api/projects/:id',
    access: 'user',
    status: 200,
    params,
    body: z
      .strictObject({
        name: z.optional(name),
        description: z.optional(description),
        instructions: z.optional(instructions),
        color: z.optional(color),
        position: z.optional(rankSchema),
      })
      .check(z.refine((body) => Object.keys(body).length > 0, 'Name at least one thing to change')),
    response: projectSchema,
  }),
  remove: defineRoute({
    id: 'deleteProject',
    summary: 'Delete a project of yours. Its conversations stay, in no project.',
    method: 'DELETE',
    path: '/api/projects/:id',
    access: 'user',
    status: 204,
    params,
  }),
} as const;

import * as z from 'zod/mini';
import { auditEntrySchema } from '../entities/audit-entry.ts';
import { defineRoute } from './route.ts';

export const auditRoutes = {
  list: defineRoute({
    id: 'listAudit',
    summary: 'Who decided what, newest first, a page at a time. For admins.',
    method: 'GET',
    path: '/api/admin/audit',
    access: 'user',
    status: 200,
    query: z.object({
      /** Opaque; from the page before. */
      cursor: z.optional(z.string().check(z.maxLength(200))),
      limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(200)), 50),
      action: z.optional(auditEntrySchema.shape.action),
    }),
    response: z.object({ items: z.array(auditEntrySchema), nextCursor: z.nullable(z.string()) }),
  }),
} as const;

import * as z from 'zod/mini';
import { defineRoute } from './route.ts';

/** A page of the product's own documentation, as Markdown. */
export const docPageSchema = z.object({ path: z.string(), title: z.string(), text: z.string() });
export type DocPage = z.infer<typeof docPageSchema>;

export const docRoutes = {
  page: defineRoute({
    id: 'getDocPage',
    summary: 'A page of the documentation that came with this install.',
    method: 'GET',
    path: '/api/docs',
    access: 'public',
    status: 200,
    /** Such as `guides/connect-a-provider.md` or `README.md`. */
    query: z.object({
      path: z.string().check(z.regex(/^[\w-]+(\/[\w-]+)*\.md$/, 'must name a Markdown file of the documentation')),
    }),
    response: docPageSchema,
  }),
} as const;

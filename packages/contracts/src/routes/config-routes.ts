import * as z from 'zod/mini';
import { defineRoute } from './route.ts';

/** What the client needs before anybody has signed in. Holds nothing that is not public. */
export const clientConfigSchema = z.object({
  appTitle: z.string(),
  version: z.string(),
  registrationEnabled: z.boolean(),
  /** No account exists yet: the next one becomes the administrator. */
  firstRun: z.boolean(),
  /** Answers come from the built-in offline guide, because no provider is connected. */
  guideOnly: z.boolean(),
  customWelcome: z.optional(z.string()),
  /** Whether answers can be rated. Absent: they can. */
  feedback: z.optional(z.boolean()),
  /** Which links to chats may be made. Absent: all. */
  sharedLinks: z.optional(z.object({ signedIn: z.boolean(), public: z.boolean() })),
  /** Whether people may be invited into chats. Absent: they may. */
  sharedChats: z.optional(z.boolean()),
  /**
   * Where apps of tools are framed: the origin `url`, or else this port of whatever host the page came from. Absent: they
   * are not shown.
   */
  appFrame: z.optional(z.object({ port: z.int(), url: z.optional(z.string()) })),
});
export type ClientConfig = z.infer<typeof clientConfigSchema>;

export const configRoutes = {
  config: defineRoute({
    id: 'getConfig',
    summary: 'Public settings of this install.',
    method: 'GET',
    path: '/api/config',
    access: 'public',
    status: 200,
    response: clientConfigSchema,
  }),
} as const;

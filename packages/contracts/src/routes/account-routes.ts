import * as z from 'zod/mini';
import { defineRoute } from './route.ts';

const count = z.int().check(z.nonnegative());

/** What would go with an account. */
const accountHoldingsSchema = z.object({
  /** Conversations, archived and temporary ones too. */
  conversations: count,
  /** Agents, prompts, MCP servers and actions that nobody else owns: they go for everybody they are shared with. */
  ownedAlone: count,
  /** The only admin cannot leave. */
  isOnlyAdmin: z.boolean(),
});
export type AccountHoldings = z.infer<typeof accountHoldingsSchema>;

export const accountRoutes = {
  readHoldings: defineRoute({
    id: 'readAccountHoldings',
    summary: 'What would be deleted together with your account.',
    method: 'GET',
    path: '/api/account',
    access: 'user',
    status: 200,
    response: accountHoldingsSchema,
  }),
  removeConversations: defineRoute({
    id: 'deleteAllConversations',
    summary:
      'Delete all your conversations for good, archived and temporary ones too. None can be found any more when this answers; running answers are stopped.',
    method: 'DELETE',
    path: '/api/conversations',
    access: 'user',
    status: 200,
    response: z.object({ removed: count }),
  }),
  removeAccount: defineRoute({
    id: 'deleteAccount',
    summary:
      'Delete your account with everything that belongs to it, for good. All devices are signed out when this answers; what is stored goes in the minutes after.',
    method: 'POST',
    path: '/api/account/removal',
    access: 'user',
    status: 204,
    body: z.strictObject({
      password: z.string().check(z.minLength(1, 'Please enter your password'), z.maxLength(256)),
    }),
  }),
} as const;

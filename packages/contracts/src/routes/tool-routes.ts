import * as z from 'zod/mini';
import { toolResultIdSchema } from '../entities/ids.ts';
import { approvalScopeSchema } from '../entities/input-request.ts';
import { timestampSchema } from '../entities/timestamp.ts';
import { toolEffectSchema, toolInfoSchema, toolSourceSchema } from '../entities/tool.ts';
import { roleSchema } from '../entities/user.ts';
import { defineRoute } from './route.ts';

/**
 * What the install decides about tools, beside `librechat.yaml`. A pattern is a tool's ref with `*` for any characters
 * (`mcp/files/*`). Of all rules that match, `deny` wins over `ask`, and that over `allow`; where none matches, tools
 * that an admin set up and that only read may run, and all others ask.
 */
export const toolPolicySchema = z.object({
  rules: z
    .array(
      z.object({
        pattern: z.string().check(z.trim(), z.minLength(1, 'Please enter a pattern'), z.maxLength(300)),
        effect: toolEffectSchema,
        /** Absent: everybody. */
        roles: z.optional(z.array(roleSchema).check(z.minLength(1))),
      }),
    )
    .check(z.maxLength(500)),
});
export type ToolPolicy = z.infer<typeof toolPolicySchema>;

const grant = z.object({
  id: z.string(),
  /** The tool's title when it was allowed. */
  title: z.string(),
  source: toolSourceSchema,
  scope: approvalScopeSchema,
  conversationId: z.optional(z.string()),
  createdAt: timestampSchema,
});

export const toolRoutes = {
  list: defineRoute({
    id: 'listTools',
    summary: 'The tools you may use, as far as they are known without waiting for a server.',
    method: 'GET',
    path: '/api/tools',
    access: 'user',
    status: 200,
    response: z.object({ items: z.array(toolInfoSchema) }),
  }),
  grants: defineRoute({
    id: 'listToolGrants',
    summary: 'What you have allowed tools to do without asking again.',
    method: 'GET',
    path: '/api/tools/grants',
    access: 'user',
    status: 200,
    response: z.object({ items: z.array(grant) }),
  }),
  revokeGrant: defineRoute({
    id: 'revokeToolGrant',
    summary: 'Be asked again. Harmless when you would be anyway.',
    method: 'DELETE',
    path: '/api/tools/grants/:id',
    access: 'user',
    status: 204,
    params: z.object({ id: z.string().check(z.maxLength(100)) }),
  }),
  policy: defineRoute({
    id: 'getToolPolicy',
    summary: 'The rules about tools. For admins.',
    method: 'GET',
    path: '/api/admin/tool-policy',
    access: 'user',
    status: 200,
    response: toolPolicySchema,
  }),
  setPolicy: defineRoute({
    id: 'setToolPolicy',
    summary: 'Set the rules about tools. For admins.',
    method: 'PUT',
    path: '/api/admin/tool-policy',
    access: 'user',
    status: 200,
    body: toolPolicySchema,
    response: toolPolicySchema,
  }),
  result: defineRoute({
    id: 'readToolResult',
    summary:
      'What a tool gave that is not part of the message: its bytes, never shown by the browser as a page of ours.',
    method: 'GET',
    path: '/api/tool-results/:id',
    access: 'user',
    status: 200,
    params: z.object({ id: toolResultIdSchema }),
  }),
} as const;

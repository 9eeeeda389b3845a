import * as z from 'zod/mini';
import { groupIdSchema, userIdSchema } from './ids.ts';
import { roleSchema } from './user.ts';

/** Viewers use a thing, editors also change it, owners also share and delete it. */
export const accessRoleSchema = z.enum(['viewer', 'editor', 'owner']);
export type AccessRole = z.infer<typeof accessRoleSchema>;

/** Things that can be shared. */
export const sharedTypeSchema = z.enum(['agent', 'mcp-server', 'action-set', 'prompt-group']);
export type SharedType = z.infer<typeof sharedTypeSchema>;

/** Whom something is shared with; `public` is everybody with an account. */
export const principalSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user'), id: userIdSchema }),
  z.object({ type: z.literal('group'), id: groupIdSchema }),
  z.object({ type: z.literal('role'), id: roleSchema }),
  z.object({ type: z.literal('public') }),
]);
export type Principal = z.infer<typeof principalSchema>;

/** A principal with what people call it; users also by their e-mail address. */
export const namedPrincipalSchema = z.object({
  principal: principalSchema,
  name: z.string(),
  detail: z.optional(z.string()),
});
export type NamedPrincipal = z.infer<typeof namedPrincipalSchema>;

export const accessGrantSchema = z.extend(namedPrincipalSchema, { role: accessRoleSchema });
export type AccessGrant = z.infer<typeof accessGrantSchema>;

/** People under one name, kept by admins. */
export const groupSchema = z.object({
  id: groupIdSchema,
  name: z.string(),
  members: z.array(z.object({ id: userIdSchema, name: z.string(), email: z.string() })),
});
export type Group = z.infer<typeof groupSchema>;

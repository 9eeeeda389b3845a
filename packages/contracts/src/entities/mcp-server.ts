import * as z from 'zod/mini';
import { accessRoleSchema } from './access.ts';
import { withoutDeception } from './visible-name.ts';

/** Names a server of this install for ever: in addresses, tool names and settings. */
export const mcpServerNameSchema = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'may have letters, digits, dots, dashes and underscores only'));

/** How it goes with a server for the person who asks, without connecting. */
export const mcpServerStateSchema = z.enum([
  'idle',
  'connecting',
  'connected',
  'sign-in-needed',
  'variables-needed',
  'failing',
]);
export type McpServerState = z.infer<typeof mcpServerStateSchema>;

/** What a person fills in for themselves before a server works (`customUserVars`); a value never comes back. */
export const mcpVariableSchema = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  sensitive: z.boolean(),
  isSet: z.boolean(),
});
export type McpVariable = z.infer<typeof mcpVariableSchema>;

export const mcpServerSchema = z.object({
  name: mcpServerNameSchema,
  title: z.string(),
  description: z.string(),
  /** `config`: of `librechat.yaml`, changed there only. */
  origin: z.enum(['config', 'user']),
  transport: z.enum(['stdio', 'streamable-http', 'sse']),
  /** Absent for those who may not change it. */
  url: z.optional(z.string()),
  auth: z.enum(['none', 'api-key', 'oauth']),
  myRole: accessRoleSchema,
  state: mcpServerStateSchema,
  /** Why it fails, for people. */
  trouble: z.optional(z.string()),
  isSignedIn: z.boolean(),
  variables: z.array(mcpVariableSchema),
  /** `null` before it was connected for the first time. */
  toolCount: z.nullable(z.int().check(z.nonnegative())),
  /** Shown in the composer's tool menu. */
  inChatMenu: z.boolean(),
});
export type McpServerView = z.infer<typeof mcpServerSchema>;

const address = z
  .string()
  .check(z.maxLength(2_000), z.url({ protocol: /^https?$/, error: 'must begin with http:// or https://' }));

/** What a person may decide about a server of their own; a stdio server comes from `librechat.yaml` only. */
export const mcpServerSettingsSchema = z.object({
  title: z.string().check(z.trim(), z.minLength(1, 'Please enter a name'), z.maxLength(60), withoutDeception()),
  description: z.string().check(z.maxLength(500)),
  url: address,
  transport: z.enum(['streamable-http', 'sse']),
  auth: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({
      kind: z.literal('oauth'),
      clientId: z.optional(z.string().check(z.maxLength(500))),
      clientSecret: z.optional(z.string().check(z.maxLength(2_000))),
      scope: z.optional(z.string().check(z.maxLength(1_000))),
    }),
    z.object({
      kind: z.literal('api-key'),
      /** Absent when changing a server: the key stays. */
      key: z.optional(z.string().check(z.minLength(1, 'Please enter the key'), z.maxLength(4_000))),
      scheme: z.enum(['bearer', 'basic', 'header']),
      header: z.optional(z.string().check(z.regex(/^[A-Za-z0-9-]{1,100}$/, 'must be the name of a header'))),
    }),
  ]),
});
export type McpServerSettings = z.infer<typeof mcpServerSettingsSchema>;

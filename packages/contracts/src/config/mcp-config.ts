import * as z from 'zod/mini';

const texts = z.record(z.string(), z.string());

/** Milliseconds; 0 for the usual time. */
const milliseconds = z
  .int('must be a whole number of milliseconds')
  .check(
    z.minimum(0, 'must be a whole number of milliseconds'),
    z.maximum(86_400_000, 'must be at most 86400000, a day'),
  );

const endpointAddress = z.url({
  protocol: /^https?$/,
  error: 'must be an address that begins with http:// or https://',
});

/** Who signs people in to a server, as far as it must not be found out by asking. */
export const mcpOAuthConfigSchema = z.object({
  authorization_url: z.optional(endpointAddress),
  token_url: z.optional(endpointAddress),
  revocation_endpoint: z.optional(endpointAddress),
  redirect_uri: z.optional(endpointAddress),
  client_id: z.optional(z.string()),
  client_secret: z.optional(z.string()),
  scope: z.optional(z.string()),
  send_resource_parameter: z.optional(z.boolean()),
  skip_code_challenge_check: z.optional(z.boolean()),
});

export const mcpApiKeyConfigSchema = z.object({
  key: z.optional(z.string()),
  /** `user`: each person brings a key of their own. */
  source: z.enum(['admin', 'user'], { error: 'must be admin or user' }),
  authorization_type: z.enum(['basic', 'bearer', 'custom'], { error: 'must be basic, bearer or custom' }),
  /** The header of `custom`; `X-Api-Key` when absent. */
  custom_header: z.optional(z.string()),
});

export const mcpVariableConfigSchema = z.object({
  title: z.string(),
  description: z._default(z.string(), ''),
  sensitive: z.optional(z.boolean()),
});

/** One entry of `mcpServers`: a program to start (`command`) or an address to connect to (`url`). */
export const mcpServerConfigSchema = z.object({
  type: z.optional(
    z.enum(['stdio', 'streamable-http', 'http', 'sse', 'websocket'], {
      error: 'must be stdio, streamable-http or sse',
    }),
  ),
  command: z.optional(z.string().check(z.minLength(1, 'must name a program'))),
  args: z.optional(z.array(z.string())),
  env: z.optional(texts),
  cwd: z.optional(z.string()),
  url: z.optional(z.string()),
  headers: z.optional(texts),
  timeout: z.optional(milliseconds),
  initTimeout: z.optional(milliseconds),
  title: z.optional(z.string().check(z.maxLength(100, 'must have at most 100 characters'))),
  description: z.optional(z.string()),
  startup: z.optional(z.boolean()),
  chatMenu: z.optional(z.boolean()),
  serverInstructions: z.optional(z.union([z.boolean(), z.string()], { error: 'must be true, false or text' })),
  requiresOAuth: z.optional(z.boolean()),
  oauth: z.optional(mcpOAuthConfigSchema),
  oauth_headers: z.optional(texts),
  apiKey: z.optional(mcpApiKeyConfigSchema),
  /** Signing in on behalf of somebody, which does not exist here: such a server is left out. */
  obo: z.optional(z.object({ scopes: z.string() })),
  customUserVars: z.optional(z.record(z.string(), mcpVariableConfigSchema)),
});
export type McpServerEntry = z.infer<typeof mcpServerConfigSchema>;

export const mcpSettingsConfigSchema = z.object({
  /** When given, servers may be at these domains only. */
  allowedDomains: z.optional(z.array(z.string())),
  /** Private addresses that servers of people may have all the same: `host`, `host:port`, IP addresses and ranges. */
  allowedAddresses: z.optional(z.array(z.string())),
});

/** What people who are no admins may do with MCP servers: everything unless told otherwise. */
export const mcpInterfaceConfigSchema = z.object({ use: z.optional(z.boolean()), create: z.optional(z.boolean()) });

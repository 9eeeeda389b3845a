import * as z from 'zod/mini';
import type { McpTarget } from '../core/mcp-server.ts';
import type { McpSecretStore } from './mcp-secret-store.ts';
import { secretKeys } from './secret-keys.ts';

/** How a client is written down, here and in registrations. */
export const clientSchema = z.object({
  client_id: z.string(),
  client_secret: z.optional(z.string()),
  token_endpoint_auth_method: z.optional(z.string()),
});

const authorizationServerSchema = z.object({
  /** Absent when the server's addresses were set by hand, so that nothing vouches for a name. */
  validatedIssuer: z.optional(z.string()),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  revocation_endpoint: z.optional(z.string()),
  token_endpoint_auth_methods_supported: z.optional(z.array(z.string())),
  revocation_endpoint_auth_methods_supported: z.optional(z.array(z.string())),
  authorization_response_iss_parameter_supported: z.optional(z.boolean()),
});

/** What a sign-in is bound to: credentials of one never reach another issuer, another client or another MCP server. */
export const bindingSchema = z.object({
  serverUrl: z.string(),
  issuer: z.string(),
  authorizationServer: authorizationServerSchema,
  client: clientSchema,
  resource: z.optional(z.string()),
  requestedScope: z.optional(z.string()),
});

const signInSchema = z.object({
  binding: bindingSchema,
  /** Absent after they expired or were revoked; what was asked for is still known. */
  tokens: z.optional(
    z.object({
      accessToken: z.string(),
      refreshToken: z.optional(z.string()),
      /** Milliseconds since the epoch; absent when the authorization server did not say. */
      obtainedAt: z.number(),
      expiresAt: z.optional(z.number()),
    }),
  ),
  /** Wider sign-ins that a server's 403 asked for, to end a server that is never content. */
  stepUps: z.array(z.object({ scope: z.string(), at: z.number() })),
  /** Who is spending the refresh token right now. */
  claim: z.optional(z.object({ id: z.string(), until: z.number() })),
});

/** A registered client as the authorization server knows it. */
export type OAuthClient = z.infer<typeof clientSchema>;
/** The addresses of an authorization server and what it can. */
export type StoredAuthorizationServer = z.infer<typeof authorizationServerSchema>;
export type SignInBinding = z.infer<typeof bindingSchema>;
export type StoredSignIn = z.infer<typeof signInSchema>;
export type StoredTokens = NonNullable<StoredSignIn['tokens']>;

/** The holder's sign-in at a server and its version, whatever it is bound to; undefined when there is none that can be read. */
export async function readSignIn(
  secrets: McpSecretStore,
  serverId: string,
  holder: string,
): Promise<{ readonly signIn: StoredSignIn; readonly version: number } | undefined> {
  const stored = await secrets.get(secretKeys.tokens(serverId, holder));
  if (stored === undefined) return undefined;
  const signIn = z.safeParse(signInSchema, JSON.parse(stored.value));
  return signIn.success ? { signIn: signIn.data, version: stored.version } : undefined;
}

/** Whether a stored sign-in may be used for a target as it is set up now. */
export function isBoundTo(binding: SignInBinding, target: McpTarget): boolean {
  const { transport, oauth } = target.server;
  if (transport.type === 'stdio' || transport.url !== binding.serverUrl) return false;
  if (oauth?.clientId !== undefined && oauth.clientId !== binding.client.client_id) return false;
  const issuer = oauth?.authorizationServer?.issuer;
  return issuer === undefined || isSameIssuer(issuer, binding.issuer);
}

/** The same issuer, with or without the slash that URL parsers add to a bare origin. */
export function isSameIssuer(one: string, other: string): boolean {
  return one === other || one === `${other}/` || `${one}/` === other;
}

import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  createMcpHandler,
  getOAuthProtectedResourceMetadataUrl,
  McpServer,
  OAuthError,
  OAuthErrorCode,
  requireBearerAuth,
  requireScopes,
} from '@modelcontextprotocol/server';
import type { OAuthTokenVerifier } from '@modelcontextprotocol/server';
import { Provider } from 'oidc-provider';
import type { ClientMetadata } from 'oidc-provider';
import { signInThroughForms } from './sign-in-through-forms.ts';
import { startLoopbackServer } from './start-loopback-server.ts';

/** Seconds, and clients that need no registration. */
export interface OidcProtectedServerOptions {
  readonly accessTokenSeconds?: number;
  readonly refreshTokenSeconds?: number;
  readonly clients?: readonly ClientMetadata[];
}

/** An MCP server on loopback whose tools (`whoami`; `write`, which needs the scope `write`) want a bearer token. */
export interface OidcProtectedServer {
  /** The MCP endpoint. */
  readonly url: string;
  /** The authorization server. */
  readonly issuer: string;
  /** Grants of every token request, in order. */
  readonly tokenRequests: readonly string[];
  readonly registrations: () => number;
  /** Signs in and agrees, or declines, as `login`; resolves with the query of the redirect. */
  signIn(
    authorizationUrl: string,
    options: { readonly redirectUri: string; readonly login?: string; readonly decline?: boolean },
  ): Promise<URLSearchParams>;
  /** As an administrator of the authorization server ends everything a user granted. */
  revokeAll(): Promise<void>;
  /** Whether the authorization server still takes an access token. */
  knows(accessToken: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Starts oidc-provider as the authorization server, and in front of it a server written on the official SDK. */
export async function startOidcProtectedServer(
  options: OidcProtectedServerOptions = {},
): Promise<OidcProtectedServer> {
  const [authorization, resource] = await Promise.all([startLoopbackServer(), startLoopbackServer()]);
  const url = `${resource.origin}/mcp`;
  const provider = createProvider(authorization.origin, url, options);
  const tokenRequests: string[] = [];
  const grants = new Set<string>();
  let registrations = 0;
  provider.on('grant.success', (context) => tokenRequests.push(String(context.oidc.params?.['grant_type'])));
  provider.on('grant.error', (context) => tokenRequests.push(`${String(context.oidc.params?.['grant_type'])} refused`));
  provider.on('grant.saved', (grant) => grants.add(grant.jti));
  provider.on('registration_create.success', () => (registrations += 1));
  const answerOidc = provider.callback();
  authorization.answer((request, response) => void answerOidc(request, response));
  const mcp = createProtectedMcp(provider, { url, issuer: authorization.origin });
  const answerMcp = toNodeHandler(mcp);
  resource.answer((request, response) => {
    const { method = 'GET', url: path = '/' } = request;
    void answerMcp(Object.assign(request, { method, url: path }), response);
  });

  return {
    url,
    issuer: authorization.origin,
    tokenRequests,
    registrations: () => registrations,
    async signIn(authorizationUrl, { redirectUri, login = 'ann', decline = false }) {
      return (await signInThroughForms(authorizationUrl, { redirectUri, login, decline })).searchParams;
    },
    async revokeAll() {
      for (const grant of grants) {
        await Promise.all([
          provider.AccessToken.revokeByGrantId(grant),
          provider.RefreshToken.revokeByGrantId(grant),
          (await provider.Grant.find(grant))?.destroy(),
        ]);
      }
    },
    knows: async (accessToken) => (await provider.AccessToken.find(accessToken)) !== undefined,
    async close() {
      await mcp.close();
      await Promise.all([authorization.close(), resource.close()]);
    },
  };
}

function createProvider(issuer: string, resource: string, options: OidcProtectedServerOptions): Provider {
  const { accessTokenSeconds = 3600, refreshTokenSeconds = 86_400 } = options;
  return new Provider(issuer, {
    clients: [...(options.clients ?? [])],
    cookies: { keys: ['only for tests'] },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    scopes: ['openid', 'offline_access', 'read', 'write'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async (_context, client, code) =>
      client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
    ttl: {
      AccessToken: accessTokenSeconds,
      ClientCredentials: accessTokenSeconds,
      RefreshToken: refreshTokenSeconds,
      Grant: 86_400,
      Interaction: 600,
      Session: 86_400,
    },
    features: {
      devInteractions: { enabled: true },
      registration: { enabled: true },
      revocation: { enabled: true },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: async () => true,
        getResourceServerInfo: async (_context, indicator) => {
          if (indicator !== resource) throw new Error('Another resource');
          return { scope: 'read write', audience: resource, accessTokenFormat: 'opaque', accessTokenTTL: accessTokenSeconds };
        },
      },
    },
  });
}

function createProtectedMcp(provider: Provider, { url, issuer }: { readonly url: string; readonly issuer: string }) {
  const handler = createMcpHandler((context) => {
    const server = new McpServer({ name: 'protected', version: '1.0.0' });
    server.registerTool('whoami', { description: 'Tells who signed in' }, () => ({
      content: [{ type: 'text', text: String(context.authInfo?.extra?.['accountId']) }],
    }));
    server.registerTool('write', { description: 'Needs more rights', scopeChallenge: requireScopes('write') }, () => ({
      content: [{ type: 'text', text: 'written' }],
    }));
    return server;
  });
  const metadataUrl = getOAuthProtectedResourceMetadataUrl(new URL(url));
  const gate = requireBearerAuth({
    verifier: verifierOf(provider),
    requiredScopes: ['read'],
    resourceMetadataUrl: metadataUrl,
    expectedResource: new URL(url),
  });
  return {
    close: handler.close,
    async fetch(request: Request): Promise<Response> {
      if (request.url === metadataUrl) {
        return Response.json({ resource: url, authorization_servers: [issuer], scopes_supported: ['read'] });
      }
      if (request.url !== url) return new Response(null, { status: 404 });
      const authInfo = await gate(request);
      return authInfo instanceof Response ? authInfo : handler.fetch(request, { authInfo });
    },
  };
}

function verifierOf(provider: Provider): OAuthTokenVerifier {
  return {
    async verifyAccessToken(token) {
      const found = (await provider.AccessToken.find(token)) ?? (await provider.ClientCredentials.find(token));
      if (found === undefined) throw new OAuthError(OAuthErrorCode.InvalidToken, 'Unknown token');
      return {
        token,
        clientId: found.clientId ?? '',
        scopes: [...found.scopes],
        expiresAt: found.exp ?? 0,
        resource: new URL(String(found.aud)),
        extra: { accountId: 'accountId' in found ? found.accountId : found.clientId },
      };
    },
  };
}

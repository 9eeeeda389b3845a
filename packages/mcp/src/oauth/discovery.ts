import {
  checkResourceAllowed,
  discoverAuthorizationServerMetadata,
  discoverOAuthProtectedResourceMetadata,
  IssuerMismatchError,
  resourceUrlFromServerUrl,
} from '@modelcontextprotocol/client';
import type {
  AuthorizationServerMetadata,
  FetchLike,
  OAuthProtectedResourceMetadata,
} from '@modelcontextprotocol/client';
import * as z from 'zod/mini';
import type { McpOAuthSettings } from './mcp-sign-in.ts';
import { McpSignInError } from './mcp-sign-in-error.ts';
import { secureUrl } from './secure-url.ts';
import { isSameIssuer } from './stored-sign-in.ts';
import type { StoredAuthorizationServer } from './stored-sign-in.ts';

/** Who signs people in for a server, with addresses that are all secure. */
export interface Discovery {
  /** What credentials are bound to. */
  readonly issuer: string;
  readonly authorizationServer: StoredAuthorizationServer;
  readonly registrationEndpoint?: string;
  readonly scopesSupported: readonly string[];
  readonly supportsClientMetadataDocument: boolean;
  /** Whether S256 is promised; undefined when nothing was discovered that could promise it. */
  readonly supportsPkce?: boolean;
  /** Whom a token is for, exactly as the server writes it. */
  readonly resource: string;
  /** What the server's own metadata ask for. */
  readonly resourceScope?: string;
}

/** Where to look: the server's address, what its challenge named, and what was set by hand. */
export interface DiscoveryRequest {
  readonly serverUrl: string;
  readonly resourceMetadataUrl?: string;
  readonly settings: McpOAuthSettings;
}

/** Finds the authorization server by RFC 9728 and RFC 8414 or OpenID Connect Discovery, as MCP asks. */
export async function discover(fetch: FetchLike, request: DiscoveryRequest): Promise<Discovery> {
  const { serverUrl, settings } = request;
  const byHand = addressesByHand(request);
  if (byHand !== undefined) return { ...byHand, resource: canonicalResource(serverUrl) };
  const resourceMetadata = await discoverResource(fetch, request);
  const issuer = chooseIssuer(request, resourceMetadata);
  const metadata = await discoverIssuer(fetch, issuer, settings);
  const scope = resourceMetadata?.scopes_supported?.join(' ');
  return {
    ...described(metadata, settings),
    resource: resourceMetadata?.resource ?? canonicalResource(serverUrl),
    ...(scope !== undefined && scope !== '' && { resourceScope: scope }),
  };
}

/** The issuers the server names now; undefined when it names none or that was set by hand. */
export async function namedIssuers(
  fetch: FetchLike,
  request: DiscoveryRequest,
): Promise<readonly string[] | undefined> {
  if (addressesByHand(request) !== undefined) return undefined;
  const resourceMetadata = await discoverResource(fetch, request);
  const named = resourceMetadata?.authorization_servers ?? [];
  return named.length === 0 ? undefined : named;
}

function addressesByHand({ settings }: DiscoveryRequest): Omit<Discovery, 'resource'> | undefined {
  const { issuer, tokenUrl, authorizationUrl, revocationUrl } = settings.authorizationServer ?? {};
  const forPeople = settings.grant !== 'client_credentials';
  if (tokenUrl === undefined || (forPeople && authorizationUrl === undefined)) return undefined;
  return {
    issuer: issuer ?? setByHand(tokenUrl).origin,
    authorizationServer: {
      authorization_endpoint: setByHand(authorizationUrl ?? tokenUrl).href,
      token_endpoint: setByHand(tokenUrl).href,
      ...(revocationUrl !== undefined && { revocation_endpoint: setByHand(revocationUrl).href }),
      ...(issuer !== undefined && { validatedIssuer: issuer }),
    },
    scopesSupported: [],
    supportsClientMetadataDocument: false,
  };
}

/** Whoever set it may mean this machine. */
function setByHand(address: string): URL {
  return secureUrl(address, address);
}

async function discoverResource(
  fetch: FetchLike,
  { serverUrl, resourceMetadataUrl }: DiscoveryRequest,
): Promise<OAuthProtectedResourceMetadata | undefined> {
  if (resourceMetadataUrl !== undefined && new URL(resourceMetadataUrl).origin !== new URL(serverUrl).origin) {
    secureUrl(resourceMetadataUrl, serverUrl);
  }
  let isAbsent = resourceMetadataUrl === undefined;
  const noting: FetchLike = async (url, init) => {
    const response = withoutPage(await fetch(url, init));
    if (response.ok || response.status >= 500) isAbsent = false;
    return response;
  };
  try {
    const metadata = await discoverOAuthProtectedResourceMetadata(
      serverUrl,
      resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl },
      noting,
    );
    if (isForServer(metadata, serverUrl)) return metadata;
  } catch (error) {
    if (error instanceof McpSignInError) throw error;
    if (isAbsent) return undefined;
    throw new McpSignInError('discovery-failed', 'The server does not say properly how to sign in.', { cause: error });
  }
  throw new McpSignInError('discovery-failed', 'The server says how to sign in at another server than itself.');
}

function isForServer({ resource }: OAuthProtectedResourceMetadata, serverUrl: string): boolean {
  return checkResourceAllowed({
    requestedResource: resourceUrlFromServerUrl(serverUrl),
    configuredResource: resource,
  });
}

/** Servers older than RFC 9728 are their own authorization server, at the root of their origin. */
function chooseIssuer(
  { serverUrl, settings }: DiscoveryRequest,
  resourceMetadata: OAuthProtectedResourceMetadata | undefined,
): string {
  const named = resourceMetadata?.authorization_servers ?? [];
  const wanted = settings.authorizationServer?.issuer;
  if (wanted === undefined) return secureIssuer(named[0] ?? `${new URL(serverUrl).origin}/`, serverUrl);
  const match = named.length === 0 ? wanted : named.find((issuer) => isSameIssuer(issuer, wanted));
  if (match !== undefined) return secureIssuer(match, wanted);
  throw new McpSignInError('issuer-mismatch', 'The server now asks to sign in somewhere else than was set up for it.');
}

/** Not normalised: issuers are compared as text. */
function secureIssuer(issuer: string, namedBy: string): string {
  secureUrl(issuer, namedBy);
  return issuer;
}

/** The SDK leaves RFC 7009 out of what it reads from OpenID Connect Discovery; whoever offers it says so under this name. */
const revocationSchema = z.object({
  revocation_endpoint: z.optional(z.string()),
  revocation_endpoint_auth_methods_supported: z.optional(z.array(z.string())),
});

type IssuerMetadata = AuthorizationServerMetadata & z.infer<typeof revocationSchema>;

async function discoverIssuer(fetch: FetchLike, issuer: string, settings: McpOAuthSettings): Promise<IssuerMetadata> {
  let document = '{}';
  const keeping: FetchLike = async (url, init) => {
    const response = withoutPage(await fetch(url, init));
    if (response.ok) document = await response.clone().text();
    return response;
  };
  try {
    const metadata = await discoverAuthorizationServerMetadata(issuer, { fetchFn: keeping });
    const canSignIn = settings.grant === 'client_credentials' || metadata?.response_types_supported.includes('code');
    if (metadata !== undefined && canSignIn === true) {
      return { ...metadata, ...z.parse(revocationSchema, JSON.parse(document)) };
    }
  } catch (error) {
    if (error instanceof McpSignInError) throw error;
    if (error instanceof IssuerMismatchError) {
      throw new McpSignInError('issuer-mismatch', 'The sign-in server says that it is another one.');
    }
    throw new McpSignInError('discovery-failed', 'The sign-in server does not describe itself properly.', {
      cause: error,
    });
  }
  throw new McpSignInError('discovery-failed', 'The sign-in server does not say how to sign in.');
}

function described(metadata: IssuerMetadata, { authorizationServer }: McpOAuthSettings): Omit<Discovery, 'resource'> {
  const revocation = authorizationServer?.revocationUrl ?? metadata.revocation_endpoint;
  const revocationMethods = metadata.revocation_endpoint_auth_methods_supported;
  const registration = metadata.registration_endpoint;
  const checked = (address: string, byHand?: string) => secureUrl(byHand ?? address, byHand ?? metadata.issuer).href;
  const issParameter = metadata.authorization_response_iss_parameter_supported;
  return {
    issuer: metadata.issuer,
    authorizationServer: {
      validatedIssuer: metadata.issuer,
      authorization_endpoint: checked(metadata.authorization_endpoint, authorizationServer?.authorizationUrl),
      token_endpoint: checked(metadata.token_endpoint, authorizationServer?.tokenUrl),
      ...(revocation !== undefined && { revocation_endpoint: checked(revocation, authorizationServer?.revocationUrl) }),
      ...(metadata.token_endpoint_auth_methods_supported !== undefined && {
        token_endpoint_auth_methods_supported: metadata.token_endpoint_auth_methods_supported,
      }),
      ...(revocationMethods !== undefined && { revocation_endpoint_auth_methods_supported: revocationMethods }),
      ...(issParameter === true && { authorization_response_iss_parameter_supported: true }),
    },
    ...(registration !== undefined && { registrationEndpoint: checked(registration) }),
    scopesSupported: metadata.scopes_supported ?? [],
    supportsClientMetadataDocument: metadata.client_id_metadata_document_supported === true,
    supportsPkce: metadata.code_challenge_methods_supported?.includes('S256') === true,
  };
}

/** RFC 8707 for a server that names no resource: its address, a bare origin without its slash. */
function canonicalResource(serverUrl: string): string {
  const url = resourceUrlFromServerUrl(serverUrl);
  return url.pathname === '/' && url.search === '' ? url.origin : url.href;
}

/** Web apps answer every path with their page; that is no metadata, and the next place is asked. */
function withoutPage(response: Response): Response {
  const isPage = response.ok && response.headers.get('content-type')?.startsWith('text/html') === true;
  return isPage ? new Response(null, { status: 404 }) : response;
}

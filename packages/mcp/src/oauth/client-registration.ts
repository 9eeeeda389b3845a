import {
  computeScopeUnion,
  isStrictScopeSuperset,
  registerClient,
  RegistrationRejectedError,
} from '@modelcontextprotocol/client';
import * as z from 'zod/mini';
import type { McpTarget } from '../core/mcp-server.ts';
import { clientMetadata } from './client-metadata-document.ts';
import type { Discovery } from './discovery.ts';
import type { McpSecretStore } from './mcp-secret-store.ts';
import type { McpOAuthSettings } from './mcp-sign-in.ts';
import { McpSignInError } from './mcp-sign-in-error.ts';
import type { OAuthFetch } from './oauth-fetch.ts';
import { sdkMetadata } from './sdk-metadata.ts';
import { secretKeys } from './secret-keys.ts';
import { clientSchema, isSameIssuer } from './stored-sign-in.ts';
import type { OAuthClient } from './stored-sign-in.ts';
import { errorCodeIn } from './token-failure.ts';

/** How often people may begin with a registration and never come back before it counts as lost on the other side. */
const longestUnfinished = 5;

const registrationSchema = z.object({
  client: clientSchema,
  scope: z.optional(z.string()),
  /** Milliseconds since the epoch. */
  secretExpiresAt: z.optional(z.number()),
  unfinished: z.number(),
});

/** Who we are at an authorization server; every answer is bound to that server's issuer. */
export interface ClientRegistrations {
  /** By hand, else by client id metadata document, else registered there once and kept. */
  clientFor(request: ClientRequest): Promise<OAuthClient>;
  /** A client that was set up by hand; refuses an issuer other than the one it was first used with. */
  clientByHand(serverId: string, settings: McpOAuthSettings, issuer: string): Promise<OAuthClient | undefined>;
  /** Somebody came back with this client: the other side knows it. */
  finished(serverId: string, issuer: string): Promise<void>;
  /** The authorization server does not know this client any more. */
  lost(serverId: string, issuer: string): Promise<void>;
}

/** What the client is for. */
export interface ClientRequest {
  readonly target: McpTarget;
  readonly discovery: Discovery;
  readonly scope: string | undefined;
  readonly signal: AbortSignal;
}

/** Keeps registrations per server and issuer in the secret store. */
export function createClientRegistrations(options: {
  readonly fetch: OAuthFetch;
  readonly secrets: McpSecretStore;
  readonly redirectUri: string;
  readonly clientMetadataUrl?: string;
  readonly clientName: string;
  readonly now: () => number;
}): ClientRegistrations {
  const { secrets, clientMetadataUrl, now } = options;

  async function read(key: string) {
    const stored = await secrets.get(key);
    return stored && z.safeParse(registrationSchema, JSON.parse(stored.value)).data;
  }

  async function registered(request: ClientRequest): Promise<OAuthClient> {
    const { target, discovery } = request;
    const key = secretKeys.client(target.server.id, discovery.issuer, options.redirectUri);
    const known = await read(key);
    const isGood =
      known !== undefined &&
      known.unfinished < longestUnfinished &&
      (known.secretExpiresAt === undefined || known.secretExpiresAt > now()) &&
      (known.scope === undefined || !isStrictScopeSuperset(request.scope, known.scope));
    const registration = isGood ? known : await register(request);
    await secrets.put(key, JSON.stringify({ ...registration, unfinished: registration.unfinished + 1 }));
    return registration.client;
  }

  async function register(request: ClientRequest): Promise<z.infer<typeof registrationSchema>> {
    const { discovery, scope, signal } = request;
    if (discovery.registrationEndpoint === undefined) {
      throw new McpSignInError(
        'registration-failed',
        'The sign-in server does not take new apps by itself: an administrator has to set a client ID for this server.',
      );
    }
    // Some servers refuse at sign-in what was not asked for here, so a later wider sign-in is already in it.
    const registeredScope = computeScopeUnion(scope, scope === undefined ? undefined : discovery.resourceScope);
    try {
      const answer = await registerClient(discovery.issuer, {
        metadata: sdkMetadata(discovery.authorizationServer, discovery.issuer, discovery.registrationEndpoint),
        clientMetadata: {
          ...clientMetadata(options),
          token_endpoint_auth_method: authMethod(discovery.authorizationServer.token_endpoint_auth_methods_supported),
        },
        ...(registeredScope !== undefined && { scope: registeredScope }),
        fetchFn: options.fetch(signal, 'registration-failed'),
      });
      const { client_secret_expires_at: expires = 0 } = answer;
      return {
        client: z.parse(clientSchema, answer),
        ...(registeredScope !== undefined && { scope: registeredScope }),
        ...(expires > 0 && { secretExpiresAt: expires * 1000 }),
        unfinished: 0,
      };
    } catch (error) {
      throw registrationFailure(error);
    }
  }

  async function clientByHand(
    serverId: string,
    { clientId, clientSecret, authorizationServer }: McpOAuthSettings,
    issuer: string,
  ): Promise<OAuthClient | undefined> {
    if (clientId === undefined) return undefined;
    if (authorizationServer?.issuer === undefined) await pin(serverId, clientId, issuer);
    return { client_id: clientId, ...(clientSecret !== undefined && { client_secret: clientSecret }) };
  }

  /** Without a configured issuer the first one it is used with is the one it belongs to. */
  async function pin(serverId: string, clientId: string, issuer: string): Promise<void> {
    const key = secretKeys.pinnedIssuer(serverId, clientId);
    const pinned = await secrets.get(key);
    if (pinned === undefined) {
      await secrets.put(key, JSON.stringify(issuer));
      return;
    }
    if (!isSameIssuer(z.parse(z.string(), JSON.parse(pinned.value)), issuer)) {
      throw new McpSignInError(
        'issuer-mismatch',
        'The server now asks to sign in somewhere else than its client ID belongs to.',
      );
    }
  }

  return {
    async clientFor(request) {
      const { target, discovery } = request;
      const byHand = await clientByHand(target.server.id, target.server.oauth ?? {}, discovery.issuer);
      if (byHand !== undefined) return byHand;
      if (clientMetadataUrl !== undefined && discovery.supportsClientMetadataDocument) {
        return { client_id: clientMetadataUrl, token_endpoint_auth_method: 'none' };
      }
      return registered(request);
    },
    clientByHand,
    async finished(serverId, issuer) {
      const key = secretKeys.client(serverId, issuer, options.redirectUri);
      const known = await read(key);
      if (known === undefined || known.unfinished === 0) return;
      await secrets.put(key, JSON.stringify({ ...known, unfinished: 0 }));
    },
    async lost(serverId, issuer) {
      await secrets.remove(secretKeys.client(serverId, issuer, options.redirectUri));
    },
  };
}

/** We can keep a secret; a server that supports only public clients gets one. RFC 8414 makes Basic the default. */
function authMethod(supported: readonly string[] = ['client_secret_basic']): string {
  return ['client_secret_basic', 'client_secret_post'].find((method) => supported.includes(method)) ?? 'none';
}

function registrationFailure(error: unknown): unknown {
  if (error instanceof McpSignInError) return error;
  if (error instanceof RegistrationRejectedError) {
    const reason = errorCodeIn(error.body);
    return new McpSignInError('registration-failed', `The sign-in server refuses to register this app${reason}.`);
  }
  return new McpSignInError('registration-failed', 'The sign-in server did not register this app properly.');
}

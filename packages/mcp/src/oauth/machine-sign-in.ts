import { ClientCredentialsProvider, fetchToken, PrivateKeyJwtProvider } from '@modelcontextprotocol/client';
import type { McpTarget } from '../core/mcp-server.ts';
import type { ClientRegistrations } from './client-registration.ts';
import { discover } from './discovery.ts';
import { httpTransportOf } from './http-transport-of.ts';
import type { McpSecretStore } from './mcp-secret-store.ts';
import type { McpOAuthSettings } from './mcp-sign-in.ts';
import { McpSignInError } from './mcp-sign-in-error.ts';
import type { OAuthFetch } from './oauth-fetch.ts';
import { readPendingChallenge } from './pending-challenge.ts';
import { readTokens } from './read-tokens.ts';
import { chooseScope } from './scope-choice.ts';
import { sdkMetadata } from './sdk-metadata.ts';
import type { OAuthClient, StoredSignIn } from './stored-sign-in.ts';
import { tokenFailure } from './token-failure.ts';

/** Signs in to a server with the account that was set up for it (`client_credentials`), with a secret or a private key. */
export function createMachineSignIn(options: {
  readonly oauthFetch: OAuthFetch;
  readonly secrets: McpSecretStore;
  readonly clients: ClientRegistrations;
  readonly now: () => number;
}): (target: McpTarget, signal: AbortSignal) => Promise<StoredSignIn> {
  const { oauthFetch, secrets, clients, now } = options;
  return async (target, signal) => {
    const settings = target.server.oauth ?? {};
    const serverUrl = httpTransportOf(target).url;
    const challenge = await readPendingChallenge(secrets, {
      serverId: target.server.id,
      holder: target.holder,
      serverUrl,
    });
    const discovery = await discover(oauthFetch(signal, 'discovery-failed'), {
      serverUrl,
      settings,
      ...(challenge?.resourceMetadataUrl !== undefined && { resourceMetadataUrl: challenge.resourceMetadataUrl }),
    });
    const { issuer, authorizationServer } = discovery;
    const client = await clients.clientByHand(target.server.id, settings, issuer);
    if (client === undefined) throw unset();
    const scope = chooseScope({ settings, discovery, challenge, previous: undefined });
    const resource = settings.sendResource === false ? undefined : discovery.resource;
    try {
      const answer = await fetchToken(provider(client, settings, issuer), issuer, {
        metadata: sdkMetadata(authorizationServer, issuer),
        ...(scope !== undefined && { scope }),
        ...(resource !== undefined && { resource }),
        fetchFn: oauthFetch(signal, 'exchange-failed'),
      });
      return {
        binding: {
          serverUrl,
          issuer,
          authorizationServer,
          client,
          ...(resource !== undefined && { resource }),
          ...(scope !== undefined && { requestedScope: scope }),
        },
        tokens: readTokens(answer, now()),
        stepUps: [],
      };
    } catch (error) {
      throw tokenFailure(error).error;
    }
  };
}

function provider(client: OAuthClient, { privateKey }: McpOAuthSettings, expectedIssuer: string) {
  const { client_id: clientId, client_secret: clientSecret } = client;
  if (privateKey !== undefined) {
    const { pem, algorithm } = privateKey;
    return new PrivateKeyJwtProvider({ clientId, privateKey: pem, algorithm, expectedIssuer });
  }
  if (clientSecret !== undefined) return new ClientCredentialsProvider({ clientId, clientSecret, expectedIssuer });
  throw unset();
}

function unset(): McpSignInError {
  return new McpSignInError('registration-failed', 'An administrator has to set the account this server is used with.');
}

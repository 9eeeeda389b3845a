import type { OAuthClientMetadata } from '@modelcontextprotocol/client';
import { isLoopbackHost } from './secure-url.ts';

/** What every authorization server is told of us, in a registration as in the client id metadata document. */
export function clientMetadata(client: {
  readonly clientName: string;
  readonly redirectUri: string;
}): OAuthClientMetadata {
  return {
    client_name: client.clientName,
    redirect_uris: [client.redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: isLoopbackHost(new URL(client.redirectUri).hostname) ? 'native' : 'web',
  };
}

/** The JSON to serve, to anybody, at `clientMetadataUrl` (OAuth Client ID Metadata Document). */
export function mcpClientMetadataDocument(client: {
  readonly clientMetadataUrl: string;
  readonly clientName: string;
  readonly redirectUri: string;
}): OAuthClientMetadata & { readonly client_id: string } {
  return { client_id: client.clientMetadataUrl, ...clientMetadata(client), token_endpoint_auth_method: 'none' };
}

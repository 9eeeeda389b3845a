import type { AuthorizationServerMetadata } from '@modelcontextprotocol/client';
import type { StoredAuthorizationServer } from './stored-sign-in.ts';

/** What is kept of an authorization server, in the shape in which the SDK's functions want it. */
export function sdkMetadata(
  server: StoredAuthorizationServer,
  issuer: string,
  registrationEndpoint?: string,
): AuthorizationServerMetadata {
  return {
    issuer,
    authorization_endpoint: server.authorization_endpoint,
    token_endpoint: server.token_endpoint,
    response_types_supported: ['code'],
    ...(registrationEndpoint !== undefined && { registration_endpoint: registrationEndpoint }),
    ...(server.token_endpoint_auth_methods_supported !== undefined && {
      token_endpoint_auth_methods_supported: server.token_endpoint_auth_methods_supported,
    }),
    ...(server.authorization_response_iss_parameter_supported === true && {
      authorization_response_iss_parameter_supported: true,
    }),
  };
}

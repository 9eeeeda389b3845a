import type { McpServerEntry } from '@parley/contracts';
import type { McpSignInConfig, McpTransportConfig } from './mcp-config.ts';

/** How people sign in to a server, as far as its entry says; undefined where nobody does. */
export function mcpSignInFromConfig(
  { requiresOAuth, oauth, oauth_headers: headers, apiKey }: McpServerEntry,
  transport: McpTransportConfig,
): McpSignInConfig | undefined {
  if (transport.type === 'stdio' || requiresOAuth === false || apiKey !== undefined) return undefined;
  const isKnown = requiresOAuth === true || oauth !== undefined;
  const hasCredentials = Object.keys(transport.headers).some((name) => name.toLowerCase() === 'authorization');
  if (!isKnown && hasCredentials) return undefined;
  const redirectUri = oauth?.redirect_uri;
  return {
    need: isKnown ? 'always' : 'when-asked',
    settings: oauthSettingsOf(oauth ?? {}),
    headers: headers ?? {},
    ...(redirectUri === undefined ? {} : { redirectUri }),
  };
}

function oauthSettingsOf(oauth: NonNullable<McpServerEntry['oauth']>): McpSignInConfig['settings'] {
  const authorizationServer = {
    ...(oauth.authorization_url === undefined ? {} : { authorizationUrl: oauth.authorization_url }),
    ...(oauth.token_url === undefined ? {} : { tokenUrl: oauth.token_url }),
    ...(oauth.revocation_endpoint === undefined ? {} : { revocationUrl: oauth.revocation_endpoint }),
  };
  return {
    ...(oauth.client_id === undefined ? {} : { clientId: oauth.client_id }),
    ...(oauth.client_secret === undefined ? {} : { clientSecret: oauth.client_secret }),
    ...(oauth.scope === undefined ? {} : { scope: oauth.scope }),
    ...(Object.keys(authorizationServer).length === 0 ? {} : { authorizationServer }),
    ...(oauth.send_resource_parameter === undefined ? {} : { sendResource: oauth.send_resource_parameter }),
    ...(oauth.skip_code_challenge_check === undefined ? {} : { skipPkceCheck: oauth.skip_code_challenge_check }),
  };
}

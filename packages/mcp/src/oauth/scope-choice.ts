import { computeScopeUnion } from '@modelcontextprotocol/client';
import type { Discovery } from './discovery.ts';
import type { McpOAuthSettings } from './mcp-sign-in.ts';
import type { PendingChallenge } from './pending-challenge.ts';
import type { StoredSignIn } from './stored-sign-in.ts';
import { isSameIssuer } from './stored-sign-in.ts';

/**
 * What to ask for, by MCP's scope selection: the setting, else the challenge, else the server's metadata; with what was
 * asked of the same issuer before, so that nothing granted is lost, and `offline_access` where it is known.
 */
export function chooseScope(known: {
  readonly settings: McpOAuthSettings;
  readonly discovery: Discovery;
  readonly challenge: PendingChallenge | undefined;
  readonly previous: StoredSignIn | undefined;
}): string | undefined {
  const { settings, discovery, challenge, previous } = known;
  const challenged = challenge?.scope;
  const asked = challenged ?? (settings.scope === undefined ? discovery.resourceScope : undefined);
  const before =
    previous !== undefined && isSameIssuer(previous.binding.issuer, discovery.issuer)
      ? previous.binding.requestedScope
      : undefined;
  const scope = computeScopeUnion(before, settings.scope, asked);
  const wantsRefresh = settings.grant !== 'client_credentials' && discovery.scopesSupported.includes('offline_access');
  return scope !== undefined && wantsRefresh ? computeScopeUnion(scope, 'offline_access') : scope;
}

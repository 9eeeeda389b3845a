import { createMcpSignIn, mcpClientMetadataDocument } from '@parley/mcp';
import type { McpLog, McpSecretStore, McpSignIn } from '@parley/mcp';
import type { McpDefinition } from './mcp-definition.ts';

interface ServerSignInsOptions {
  readonly ofConfig: readonly McpDefinition[];
  readonly fetchFor: (serverId: string) => typeof fetch;
  readonly secrets: McpSecretStore;
  readonly publicUrl: string;
  readonly appTitle: string;
  readonly log: McpLog;
  readonly now: () => number;
}

/** Where authorization servers send people back to after signing in to a server. */
function redirectUriOf(publicUrl: string, name: string): string {
  return `${publicUrl}/api/mcp/${encodeURIComponent(name)}/oauth/callback`;
}

/** Where authorization servers can read who we are, for one server. */
function clientMetadataUrlOf(publicUrl: string, name: string): string {
  return `${publicUrl}/api/mcp/${encodeURIComponent(name)}/oauth/client.json`;
}

/** Signing in to servers. */
export interface ServerSignIns {
  /** Of one server, by its id. */
  of(serverId: string): McpSignIn;
  /** Of whichever server a call is about. Nothing can be finished with it: what comes back does not name its server. */
  readonly ofAll: McpSignIn;
  /** What authorization servers read about us, for the server of a name. */
  clientMetadata(name: string): ReturnType<typeof mcpClientMetadataDocument>;
}

/** Signing in, with an address to come back to for each server, as LibreChat has it. */
export function createServerSignIns(options: ServerSignInsOptions): ServerSignIns {
  const { ofConfig, fetchFor, secrets, publicUrl, appTitle, log, now } = options;
  const configured = new Map(ofConfig.map(({ name, signIn }) => [name, signIn]));
  const all = new Map<string, McpSignIn>();

  const identityOf = (name: string) => ({
    redirectUri: configured.get(name)?.redirectUri ?? redirectUriOf(publicUrl, name),
    clientMetadataUrl: clientMetadataUrlOf(publicUrl, name),
    clientName: appTitle,
  });

  function of(serverId: string): McpSignIn {
    const known = all.get(serverId);
    if (known !== undefined) return known;
    const name = serverId.replace(/@.*$/, '');
    const headers = configured.get(name)?.headers ?? {};
    const fetch = withHeaders(fetchFor(serverId), headers);
    const signIn = createMcpSignIn({ ...identityOf(name), fetch, secrets, now, log });
    all.set(serverId, signIn);
    return signIn;
  }

  const ofAll: McpSignIn = {
    begin: (target, signal, beganBy) => of(target.server.id).begin(target, signal, beganBy),
    finish: () => Promise.reject(new Error('A sign-in is finished at the server it belongs to')),
    token: (target, signal) => of(target.server.id).token(target, signal),
    challenged: (target, challenge, signal, token) => of(target.server.id).challenged(target, challenge, signal, token),
    signOut: (serverId, holder) => of(serverId).signOut(serverId, holder),
    async forget(serverId) {
      await of(serverId).forget(serverId);
      all.delete(serverId);
    },
    isSignedIn: (serverId, holder) => of(serverId).isSignedIn(serverId, holder),
  };
  return { of, ofAll, clientMetadata: (name) => mcpClientMetadataDocument(identityOf(name)) };
}

function withHeaders(fetch: typeof globalThis.fetch, extra: Readonly<Record<string, string>>): typeof globalThis.fetch {
  if (Object.keys(extra).length === 0) return fetch;
  return (input, init = {}) => {
    const headers = new Headers(init.headers ?? (input instanceof Request ? input.headers : undefined));
    for (const [name, value] of Object.entries(extra)) headers.set(name, value);
    return fetch(input, { ...init, headers });
  };
}

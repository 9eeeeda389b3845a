import { createHash } from 'node:crypto';

/** The names under which the secret store holds things; each ends so that none is the beginning of another's. */
export const secretKeys = {
  server: (serverId: string) => `mcp/${encodeURIComponent(serverId)}/`,
  holder: (serverId: string, holder: string) => `${secretKeys.server(serverId)}holders/${encodeURIComponent(holder)}/`,
  tokens: (serverId: string, holder: string) => `${secretKeys.holder(serverId, holder)}tokens/`,
  challenge: (serverId: string, holder: string) => `${secretKeys.holder(serverId, holder)}challenge/`,
  client: (serverId: string, issuer: string, redirectUri: string) =>
    `${secretKeys.server(serverId)}clients/${digest(`${issuer} ${redirectUri}`)}/`,
  pinnedIssuer: (serverId: string, clientId: string) => `${secretKeys.server(serverId)}issuers/${digest(clientId)}/`,
  flow: (flowId: string) => `mcp-flows/${flowId}/`,
};

/** SHA-256, base64url: stands for a value in a key without telling it. */
export function digest(value: string): string {
  return createHash('sha256').update(value).digest('base64url');
}

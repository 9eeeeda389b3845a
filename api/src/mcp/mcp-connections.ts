import { createMcpHub } from '@parley/mcp';
import type { McpHub, McpLog, McpSecretStore } from '@parley/mcp';
import type { Logger } from 'pino';
import type { McpDefinition } from './mcp-definition.ts';
import { createServerSignIns } from './server-sign-ins.ts';
import type { ServerSignIns } from './server-sign-ins.ts';

/** What is needed of a hub here. */
export type McpConnectionsHub = Pick<
  McpHub,
  'tools' | 'knownTools' | 'callTool' | 'readResource' | 'status' | 'connect' | 'disconnect' | 'close'
>;

/** Every connection to an MCP server, and how people sign in to them. */
export interface McpConnections {
  readonly hub: McpConnectionsHub;
  readonly signIns: ServerSignIns;
}

interface McpConnectionsOptions {
  /** Those of `librechat.yaml`: their addresses are allowed as they stand there. */
  readonly ofConfig: readonly McpDefinition[];
  readonly allowedAddresses: readonly string[];
  readonly allowedDomains: readonly string[] | undefined;
  readonly createFetch: (rules: {
    readonly allowedAddresses: readonly string[];
    readonly allowedDomains?: readonly string[] | undefined;
  }) => typeof fetch;
  /** Of the process, for programs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: McpSecretStore;
  /** Whether apps of tools are shown. */
  readonly showsApps: boolean;
  /** Where people find this install. */
  readonly publicUrl: string;
  readonly version: string;
  readonly appTitle: string;
  readonly log: Logger;
  readonly now: () => number;
}

/**
 * Two hubs: an address that the admin wrote into `librechat.yaml` may be private without being listed, and that must
 * not open it to servers that anybody can add, or whose address somebody fills in.
 */
export function createMcpConnections(options: McpConnectionsOptions): McpConnections {
  const { ofConfig, allowedAddresses, allowedDomains, createFetch, environment, version, showsApps, now } = options;
  const log = logTo(options.log);
  const trusted = ofConfig.filter(isFixed);
  const trustedIds = new Set(trusted.map(({ id }) => id));
  const own = [...allowedAddresses, ...trusted.flatMap(addressesOf)];
  const fetches = {
    config: createFetch({ allowedAddresses: own, allowedDomains }),
    user: createFetch({ allowedAddresses, allowedDomains }),
  };
  // Whoever signs people in is rarely at the server's own domain.
  const signInFetches = {
    config: createFetch({ allowedAddresses: own }),
    user: createFetch({ allowedAddresses }),
  };
  const signIns = createServerSignIns({
    ...options,
    log,
    fetchFor: (serverId) => signInFetches[trustedIds.has(serverId) ? 'config' : 'user'],
  });
  const shared = { signIn: signIns.ofAll, clientInfo: { name: 'Parley', version }, showsApps, environment, now, log };
  const hubs = {
    config: createMcpHub({ ...shared, fetch: fetches.config }),
    user: createMcpHub({ ...shared, fetch: fetches.user }),
  };
  const hubOf = (serverId: string): McpHub => hubs[trustedIds.has(serverId) ? 'config' : 'user'];

  return {
    signIns,
    hub: {
      tools: (target, signal) => hubOf(target.server.id).tools(target, signal),
      knownTools: (target) => hubOf(target.server.id).knownTools(target),
      callTool: (target, call, signal) => hubOf(target.server.id).callTool(target, call, signal),
      readResource: (target, uri, signal) => hubOf(target.server.id).readResource(target, uri, signal),
      status: (target) => hubOf(target.server.id).status(target),
      connect: (target, signal) => hubOf(target.server.id).connect(target, signal),
      disconnect: (serverId, holder) => hubOf(serverId).disconnect(serverId, holder),
      async close() {
        await Promise.all([hubs.config.close(), hubs.user.close()]);
      },
    },
  };
}

/** Whether the admin alone decides where it is, and no value that somebody fills in. */
function isFixed({ transport }: McpDefinition): boolean {
  if (transport.type === 'stdio') return true;
  const url = URL.parse(transport.url);
  return url !== null && !/[{}]|%7b/i.test(url.host);
}

/** Where the admin sends us: `host:port` of the server and of those who sign people in to it, as far as they are fixed. */
function addressesOf({ transport, signIn }: McpDefinition): string[] {
  const { authorizationUrl, tokenUrl, revocationUrl } = signIn?.settings.authorizationServer ?? {};
  const url = transport.type === 'stdio' ? undefined : transport.url;
  return [url, authorizationUrl, tokenUrl, revocationUrl].flatMap((address) => {
    const parsed = address === undefined ? null : URL.parse(address);
    if (parsed === null) return [];
    const port = parsed.port === '' ? (parsed.protocol === 'https:' ? '443' : '80') : parsed.port;
    return [`${parsed.hostname}:${port}`];
  });
}

function logTo(logger: Logger): McpLog {
  return (level, message, fields) => logger[level](fields, message);
}

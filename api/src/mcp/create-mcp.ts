import type { ToolEffect, User, UserId } from '@parley/contracts';
import type { Logger } from 'pino';
import type { Access, AccessSubject } from '../access/access-service.ts';
import type { AppConfig } from '../config/app-config.ts';
import type { McpSecretRepository } from '../database/repositories/mcp-secret-repository.ts';
import type { McpServerRepository } from '../database/repositories/mcp-server-repository.ts';
import type { McpToolListRepository } from '../database/repositories/mcp-tool-list-repository.ts';
import type { AddressOptions, AddressRules } from '../outbound/address-rules.ts';
import type { ToolOrigin, ToolSpec } from '../tools/tool.ts';
import type { Vault } from '../vault/vault.ts';
import type { Sample } from './answer-for-server.ts';
import { createMcpConnections } from './mcp-connections.ts';
import { createMcpSecrets } from './mcp-secrets.ts';
import { createMcpService } from './mcp-service.ts';
import type { McpService } from './mcp-service.ts';
import { placeholdersOfServer, sharedTarget } from './mcp-target.ts';
import { createMcpToolOrigin } from './mcp-tools.ts';
import { createMcpUseService } from './mcp-use-service.ts';
import type { McpUseService } from './mcp-use-service.ts';
import { createPersonVariables } from './person-variables.ts';
import { createServerDirectory } from './server-directory.ts';
import type { ServerSignIns } from './server-sign-ins.ts';
import { createServerTargets } from './server-targets.ts';
import { createServerTraces } from './server-traces.ts';
import { createServerViews } from './server-views.ts';
import { createToolApps } from './tool-app.ts';
import { createToolLists } from './tool-lists.ts';

/** Everything about MCP servers: what the routes serve, and where tools of servers come from. */
export interface Mcp {
  readonly service: McpService;
  readonly use: McpUseService;
  readonly clientMetadata: ServerSignIns['clientMetadata'];
  readonly origin: ToolOrigin;
  /** Asks servers that everybody shares for their tools, unless the admin does not want it; waits for none. */
  connectAtStart(): void;
  /** Ends somebody's connections and sign-ins, and forgets what is kept for them. */
  forgetPerson(userId: UserId): Promise<void>;
  /** Ends every connection; no process and no socket is left. */
  close(): Promise<void>;
}

interface McpOptions {
  readonly config: Pick<AppConfig, 'mcp' | 'publicUrl' | 'version' | 'appTitle'>;
  readonly servers: McpServerRepository;
  readonly secrets: McpSecretRepository;
  readonly toolLists: McpToolListRepository;
  readonly users: { find(id: UserId): Promise<User | undefined> };
  readonly access: Pick<Access, 'rolesFor' | 'idsFor' | 'own' | 'removeAll'>;
  readonly vault: Vault;
  readonly createFetch: (rules: AddressOptions) => typeof fetch;
  readonly createRules: (rules: AddressOptions) => Pick<AddressRules, 'checkUrl'>;
  /** What would happen if a model called tools for somebody. */
  readonly approvals: { effects(subject: AccessSubject, specs: readonly ToolSpec[]): Promise<ToolEffect[]> };
  /** Removes what people have allowed tools whose refs begin like that. */
  readonly forgetGrants: (refPrefix: string) => Promise<void>;
  /** Where apps of tools may load from and connect to. Absent: they are not shown. */
  readonly appHosts?: readonly string[] | undefined;
  /** Absent: servers get no answers of models. */
  readonly sample?: Sample;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createMcp(options: McpOptions): Mcp {
  const { config, servers, toolLists, log, now } = options;
  const { allowedAddresses, allowedDomains, forAdmins } = config.mcp;
  const directory = createServerDirectory({ ...options, config: config.mcp.servers, isForAdmins: forAdmins.use });
  const secrets = createMcpSecrets({ ...options, secrets: options.secrets });
  const variables = createPersonVariables(secrets);
  const connections = createMcpConnections({
    ...options,
    ...config,
    ...config.mcp,
    allowedDomains,
    ofConfig: directory.ofConfig,
    showsApps: options.appHosts !== undefined,
    secrets,
  });
  const { hub, signIns } = connections;
  const targets = createServerTargets({ ...options, variables });
  const lists = createToolLists({ hub, lists: toolLists, log, now });
  const isSignedIn = (serverId: string, userId: UserId): Promise<boolean> =>
    signIns.of(serverId).isSignedIn(serverId, userId);
  const views = createServerViews({ hub, targets, lists, variables, isSignedIn });
  const traces = createServerTraces({ ...options, hub, signIn: signIns.ofAll, variables, lists });
  const apps = options.appHosts === undefined ? undefined : createToolApps({ hub, hosts: options.appHosts });
  const rules = options.createRules({ allowedAddresses, allowedDomains });

  return {
    service: createMcpService({
      ...options,
      servers,
      directory,
      views,
      traces,
      rules,
      isAddedByAdmins: forAdmins.use || forAdmins.create,
    }),
    use: createMcpUseService({ ...options, ...connections, directory, targets, views, lists, variables }),
    clientMetadata: (name) => signIns.clientMetadata(name),
    origin: createMcpToolOrigin({ hub, directory, targets, lists, isSignedIn, apps, sample: options.sample }),
    connectAtStart() {
      for (const definition of directory.ofConfig) {
        const isShared = placeholdersOfServer(definition).length === 0 && !targets.needsSignIn(definition);
        if (definition.connectsAtStart && isShared) lists.refresh(sharedTarget(definition));
      }
    },
    async forgetPerson(userId) {
      for (const key of await options.secrets.keysWith(userId)) {
        const serverId = serverOfKey(key);
        if (serverId !== undefined) {
          await signIns.of(serverId).signOut(serverId, userId);
          await hub.disconnect(serverId, userId);
          await lists.forget(serverId, userId);
        }
        await options.secrets.removeBelow(key);
      }
    },
    close: () => hub.close(),
  };
}

/** Whose secret a key names: `mcp/<server>/holders/<person>/…`, `variables/<server>/<person>/`. */
function serverOfKey(key: string): string | undefined {
  const [kind, server] = key.split('/');
  if (server === undefined) return undefined;
  return kind === 'mcp' ? decodeURIComponent(server) : server;
}

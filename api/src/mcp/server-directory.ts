import type { AccessRole } from '@parley/contracts';
import type { Logger } from 'pino';
import type { Access, AccessSubject } from '../access/access-service.ts';
import type { McpServerConfig } from '../config/mcp-config.ts';
import type { McpServerRecord, McpServerRepository } from '../database/repositories/mcp-server-repository.ts';
import type { Vault } from '../vault/vault.ts';
import { VaultError } from '../vault/vault-error.ts';
import { definitionOfConfig, definitionOfRecord } from './mcp-definition.ts';
import type { McpDefinition } from './mcp-definition.ts';

/** A server as somebody may use it. */
export interface ReachableServer {
  readonly definition: McpDefinition;
  readonly role: AccessRole;
}

/** Which servers there are, and for whom. */
export interface ServerDirectory {
  /** Those of `names` that somebody may use. */
  find(subject: AccessSubject, names: readonly string[]): Promise<ReadonlyMap<string, ReachableServer>>;
  /** All that somebody may use: those of `librechat.yaml` in its order, then the others by title. */
  list(subject: AccessSubject): Promise<ReachableServer[]>;
  /** Those of `librechat.yaml`, which everybody may use. */
  readonly ofConfig: readonly McpDefinition[];
}

interface ServerDirectoryOptions {
  readonly config: readonly McpServerConfig[];
  /** Only admins may use servers. */
  readonly isForAdmins: boolean;
  readonly servers: Pick<McpServerRepository, 'find'>;
  readonly access: Pick<Access, 'rolesFor' | 'idsFor'>;
  readonly vault: Pick<Vault, 'open'>;
  readonly log: Logger;
}

/** A server of `librechat.yaml` goes before one of the same name that somebody added. */
export function createServerDirectory(options: ServerDirectoryOptions): ServerDirectory {
  const { servers, access, vault, log, isForAdmins } = options;
  const ofConfig = options.config.map(definitionOfConfig);
  const configByName = new Map(ofConfig.map((definition) => [definition.name, definition]));

  function definitionOf(record: McpServerRecord): McpDefinition {
    try {
      return definitionOfRecord(record, vault);
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      log.warn(
        { server: record.name, code: error.code },
        'The key of an MCP server cannot be opened and counts as lost',
      );
      const { sealed: _lost, ...rest } = record;
      return definitionOfRecord(rest, vault);
    }
  }

  async function reach(roles: ReadonlyMap<string, AccessRole>): Promise<ReachableServer[]> {
    const records = await servers.find([...roles.keys()].filter((name) => !configByName.has(name)));
    return records.flatMap((record) => {
      const role = roles.get(record.name);
      return role === undefined ? [] : [{ definition: definitionOf(record), role }];
    });
  }

  return {
    ofConfig,

    async find(subject, names) {
      const found = new Map<string, ReachableServer>();
      if (isForAdmins && subject.role !== 'ADMIN') return found;
      const others: string[] = [];
      for (const name of names) {
        const definition = configByName.get(name);
        if (definition === undefined) others.push(name);
        else found.set(name, { definition, role: 'viewer' });
      }
      if (others.length > 0) {
        const roles = await access.rolesFor(subject, 'mcp-server', others);
        for (const server of await reach(roles)) found.set(server.definition.name, server);
      }
      return found;
    },

    async list(subject) {
      if (isForAdmins && subject.role !== 'ADMIN') return [];
      const added = await reach(await access.idsFor(subject, 'mcp-server'));
      const byTitle = added.toSorted((a, b) => a.definition.title.localeCompare(b.definition.title));
      return [...ofConfig.map((definition): ReachableServer => ({ definition, role: 'viewer' })), ...byTitle];
    },
  };
}

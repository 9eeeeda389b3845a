import { randomUUID } from 'node:crypto';
import { problem } from '@parley/contracts';
import type { McpServerSettings, McpServerView } from '@parley/contracts';
import type { Access, AccessSubject } from '../access/access-service.ts';
import type { McpServerRecord, McpServerRepository } from '../database/repositories/mcp-server-repository.ts';
import type { AddressRules } from '../outbound/address-rules.ts';
import type { Vault } from '../vault/vault.ts';
import { definitionOfRecord, secretsContext, secretsOf } from './mcp-definition.ts';
import type { McpServerSecrets } from './mcp-definition.ts';
import type { ReachableServer, ServerDirectory } from './server-directory.ts';
import { namesFor } from './server-names.ts';
import { splitSettings } from './server-settings.ts';
import type { ServerTraces } from './server-traces.ts';
import type { ServerViews } from './server-views.ts';

/** The servers people add, and what everybody sees of all of them. */
export interface McpService {
  /** Connects to none. */
  list(subject: AccessSubject): Promise<McpServerView[]>;
  /** Throws `address-not-allowed`, and `forbidden` where only admins add servers. */
  create(subject: AccessSubject, settings: McpServerSettings): Promise<McpServerView>;
  /** Without secrets. Throws `mcp-server-not-found`, `forbidden`. */
  settings(subject: AccessSubject, name: string): Promise<McpServerSettings>;
  /** Throws `mcp-server-not-found`, `forbidden`, `address-not-allowed`, `invalid-request`. */
  update(subject: AccessSubject, name: string, settings: McpServerSettings): Promise<McpServerView>;
  /** Removes a server with all that is kept for it. Throws `mcp-server-not-found`, `forbidden`. */
  remove(subject: AccessSubject, name: string): Promise<void>;
}

interface McpServiceOptions {
  readonly servers: McpServerRepository;
  readonly directory: ServerDirectory;
  readonly views: ServerViews;
  readonly traces: ServerTraces;
  readonly access: Pick<Access, 'own' | 'removeAll'>;
  /** For addresses that people enter. */
  readonly rules: Pick<AddressRules, 'checkUrl'>;
  readonly vault: Vault;
  /** Only admins may add servers. */
  readonly isAddedByAdmins: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const ranks = { viewer: 1, editor: 2, owner: 3 } as const;

/** The server, if somebody may use it. Throws `mcp-server-not-found`. */
export async function reachServer(
  directory: Pick<ServerDirectory, 'find'>,
  subject: AccessSubject,
  name: string,
): Promise<ReachableServer> {
  const server = (await directory.find(subject, [name])).get(name);
  if (server === undefined) throw problem('mcp-server-not-found');
  return server;
}

export function createMcpService(options: McpServiceOptions): McpService {
  const { servers, directory, views, traces, access, rules, vault, now } = options;

  async function changeable(
    subject: AccessSubject,
    name: string,
    needed: 'editor' | 'owner',
  ): Promise<McpServerRecord> {
    const { definition, role } = await reachServer(directory, subject, name);
    if (definition.origin === 'config') {
      throw problem('forbidden', { detail: 'This server is of librechat.yaml and is changed there.' });
    }
    if (ranks[role] < ranks[needed]) throw problem('forbidden', { detail: `You have to be its ${needed} for that.` });
    const [record] = await servers.find([name]);
    if (record === undefined) throw problem('mcp-server-not-found');
    return record;
  }

  function sealed(record: Pick<McpServerRecord, 'name' | 'key'>, secrets: McpServerSecrets): { sealed?: string } {
    if (Object.keys(secrets).length === 0) return {};
    return { sealed: vault.seal(JSON.stringify(secrets), secretsContext(record)) };
  }

  /** Under the first name that nobody has or had. */
  async function store(subject: AccessSubject, given: McpServerSettings): Promise<string> {
    const { settings, secrets } = splitSettings(given);
    const configNames = new Set(directory.ofConfig.map(({ name }) => name));
    for (const name of namesFor(settings.title)) {
      if (configNames.has(name)) continue;
      const id = { name, key: randomUUID() };
      const record = { ...id, settings, createdBy: subject.userId, ...sealed(id, secrets) };
      if (await servers.create(record, new Date(now()))) return name;
    }
    throw problem('name-taken');
  }

  return {
    async list(subject) {
      const found = await directory.list(subject);
      return await Promise.all(found.map((server) => views.of(subject, server)));
    },

    async create(subject, given) {
      if (options.isAddedByAdmins && subject.role !== 'ADMIN') {
        throw problem('forbidden', { detail: 'Only admins may add MCP servers here.' });
      }
      rules.checkUrl(new URL(given.url));
      const name = await store(subject, given);
      await access.own(subject.userId, 'mcp-server', name);
      return await views.of(subject, await reachServer(directory, subject, name));
    },

    async settings(subject, name) {
      return (await changeable(subject, name, 'editor')).settings;
    },

    async update(subject, name, given) {
      rules.checkUrl(new URL(given.url));
      const record = await changeable(subject, name, 'editor');
      const before = definitionOfRecord(record, vault);
      const { settings, secrets } = splitSettings(given, { ...record, secrets: secretsOf(record, vault) });
      const change = { settings, ...sealed(record, secrets) };
      if (!(await servers.update(name, change, new Date(now())))) throw problem('mcp-server-not-found');
      const after = await reachServer(directory, subject, name);
      if (after.definition.id !== before.id) await traces.erase(before.id);
      else if (isOtherClient(record.settings.auth, settings.auth)) await traces.forgetSignIns(before.id);
      else await traces.disconnect(before.id);
      return await views.of(subject, after);
    },

    async remove(subject, name) {
      const record = await changeable(subject, name, 'owner');
      const { id } = definitionOfRecord(record, vault);
      await servers.remove(name, new Date(now()));
      await traces.erase(id);
      await traces.forgetGrants(name);
      await access.removeAll('mcp-server', name);
    },
  };
}

function isOtherClient(
  before: McpServerRecord['settings']['auth'],
  after: McpServerRecord['settings']['auth'],
): boolean {
  if (before.kind !== after.kind) return true;
  return before.kind === 'oauth' && after.kind === 'oauth' && before.clientId !== after.clientId;
}

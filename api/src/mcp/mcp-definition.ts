import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { McpServerConfig } from '../config/mcp-config.ts';
import { basicAuthorization } from '../config/mcp-api-key.ts';
import type { McpServerRecord } from '../database/repositories/mcp-server-repository.ts';
import type { Vault } from '../vault/vault.ts';

/** A server of this install, from wherever it is known. */
export interface McpDefinition extends McpServerConfig {
  /** `config`: of `librechat.yaml`, so an admin vouches for it. */
  readonly origin: 'config' | 'user';
  /**
   * Names the server together with its address: credentials and lists that are kept under it are out of reach when
   * either changes, so that nothing is ever sent elsewhere than where it was meant for.
   */
  readonly id: string;
}

/** What is sealed of a server that somebody added. */
export const mcpServerSecretsSchema = z.object({
  clientSecret: z.optional(z.string()),
  apiKey: z.optional(z.string()),
});
export type McpServerSecrets = z.infer<typeof mcpServerSecretsSchema>;

/** The server of `librechat.yaml` as a definition. */
export function definitionOfConfig(server: McpServerConfig): McpDefinition {
  const { transport } = server;
  // Programs are the admin's own, whatever their arguments; of an address, the origin is who is trusted.
  const trusted = transport.type === 'stdio' ? 'stdio' : /^[^/]*\/\/[^/?#]*/.exec(transport.url)?.[0];
  return { ...server, origin: 'config', id: idOf(server.name, `config ${trusted ?? ''}`) };
}

/** Where the secrets of a server are sealed for. */
export function secretsContext({ name, key }: Pick<McpServerRecord, 'name' | 'key'>): string {
  return `mcp_servers/${name}/${key}`;
}

/** The secrets of a server that somebody added. */
export function secretsOf(record: McpServerRecord, vault: Pick<Vault, 'open'>): McpServerSecrets {
  if (record.sealed === undefined) return {};
  return mcpServerSecretsSchema.parse(JSON.parse(vault.open(record.sealed, secretsContext(record))));
}

/** The server that somebody added as a definition. Its texts hold no placeholders: they are sent as they are. */
export function definitionOfRecord(record: McpServerRecord, vault: Pick<Vault, 'open'>): McpDefinition {
  const { name, key, settings } = record;
  const secrets = secretsOf(record, vault);
  const { auth, url, transport } = settings;
  return {
    origin: 'user',
    id: idOf(name, `user ${key} ${url}`),
    name,
    title: settings.title,
    description: settings.description,
    transport: { type: transport, url, headers: headersOf(auth, secrets) },
    connectTimeoutMs: 10_000,
    callTimeoutMs: 30_000,
    variables: [],
    auth: auth.kind,
    ...(auth.kind === 'api-key' ? {} : { signIn: signInOf(auth, secrets) }),
    inChatMenu: true,
    connectsAtStart: false,
    instructions: false,
  };
}

function signInOf(
  auth: Exclude<McpServerRecord['settings']['auth'], { kind: 'api-key' }>,
  { clientSecret }: McpServerSecrets,
): NonNullable<McpDefinition['signIn']> {
  if (auth.kind === 'none') return { need: 'when-asked', settings: {}, headers: {} };
  const { clientId, scope } = auth;
  const settings = {
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...(scope === undefined ? {} : { scope }),
  };
  return { need: 'always', settings, headers: {} };
}

function headersOf(auth: McpServerRecord['settings']['auth'], { apiKey = '' }: McpServerSecrets) {
  if (auth.kind !== 'api-key') return {};
  switch (auth.scheme) {
    case 'bearer':
      return { Authorization: `Bearer ${apiKey}` };
    case 'basic':
      return { Authorization: basicAuthorization(apiKey) };
    default:
      return { [auth.header ?? 'X-Api-Key']: apiKey };
  }
}

/** A name has no `@`, so it can be told from the rest. */
function idOf(name: string, rest: string): string {
  return `${name}@${createHash('sha256').update(rest).digest('hex').slice(0, 24)}`;
}

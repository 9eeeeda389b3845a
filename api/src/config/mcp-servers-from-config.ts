import { mcpServerNameSchema } from '@parley/contracts';
import type { McpServerEntry } from '@parley/contracts';
import type { McpServerConfig, McpTransportConfig, McpVariableConfig } from './mcp-config.ts';
import { placeholdersOf } from './mcp-placeholders.ts';
import { apiKeyHeaders, apiKeyProblem, apiKeyVariables } from './mcp-api-key.ts';
import { mcpSignInFromConfig } from './mcp-sign-in-from-config.ts';
import type { Mistake } from './mistake.ts';

/** Where a finding belongs in the entry, and what it is. */
type Finding = Omit<Mistake, 'place' | 'subject'> & { readonly path: readonly string[] };

export interface McpServerOutcome {
  /** Absent when the server is left out. */
  readonly server?: McpServerConfig;
  readonly mistakes: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** Milliseconds, as in LibreChat. */
const usualCallTimeout = 30_000;
const usualConnectTimeout = 10_000;

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Turns one entry of `mcpServers`, its `${ENV}` values filled in, into a server. */
export function mcpServerFromConfig(
  key: string,
  entry: McpServerEntry,
  takenNames: ReadonlySet<string>,
): McpServerOutcome {
  const name = nameOf(key);
  const mistakes = [
    ...nameMistakes(key, name, takenNames),
    ...shapeMistakes(entry),
    ...headerMistakes('headers', entry.headers),
    ...headerMistakes('oauth_headers', entry.oauth_headers),
    ...authMistakes(entry),
    ...variableMistakes(entry),
  ];
  const placeholders = checkPlaceholders(entry);
  mistakes.push(...placeholders.mistakes);
  const warnings = [...misplacedKeys(entry), ...placeholders.warnings];
  if (mistakes.length > 0) return { mistakes, warnings };

  const reason = reasonToLeaveOut(entry) ?? placeholders.leftOut;
  if (reason !== undefined) return { mistakes, warnings: [...warnings, reason] };
  const transport = transportOf(entry);
  if (transport === undefined) return { mistakes, warnings };
  if (name !== key) {
    const message = `is called ${name} in addresses and in the names of tools`;
    warnings.push({ path: [], message, fix: `nothing to do, or rename it: ${name}` });
  }
  return { server: toServer(name, key, entry, transport), mistakes, warnings };
}

/** LibreChat lets a server have any name; here it is part of addresses. */
function nameOf(key: string): string {
  return key
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 63);
}

function nameMistakes(key: string, name: string, takenNames: ReadonlySet<string>): Finding[] {
  const fix = 'choose another name, of letters, digits, dots, dashes and underscores';
  if (!mcpServerNameSchema.safeParse(name).success) return [{ path: [], message: 'has no usable name', fix }];
  if (!takenNames.has(name)) return [];
  return [{ path: [], message: `${key} is, as ${name}, the name of a server above`, fix }];
}

function shapeMistakes({ type, command, url }: McpServerEntry): Finding[] {
  if (command !== undefined && url !== undefined) {
    const message = 'has both a command and a url';
    return [{ path: [], message, fix: 'keep the command of a program to start, or the url of a server that runs' }];
  }
  if (type === 'websocket' || (url !== undefined && /^wss?:/i.test(url))) return [];
  if (command === undefined && url === undefined) {
    return [{ path: [], message: 'needs a url or a command', fix: 'url: "https://mcp.example.com/mcp"' }];
  }
  if (type === 'stdio' && command === undefined) {
    return [
      { path: ['type'], message: 'stdio needs a command', fix: 'type: streamable-http, or a command and no url' },
    ];
  }
  if (type !== undefined && type !== 'stdio' && url === undefined) {
    return [{ path: ['type'], message: `${type} needs a url`, fix: 'type: stdio, or a url and no command' }];
  }
  return url === undefined ? [] : addressMistakes(url);
}

function addressMistakes(url: string): Finding[] {
  const path = ['url'];
  // A placeholder can stand for anything, so the address of each person is checked again when it is known.
  const example = url.replace(/^\{\{[^{}]*\}\}/, 'https://example.com').replaceAll(/\{\{[^{}]*\}\}/g, 'x');
  const parsed = URL.parse(example);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    const message = 'must be an address that begins with http:// or https://';
    return [{ path, message, fix: 'url: "https://mcp.example.com/mcp"' }];
  }
  if (parsed.username !== '' || parsed.password !== '') {
    const fix = 'headers: { Authorization: "Basic ${MY_CREDENTIALS}" }';
    return [{ path, message: 'must not hold a user name or password', fix }];
  }
  return [];
}

function headerMistakes(key: 'headers' | 'oauth_headers', headers: McpServerEntry['headers'] = {}): Finding[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (!headerName.test(name)) return [{ path: [key, name], message: 'is no name of a header', fix: 'rename it' }];
    if (/[\r\n\0]/.test(value))
      return [{ path: [key, name], message: 'must be one line', fix: 'write it as one line' }];
    return [];
  });
}

function authMistakes({ apiKey, requiresOAuth, oauth }: McpServerEntry): Finding[] {
  const found = apiKey === undefined ? undefined : apiKeyProblem(apiKey);
  if (found !== undefined) return [found];
  if (apiKey !== undefined && (requiresOAuth === true || oauth !== undefined)) {
    const message = 'is there besides OAuth, and a server takes one of them';
    return [{ path: ['apiKey'], message, fix: 'remove apiKey, or requiresOAuth and oauth' }];
  }
  if ((oauth?.authorization_url === undefined) !== (oauth?.token_url === undefined)) {
    const message = 'needs both authorization_url and token_url, or neither, and then they are found out';
    return [{ path: ['oauth'], message, fix: 'add the other one, or remove this one' }];
  }
  return [];
}

function variableMistakes({ customUserVars }: McpServerEntry): Finding[] {
  return Object.keys(customUserVars ?? {})
    .filter((name) => name.length > 100 || !/^[^\s{}]+$/.test(name) || /^(LIBRECHAT|PARLEY)_/.test(name))
    .map((name) => ({
      path: ['customUserVars', name],
      message: 'is no usable name of a variable',
      fix: 'use letters, digits and underscores, and another beginning than LIBRECHAT_ and PARLEY_',
    }));
}

/** Keys that say nothing about a server of this kind. */
function misplacedKeys(entry: McpServerEntry): Finding[] {
  const { url } = entry;
  const keys =
    url === undefined
      ? (['headers', 'oauth', 'oauth_headers', 'requiresOAuth', 'apiKey'] as const)
      : (['args', 'env', 'cwd'] as const);
  const message =
    url === undefined ? 'has no effect on a server with a command' : 'has no effect on a server with a url';
  return keys.filter((key) => entry[key] !== undefined).map((key) => ({ path: [key], message, fix: 'remove it' }));
}

function reasonToLeaveOut({ type, url, obo }: McpServerEntry): Finding | undefined {
  if (type === 'websocket' || (url !== undefined && /^wss?:/i.test(url))) {
    const path = [type === 'websocket' ? 'type' : 'url'];
    const message = 'is WebSocket, which is not part of MCP and not spoken here, so this server is left out';
    return { path, message, fix: 'use the address the server has for streamable-http' };
  }
  if (obo !== undefined) {
    const message = 'signs in on behalf of people, which does not exist here yet, so this server is left out';
    return { path: ['obo'], message, fix: 'use requiresOAuth: true if the server can sign people in itself' };
  }
  return undefined;
}

function checkPlaceholders(entry: McpServerEntry): {
  mistakes: Finding[];
  warnings: Finding[];
  leftOut?: Finding;
} {
  const names = new Set(variablesOf(entry).map(({ name }) => name));
  const mistakes: Finding[] = [];
  const warnings: Finding[] = [];
  let leftOut: Finding | undefined;
  for (const { path, text } of textsOf(entry)) {
    for (const placeholder of placeholdersOf(text)) {
      if (placeholder.kind === 'variable' && !names.has(placeholder.name)) {
        const message = `names the variable ${placeholder.name}, which customUserVars does not have`;
        mistakes.push({
          path,
          message,
          fix: `add ${placeholder.name} to customUserVars, or use \${${placeholder.name}}`,
        });
      } else if (placeholder.kind === 'absent-user-field') {
        const message = `${placeholder.name} is empty, because accounts have no such field here`;
        warnings.push({ path, message, fix: 'use LIBRECHAT_USER_ID or LIBRECHAT_USER_EMAIL' });
      } else if (placeholder.kind === 'unavailable') {
        const message = `${placeholder.name} does not exist here, so this server is left out`;
        leftOut ??= { path, message, fix: 'remove the placeholder' };
      }
    }
  }
  return { mistakes, warnings, ...(leftOut === undefined ? {} : { leftOut }) };
}

/** Every text that may hold placeholders, with where it stands. */
function textsOf({ url, headers, args, env }: McpServerEntry): { path: string[]; text: string }[] {
  return [
    ...(url === undefined ? [] : [{ path: ['url'], text: url }]),
    ...Object.entries(headers ?? {}).map(([name, text]) => ({ path: ['headers', name], text })),
    ...(args ?? []).map((text) => ({ path: ['args'], text })),
    ...Object.entries(env ?? {}).map(([name, text]) => ({ path: ['env', name], text })),
  ];
}

function transportOf({ type, command, args, env, cwd, url, ...entry }: McpServerEntry): McpTransportConfig | undefined {
  if (command !== undefined) {
    return { type: 'stdio', command, args: args ?? [], env: env ?? {}, ...(cwd === undefined ? {} : { cwd }) };
  }
  if (url === undefined) return undefined;
  const headers = { ...entry.headers, ...apiKeyHeaders(entry.apiKey) };
  return { type: type === 'sse' ? 'sse' : 'streamable-http', url, headers };
}

function toServer(name: string, key: string, entry: McpServerEntry, transport: McpTransportConfig): McpServerConfig {
  const signIn = mcpSignInFromConfig(entry, transport);
  return {
    name,
    title: entry.title ?? key,
    description: entry.description ?? '',
    transport,
    connectTimeoutMs: positive(entry.initTimeout) ?? usualConnectTimeout,
    callTimeoutMs: positive(entry.timeout) ?? usualCallTimeout,
    variables: variablesOf(entry),
    auth: entry.apiKey !== undefined ? 'api-key' : signIn?.need === 'always' ? 'oauth' : 'none',
    ...(signIn === undefined ? {} : { signIn }),
    inChatMenu: entry.chatMenu ?? true,
    connectsAtStart: entry.startup ?? true,
    instructions: entry.serverInstructions ?? false,
  };
}

function positive(milliseconds: number | undefined): number | undefined {
  return milliseconds === 0 ? undefined : milliseconds;
}

function variablesOf({ customUserVars, apiKey }: McpServerEntry): McpVariableConfig[] {
  const own = Object.entries(customUserVars ?? {}).map(([name, { title, description, sensitive }]) => ({
    name,
    title,
    description,
    sensitive: sensitive ?? true,
  }));
  return [...own, ...apiKeyVariables(apiKey)];
}

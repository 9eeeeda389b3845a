import type { McpServerEntry } from '@parley/contracts';
import type { McpVariableConfig } from './mcp-config.ts';

type ApiKey = NonNullable<McpServerEntry['apiKey']>;

/** What a person's own key is called, as in LibreChat. */
const userKeyName = 'MCP_API_KEY';

interface Finding {
  readonly path: readonly string[];
  readonly message: string;
  readonly fix: string;
}

/** What is wrong with an `apiKey`, if anything. */
export function apiKeyProblem({ source, key, custom_header: header }: ApiKey): Finding | undefined {
  if (source === 'admin' && (key === undefined || key.trim() === '')) {
    return { path: ['apiKey'], message: 'needs a key', fix: 'key: "${MY_API_KEY}", or source: user' };
  }
  if (key !== undefined && /[\r\n\0]/.test(key)) {
    return { path: ['apiKey', 'key'], message: 'must be one line', fix: 'key: "${MY_API_KEY}"' };
  }
  if (header !== undefined && !/^[A-Za-z0-9-]+$/.test(header)) {
    return { path: ['apiKey', 'custom_header'], message: 'is no name of a header', fix: 'custom_header: "X-Api-Key"' };
  }
  return undefined;
}

/** The header that carries the key; that of a person is a placeholder. */
export function apiKeyHeaders(apiKey: ApiKey | undefined): Record<string, string> {
  if (apiKey === undefined) return {};
  const key = apiKey.source === 'user' ? `{{${userKeyName}}}` : (apiKey.key ?? '');
  switch (apiKey.authorization_type) {
    case 'bearer':
      return { Authorization: `Bearer ${key}` };
    case 'basic':
      return { Authorization: basicAuthorization(key) };
    default:
      return { [apiKey.custom_header ?? 'X-Api-Key']: key };
  }
}

/** RFC 7617: `name:password` is encoded; what has no colon is taken as encoded already. */
export function basicAuthorization(key: string): string {
  return `Basic ${key.includes(':') ? Buffer.from(key).toString('base64') : key}`;
}

/** What a person has to fill in when the key is to be their own. */
export function apiKeyVariables(apiKey: ApiKey | undefined): McpVariableConfig[] {
  if (apiKey?.source !== 'user') return [];
  return [{ name: userKeyName, title: 'API key', description: 'Your own key for this server.', sensitive: true }];
}

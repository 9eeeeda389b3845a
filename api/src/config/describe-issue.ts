import type * as z from 'zod/mini';

const words: Readonly<Record<string, string>> = {
  string: 'text in quotes',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
  record: 'a group of keys',
  number: 'a number',
};

/** Says in plain words what zod found wrong with a value of the operator's file. */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return 'is missing';
  if (issue.code === 'invalid_type') return `must be ${words[issue.expected] ?? issue.expected}`;
  return 'is not valid';
}

const fixes: Readonly<Record<string, string>> = {
  version: 'version: "1.3.17"',
  endpoints: 'endpoints: { custom: [ … ] }, as in the librechat.yaml that came with Parley',
  'endpoints.custom': 'list at least one endpoint, as in the librechat.yaml that came with Parley',
  'endpoints.custom[]': '- name: "My models", with apiKey, baseURL and models below it',
  'endpoints.custom[].name': 'name: "My models"',
  'endpoints.custom[].apiKey': 'apiKey: "${MY_API_KEY}"',
  'endpoints.custom[].baseURL': 'baseURL: "https://api.example.com/v1"',
  'endpoints.custom[].models': 'models: { default: ["model-name"] }',
  'endpoints.custom[].models.default': 'default: ["model-name"]',
  'endpoints.custom[].models.fetch': 'fetch: false',
  'endpoints.custom[].titleConvo': 'titleConvo: true',
  'endpoints.custom[].headers': 'headers: { X-Team: "law" }',
  'registration.allowedDomains': 'allowedDomains: ["example.com"]',
  includedTools: 'includedTools: ["calculator", "mcp/files/*"]',
  filteredTools: 'filteredTools: ["fetch_page", "mcp/files/*"]',
  'endpoints.agents': 'agents: { maxRecursionLimit: 50 }',
  'endpoints.agents.recursionLimit': 'recursionLimit: 25',
  'endpoints.agents.maxRecursionLimit': 'maxRecursionLimit: 50',
  'endpoints.agents.toolApproval': 'toolApproval: { deny: ["mcp/files/delete*"], ask: ["mcp/*"] }',
  'endpoints.agents.toolApproval.mode': 'mode: default',
  mcpServers:
    'mcpServers: { files: { command: "npx", args: ["-y", "@modelcontextprotocol/server-filesystem", "/srv/files"] } }',
  'mcpServers.*': 'give it a url, or a command with its args',
  'mcpServers.*.type': 'leave it out: a url means streamable-http, a command means stdio',
  'mcpServers.*.args': 'args: ["-y", "@modelcontextprotocol/server-memory"]',
  'mcpServers.*.env': 'env: { API_TOKEN: "${MY_API_TOKEN}" }, with every value in quotes',
  'mcpServers.*.headers': 'headers: { Authorization: "Bearer ${MY_API_TOKEN}" }, with every value in quotes',
  'mcpServers.*.oauth_headers': 'oauth_headers: { X-Team: "law" }, with every value in quotes',
  'mcpServers.*.timeout': 'timeout: 30000',
  'mcpServers.*.initTimeout': 'initTimeout: 10000',
  'mcpServers.*.serverInstructions': 'serverInstructions: true',
  'mcpServers.*.requiresOAuth': 'requiresOAuth: true',
  'mcpServers.*.apiKey': 'apiKey: { source: "admin", authorization_type: "bearer", key: "${MY_API_KEY}" }',
  'mcpServers.*.customUserVars':
    'customUserVars: { API_TOKEN: { title: "API token", description: "From your settings there" } }',
  'mcpSettings.allowedDomains': 'allowedDomains: ["mcp.example.com", "*.example.org"]',
  'mcpSettings.allowedAddresses': 'allowedAddresses: ["tools.internal:8000"]',
};

/** What to write instead of the value at a path of the operator's file. */
export function fixFor(path: readonly PropertyKey[]): string {
  for (let length = path.length; length > 0; length -= 1) {
    const fix = fixes[patternOf(path.slice(0, length))];
    if (fix !== undefined) return fix;
  }
  return 'see docs/guides and the librechat.yaml that came with Parley';
}

/** With `[]` for any item of a list and `*` for the name of an MCP server. */
function patternOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (path[0] === 'mcpServers' && index === 1 ? '*' : part))
    .map((part) => (typeof part === 'number' ? '[]' : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

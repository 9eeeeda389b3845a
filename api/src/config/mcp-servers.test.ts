import { describe, expect, it } from 'vitest';
import type { McpConfig } from './mcp-config.ts';
import { formatMistake } from './mistake.ts';
import { parseLibrechatFile } from './parse-librechat-file.ts';

const yaml = `version: "1.3.17"
endpoints:
  custom:
    - { name: "Parley", apiKey: "parley", baseURL: "http://127.0.0.1:8081/v1", models: { default: ["chat-fast"] } }
`;

function parse(text: string, values: Record<string, string> = {}) {
  const found = parseLibrechatFile({
    text: yaml + text,
    name: 'librechat.yaml',
    values,
    inDocker: false,
    gatewayPort: 8081,
  });
  return {
    servers: found.file?.mcp.servers,
    mcp: found.file?.mcp,
    mistakes: found.mistakes.map(formatMistake),
    warnings: found.warnings.map(formatMistake),
  };
}

function server(text: string, values?: Record<string, string>): McpConfig['servers'][number] | undefined {
  const { servers, mistakes, warnings } = parse(`mcpServers:\n  files: ${text}\n`, values);
  expect([...mistakes, ...warnings]).toEqual([]);
  return servers?.[0];
}

const mistakesOf = (text: string): string[] => parse(text).mistakes;

describe('mcpServers', () => {
  it('tells programs and addresses apart', () => {
    expect(
      server('{ command: npx, args: ["-y", "a"], env: { TOKEN: "${MY_TOKEN}" }, cwd: /srv }', { MY_TOKEN: 't' }),
    ).toEqual({
      name: 'files',
      title: 'files',
      description: '',
      transport: { type: 'stdio', command: 'npx', args: ['-y', 'a'], env: { TOKEN: 't' }, cwd: '/srv' },
      connectTimeoutMs: 10_000,
      callTimeoutMs: 30_000,
      variables: [],
      auth: 'none',
      inChatMenu: true,
      connectsAtStart: true,
      instructions: false,
    });
    const url = 'https://mcp.example.com/mcp';
    expect(server(`{ url: "${url}" }`)?.transport).toEqual({ type: 'streamable-http', url, headers: {} });
    expect(server(`{ type: http, url: "${url}" }`)?.transport.type).toBe('streamable-http');
    expect(server(`{ type: sse, url: "${url}" }`)?.transport.type).toBe('sse');
  });

  it('takes everything else a server can say', () => {
    const text = `
    url: "https://mcp.example.com/{{TEAM}}/mcp"
    title: Notes
    description: Notes of the team
    headers: { X-User: "{{LIBRECHAT_USER_ID}}", X-Own: "{{PARLEY_USER_EMAIL}}" }
    timeout: 60000
    initTimeout: 0
    startup: false
    chatMenu: false
    serverInstructions: Be careful.
    requiresOAuth: true
    oauth:
      authorization_url: https://login.example.com/authorize
      token_url: https://login.example.com/token
      revocation_endpoint: https://login.example.com/revoke
      redirect_uri: https://chat.example.com/api/mcp/files/oauth/callback
      client_id: parley
      client_secret: "\${SECRET}"
      scope: read write
      send_resource_parameter: false
      skip_code_challenge_check: true
    oauth_headers: { X-Tenant: law }
    customUserVars:
      TEAM: { title: Team, description: Yours, sensitive: false }`;
    expect(server(text, { SECRET: 'hush' })).toEqual({
      name: 'files',
      title: 'Notes',
      description: 'Notes of the team',
      transport: {
        type: 'streamable-http',
        url: 'https://mcp.example.com/{{TEAM}}/mcp',
        headers: { 'X-User': '{{LIBRECHAT_USER_ID}}', 'X-Own': '{{PARLEY_USER_EMAIL}}' },
      },
      connectTimeoutMs: 10_000,
      callTimeoutMs: 60_000,
      variables: [{ name: 'TEAM', title: 'Team', description: 'Yours', sensitive: false }],
      auth: 'oauth',
      signIn: {
        need: 'always',
        headers: { 'X-Tenant': 'law' },
        redirectUri: 'https://chat.example.com/api/mcp/files/oauth/callback',
        settings: {
          clientId: 'parley',
          clientSecret: 'hush',
          scope: 'read write',
          sendResource: false,
          skipPkceCheck: true,
          authorizationServer: {
            authorizationUrl: 'https://login.example.com/authorize',
            tokenUrl: 'https://login.example.com/token',
            revocationUrl: 'https://login.example.com/revoke',
          },
        },
      },
      inChatMenu: false,
      connectsAtStart: false,
      instructions: 'Be careful.',
    });
  });

  it.each([
    ['bearer', { Authorization: 'Bearer ann:secret' }],
    ['basic', { Authorization: 'Basic YW5uOnNlY3JldA==' }],
    ['custom', { 'X-Api-Key': 'ann:secret' }],
  ])('sends a key of the admin as %s', (type, headers) => {
    const apiKey = `apiKey: { source: admin, authorization_type: ${type}, key: "ann:secret" }`;
    const found = server(`{ url: "https://mcp.example.com/mcp", ${apiKey} }`);
    expect(found).toMatchObject({ auth: 'api-key', transport: { headers } });
    expect(found?.signIn).toBeUndefined();
  });

  it('lets everybody bring a key of their own', () => {
    const apiKey = 'apiKey: { source: user, authorization_type: custom, custom_header: X-Token }';
    expect(server(`{ url: "https://mcp.example.com/mcp", ${apiKey} }`)).toMatchObject({
      transport: { headers: { 'X-Token': '{{MCP_API_KEY}}' } },
      variables: [{ name: 'MCP_API_KEY', sensitive: true }],
    });
  });

  it('finds out about sign-ins by asking, unless it is told', () => {
    const url = 'url: "https://mcp.example.com/mcp"';
    expect(server(`{ ${url} }`)?.signIn?.need).toBe('when-asked');
    expect(server(`{ ${url}, requiresOAuth: false }`)?.signIn).toBeUndefined();
    expect(server(`{ ${url}, headers: { authorization: "Bearer x" } }`)?.signIn).toBeUndefined();
    expect(server(`{ ${url}, oauth: { client_id: parley } }`)).toMatchObject({
      auth: 'oauth',
      signIn: { need: 'always' },
    });
  });

  it('may be empty, with all servers commented out', () => {
    expect(parse('mcpServers:\n  # files: { command: npx }\n')).toMatchObject({
      servers: [],
      mistakes: [],
      warnings: [],
    });
  });
});

describe('a mistake in mcpServers', () => {
  it.each([
    ['{ title: Files }', 'librechat.yaml:6:3  mcpServers.files  needs a url or a command'],
    ['{ command: a, url: "https://a.example" }', 'mcpServers.files  has both a command and a url'],
    ['{ type: stdio, url: "https://a.example" }', 'librechat.yaml:6:18  mcpServers.files.type  stdio needs a command'],
    ['{ type: sse, command: a }', 'mcpServers.files.type  sse needs a url'],
    ['{ type: grpc, url: "https://a.example" }', 'mcpServers.files.type  must be stdio, streamable-http or sse'],
    ['{ url: "ftp://a.example" }', 'mcpServers.files.url  must be an address that begins with http:// or https://'],
    ['{ url: "https://ann:pw@a.example" }', 'mcpServers.files.url  must not hold a user name or password'],
    ['{ command: a, args: "-y" }', 'mcpServers.files.args  must be a list'],
    ['{ command: a, env: { PORT: 80 } }', 'mcpServers.files.env.PORT  must be text in quotes'],
    ['{ command: a, timeout: -1 }', 'mcpServers.files.timeout  must be a whole number of milliseconds'],
    ['{ url: "https://a.example", headers: { "X Y": "z" } }', 'mcpServers.files.headers.X Y  is no name of a header'],
    [
      '{ url: "https://a.example", headers: { X: "{{TOKEN}}" } }',
      'names the variable TOKEN, which customUserVars does not have',
    ],
    [
      '{ command: a, env: { X: "${NOWHERE}" } }',
      'mcpServers.files.env.X  needs the variable NOWHERE, which is not set',
    ],
    [
      '{ url: "https://a.example", apiKey: { source: admin, authorization_type: bearer } }',
      'mcpServers.files.apiKey  needs a key',
    ],
    [
      '{ url: "https://a.example", apiKey: { source: me, authorization_type: bearer } }',
      'apiKey.source  must be admin or user',
    ],
    [
      '{ url: "https://a.example", requiresOAuth: true, apiKey: { source: user, authorization_type: bearer } }',
      'is there besides OAuth',
    ],
    [
      '{ url: "https://a.example", oauth: { token_url: "https://b.example" } }',
      'needs both authorization_url and token_url',
    ],
    ['{ command: a, customUserVars: { "a b": { title: A } } }', 'is no usable name of a variable'],
    ['npx', 'mcpServers.files  must be a group of keys'],
  ])('%s is told with its line', (text, expected) => {
    const found = mistakesOf(`mcpServers:\n  files: ${text}\n`);
    expect(found).toEqual([expect.stringContaining(expected)]);
    expect(found[0]).toMatch(/^librechat\.yaml:6:\d+ .* Fix: /);
  });

  it('hides no other one', () => {
    expect(mistakesOf('mcpServers:\n  a: { title: A }\n  b: { url: x }\n  c: { command: 1 }\n')).toHaveLength(3);
  });

  it('may be a name that is there twice in addresses, or none', () => {
    expect(mistakesOf('mcpServers:\n  my files: { command: a }\n  my_files: { command: b }\n')).toEqual([
      expect.stringContaining('mcpServers.my_files  my_files is, as my_files, the name of a server above'),
    ]);
    expect(mistakesOf('mcpServers:\n  "!!!": { command: a }\n')).toEqual([
      expect.stringContaining('has no usable name'),
    ]);
  });
});

describe('what does not work here', () => {
  it.each([
    ['{ type: websocket, url: "wss://a.example" }', 'mcpServers.files.type  is WebSocket'],
    ['{ url: "wss://a.example" }', 'mcpServers.files.url  is WebSocket'],
    ['{ url: "https://a.example", obo: { scopes: "api" } }', 'mcpServers.files.obo  signs in on behalf of people'],
    [
      '{ url: "https://a.example", headers: { X: "{{LIBRECHAT_BODY_MESSAGEID}}" } }',
      'LIBRECHAT_BODY_MESSAGEID does not exist here',
    ],
    [
      '{ url: "https://a.example", headers: { X: "{{LIBRECHAT_OPENID_TOKEN}}" } }',
      'LIBRECHAT_OPENID_TOKEN does not exist here',
    ],
  ])('leaves %s out, with a warning', (text, expected) => {
    const { servers, mistakes, warnings } = parse(`mcpServers:\n  files: ${text}\n  other: { command: a }\n`);
    expect(mistakes).toEqual([]);
    expect(servers?.map(({ name }) => name)).toEqual(['other']);
    expect(warnings).toEqual([expect.stringContaining(expected)]);
    expect(warnings[0]).toMatch(/so this server is left out {2}Fix: /);
  });

  it('is told by its path', () => {
    const text = 'mcpServers:\n  my files: { command: a, headers: { X: y }, iconPath: /a.svg, tiemout: 3 }\n';
    expect(parse(text).warnings).toEqual([
      'librechat.yaml:6:46  mcpServers.my files.iconPath  has no effect yet  Fix: nothing to do, it may stay',
      'librechat.yaml:6:64  mcpServers.my files.tiemout  is not a key that Parley knows, so it has no effect  Fix: did you mean timeout?',
      expect.stringContaining('mcpServers.my files.headers  has no effect on a server with a command'),
      expect.stringContaining('mcpServers.my files  is called my_files in addresses and in the names of tools'),
    ]);
  });
});

describe('mcpSettings', () => {
  it('says where servers may be', () => {
    const settings = 'mcpSettings: { allowedDomains: ["*.example.com"], allowedAddresses: ["tools:8000"] }\n';
    expect(parse(settings).mcp).toMatchObject({ allowedDomains: ['*.example.com'], allowedAddresses: ['tools:8000'] });
    const text = `${settings}mcpServers:\n  in: { url: "https://mcp.example.com" }\n  out: { url: "https://example.org" }\n`;
    expect(mistakesOf(text)).toEqual([
      expect.stringContaining('mcpServers.out.url  is not at one of the domains of mcpSettings.allowedDomains'),
    ]);
  });

  it('can leave servers to admins', () => {
    expect(parse('').mcp?.forAdmins).toEqual({ use: false, create: false });
    const text = 'interface: { mcpServers: { use: true, create: false, placeholder: Servers } }\n';
    expect(parse(text).mcp?.forAdmins).toEqual({ use: false, create: true });
    expect(parse(text).warnings).toEqual([
      expect.stringContaining('interface.mcpServers.placeholder  has no effect yet'),
    ]);
    expect(parse('interface: { mcpServers: { share: false } }\n').warnings).toEqual([
      expect.stringContaining('interface.mcpServers.share  has no effect yet: what it restricts is NOT restricted'),
    ]);
  });

  it('must be lists', () => {
    expect(mistakesOf('mcpSettings: { allowedDomains: "example.com" }\n')).toEqual([
      expect.stringContaining('mcpSettings.allowedDomains  must be a list'),
    ]);
  });
});

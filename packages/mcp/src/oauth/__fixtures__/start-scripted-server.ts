import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { startLoopbackServer } from './start-loopback-server.ts';

/** What answers a path instead of the well-behaved default. */
export type Script = (response: ServerResponse, request: { readonly body: URLSearchParams; readonly headers: IncomingMessage['headers'] }) => void;

/** An MCP server and its authorization server in one, that do as they are told; requests are kept in order. */
export interface ScriptedServer {
  readonly origin: string;
  readonly url: string;
  readonly requests: readonly { readonly path: string; readonly body: URLSearchParams; readonly authorization: string | undefined }[];
  /** How often a path was asked for. */
  count(path: string): number;
  close(): Promise<void>;
}

/** The addresses of everything the server answers. */
export const paths = {
  mcp: '/mcp',
  resource: '/.well-known/oauth-protected-resource/mcp',
  rootResource: '/.well-known/oauth-protected-resource',
  oauth: '/.well-known/oauth-authorization-server',
  openid: '/.well-known/openid-configuration',
  register: '/register',
  token: '/token',
  revoke: '/revoke',
};

/** Documents are merged into the well-behaved ones (undefined takes a member away); scripts replace whole answers. */
export async function startScriptedServer(
  given: (origin: string) => {
    readonly resource?: Record<string, unknown>;
    readonly metadata?: Record<string, unknown>;
    readonly scripts?: Readonly<Record<string, Script>>;
  } = () => ({}),
): Promise<ScriptedServer> {
  const server = await startLoopbackServer();
  const { origin } = server;
  const requests: ScriptedServer['requests'][number][] = [];
  const { resource, metadata, scripts } = given(origin);
  const answers: Record<string, Script> = {
    [paths.mcp]: (response) => response.writeHead(401, { 'www-authenticate': 'Bearer' }).end(),
    [paths.resource]: json({ resource: `${origin}/mcp`, authorization_servers: [origin], ...resource }),
    [paths.oauth]: json({ ...metadataOf(origin), ...metadata }),
    [paths.register]: json({ client_id: 'registered', redirect_uris: [] }),
    [paths.token]: json({ access_token: 'access', token_type: 'Bearer', expires_in: 3600, refresh_token: 'refresh' }),
    [paths.revoke]: json({}),
    ...scripts,
  };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const body = new URLSearchParams(await text(request));
    requests.push({ path, body, authorization: request.headers.authorization });
    const script = answers[path];
    if (script === undefined) response.writeHead(404).end();
    else script(response, { body, headers: request.headers });
  }
  server.answer((request, response) => void answer(request, response));
  return {
    origin,
    url: `${origin}/mcp`,
    requests,
    count: (path) => requests.filter((request) => request.path === path).length,
    close: () => server.close(),
  };
}

/** A script that answers JSON. */
export function json(value: unknown, status = 200): Script {
  return (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** A script that never answers. */
export const hang: Script = () => {};

function metadataOf(origin: string) {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    registration_endpoint: `${origin}/register`,
    revocation_endpoint: `${origin}/revoke`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
  };
}

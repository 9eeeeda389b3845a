import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { startEchoServer } from './echo-server.ts';
import type { EchoServer } from './echo-server.ts';

/** An echo server that wants a token, with its own authorization server: whoever comes is signed in at once. */
export interface ProtectedServer extends EchoServer {
  /** Tokens that are good, with whom they are for. */
  readonly tokens: ReadonlyMap<string, string>;
  /** The query a browser is sent back with, when this person agrees. */
  agree(authorizationUrl: string, person: string): URLSearchParams;
  /** Makes every token worthless. */
  revokeAll(): void;
}

/** Starts it on a free port. Close it in `afterAll`. */
export async function startProtectedServer(): Promise<ProtectedServer> {
  const tokens = new Map<string, string>();
  const codes = new Map<string, string>();
  let issuer = '';

  async function giveToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = new URLSearchParams(await text(request));
    const person = codes.get(asked.get('code') ?? '');
    if (person === undefined) return json(response, 400, { error: 'invalid_grant' });
    codes.delete(asked.get('code') ?? '');
    const token = `token-of-${person}-${randomBytes(8).toString('hex')}`;
    tokens.set(token, person);
    return json(response, 200, { access_token: token, token_type: 'Bearer', expires_in: 3600 });
  }

  const echo = await startEchoServer({
    before: (origin) => {
      issuer = origin;
      return (request, response) => {
        const path = request.url ?? '';
        if (path.startsWith('/.well-known/oauth-protected-resource')) {
          json(response, 200, { resource: `${origin}/mcp`, authorization_servers: [origin] });
        } else if (path.startsWith('/.well-known/')) {
          json(response, 200, metadataOf(origin));
        } else if (path === '/register') {
          json(response, 201, { client_id: 'parley', redirect_uris: [], token_endpoint_auth_method: 'none' });
        } else if (path === '/token') {
          void giveToken(request, response);
        } else if (!tokens.has((request.headers.authorization ?? '').replace('Bearer ', ''))) {
          const challenge = `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`;
          response.writeHead(401, { 'www-authenticate': challenge }).end();
        } else {
          return false;
        }
        return true;
      };
    },
  });

  return {
    ...echo,
    tokens,
    agree(authorizationUrl, person) {
      const state = new URL(authorizationUrl).searchParams.get('state') ?? '';
      const code = randomBytes(8).toString('hex');
      codes.set(code, person);
      return new URLSearchParams({ code, state, iss: issuer });
    },
    revokeAll: () => tokens.clear(),
  };
}

function metadataOf(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  };
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

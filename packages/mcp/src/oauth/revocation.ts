import { selectClientAuthMethod } from '@modelcontextprotocol/client';
import type { ClientAuthMethod } from '@modelcontextprotocol/client';
import type { McpLog } from '../core/mcp-log.ts';
import { McpSignInError } from './mcp-sign-in-error.ts';
import type { OAuthFetch } from './oauth-fetch.ts';
import type { OAuthClient, StoredSignIn } from './stored-sign-in.ts';

/** Tells the authorization server to forget a sign-in's tokens (RFC 7009). What it does not take is logged: they are ours no more either way. */
export type Revoke = (signIn: StoredSignIn) => Promise<void>;

/** `revokeMs` bounds it as a whole. */
export function createRevoke(options: {
  readonly oauthFetch: OAuthFetch;
  readonly revokeMs: number;
  readonly log?: McpLog;
}): Revoke {
  async function revokeAll({ binding, tokens }: StoredSignIn, endpoint: string): Promise<boolean> {
    const fetch = options.oauthFetch(AbortSignal.timeout(options.revokeMs), 'exchange-failed');
    // The refresh token goes first: with it, servers end the whole grant.
    const all = [
      { token: tokens?.refreshToken, hint: 'refresh_token' },
      { token: tokens?.accessToken, hint: 'access_token' },
    ];
    for (const { token, hint } of all) {
      if (token === undefined) continue;
      const request = authenticated(binding.client, methodsOf(binding.authorizationServer));
      request.body.set('token', token);
      request.body.set('token_type_hint', hint);
      const response = await fetch(endpoint, { method: 'POST', redirect: 'manual', ...request });
      if (!response.ok) return false;
    }
    return true;
  }

  return async (signIn) => {
    const endpoint = signIn.binding.authorizationServer.revocation_endpoint;
    if (endpoint === undefined) return;
    const isRevoked = await revokeAll(signIn, endpoint).catch((error: unknown) => {
      if (error instanceof McpSignInError || isTimeout(error)) return false;
      throw error;
    });
    if (!isRevoked) options.log?.('warn', 'Tokens could not be revoked', { issuer: signIn.binding.issuer });
  };
}

function methodsOf(server: StoredSignIn['binding']['authorizationServer']): readonly string[] {
  return server.revocation_endpoint_auth_methods_supported ?? server.token_endpoint_auth_methods_supported ?? [];
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

/** Client authentication of RFC 6749 section 2.3.1, which the SDK keeps to its own token requests. */
function authenticated(client: OAuthClient, methods: readonly string[]) {
  const headers = new Headers({ accept: 'application/json' });
  const body = new URLSearchParams();
  const method: ClientAuthMethod = selectClientAuthMethod(client, [...methods]);
  if (method === 'client_secret_basic') {
    const credentials = `${client.client_id}:${client.client_secret ?? ''}`;
    headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
  } else {
    body.set('client_id', client.client_id);
    if (method === 'client_secret_post') body.set('client_secret', client.client_secret ?? '');
  }
  return { headers, body };
}

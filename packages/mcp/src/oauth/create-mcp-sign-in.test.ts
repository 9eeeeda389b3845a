import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { McpTarget } from '../core/mcp-server.ts';
import { createSignInWorld, redirectUri, targetAt } from './__fixtures__/create-sign-in-world.ts';
import { createMemorySecretStore } from './__fixtures__/memory-secret-store.ts';
import { startOidcProtectedServer } from './__fixtures__/start-oidc-protected-server.ts';
import type { OidcProtectedServer, OidcProtectedServerOptions } from './__fixtures__/start-oidc-protected-server.ts';
import type { McpOAuthSettings } from './mcp-sign-in.ts';
import { saveFlow, takeFlow } from './stored-flow.ts';

const signal = AbortSignal.timeout(60_000);
const machine = { client_id: 'machine', client_secret: 'machine secret', grant_types: ['client_credentials'] };
const byHand = { client_id: 'by-hand', client_secret: 'a secret of the operator', redirect_uris: [redirectUri] };
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const serverOptions: OidcProtectedServerOptions = {
  clients: [
    {
      client_id: 'key holder',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      jwks: { keys: [{ ...keys.publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] },
    },
    { ...machine, redirect_uris: [], response_types: [] },
    { ...byHand, grant_types: ['authorization_code', 'refresh_token'], application_type: 'native' },
  ],
};

let server: OidcProtectedServer;
beforeAll(async () => {
  server = await startOidcProtectedServer(serverOptions);
});
afterAll(() => server.close());

function targetOf(oauth: McpOAuthSettings = {}, holder = 'ann'): McpTarget {
  return targetAt(server.url, oauth, holder);
}

function createWorld() {
  const world = createSignInWorld();
  async function signInAs(target: McpTarget) {
    const { authorizationUrl } = await world.signIn.begin(target, signal);
    const query = await server.signIn(authorizationUrl, { redirectUri, login: target.holder });
    return world.signIn.finish(query, target.holder, signal);
  }
  return { ...world, signInAs };
}

async function callTool(name: string, token: string | undefined): Promise<Response> {
  return fetch(server.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } }),
  });
}

const hourMs = 3_600_000;

describe('signing in at a real authorization server', () => {
  it('discovers, registers, signs in, and the token opens the server', async () => {
    const { signIn, signInAs } = createWorld();
    const target = targetOf();
    expect(await signIn.token(target, signal)).toBeUndefined();
    expect(await signIn.isSignedIn('protected', 'ann')).toBe(false);

    expect(await signInAs(target)).toEqual({ serverId: 'protected', holder: 'ann' });

    expect(await signIn.isSignedIn('protected', 'ann')).toBe(true);
    const answer = await callTool('whoami', await signIn.token(target, signal));
    expect(await answer.text()).toContain('"text":"ann"');
  });

  it('asks with PKCE, for this server alone, and to come back to our own address', async () => {
    const { signIn } = createWorld();
    const { authorizationUrl } = await signIn.begin(targetOf(), signal);
    expect(Object.fromEntries(new URL(authorizationUrl).searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: redirectUri,
      resource: server.url,
      scope: 'read offline_access',
    });
  });

  it('registers once for everybody, and keeps people apart', async () => {
    const { signIn, signInAs } = createWorld();
    const before = server.registrations();
    await signInAs(targetOf({}, 'ann'));
    await signInAs(targetOf({}, 'ben'));
    expect(server.registrations() - before).toBe(1);
    const answer = await callTool('whoami', await signIn.token(targetOf({}, 'ben'), signal));
    expect(await answer.text()).toContain('"text":"ben"');
    await signIn.signOut('protected', 'ben');
    expect(await signIn.token(targetOf({}, 'ben'), signal)).toBeUndefined();
    expect(await signIn.token(targetOf({}, 'ann'), signal)).toBeDefined();
  });

  it('uses a client that was registered by hand before any other', async () => {
    const { signIn } = createWorld();
    const before = server.registrations();
    const target = targetOf({ clientId: 'by-hand', clientSecret: byHand.client_secret });
    const { authorizationUrl } = await signIn.begin(target, signal);
    expect(new URL(authorizationUrl).searchParams.get('client_id')).toBe('by-hand');
    await signIn.finish(await server.signIn(authorizationUrl, { redirectUri }), 'ann', signal);
    expect((await callTool('whoami', await signIn.token(target, signal))).status).toBe(200);
    expect(server.registrations()).toBe(before);
  });

  it('signs in as a machine without anybody', async () => {
    const { signIn } = createWorld();
    const oauth = { grant: 'client_credentials', clientId: 'machine', clientSecret: machine.client_secret } as const;
    const target = targetOf(oauth, 'shared');
    const answer = await callTool('whoami', await signIn.token(target, signal));
    expect(await answer.text()).toContain('"text":"machine"');
    await expect(signIn.begin(target, signal)).rejects.toMatchObject({ code: 'refused' });
  });

  it('signs in as a machine with a private key, again when the token ends or is rejected', async () => {
    const { signIn, clock } = createWorld();
    const oauth = {
      grant: 'client_credentials',
      clientId: 'key holder',
      privateKey: { pem, algorithm: 'ES256' },
    } as const;
    const target = targetOf(oauth, 'shared');
    const first = await signIn.token(target, signal);
    const answer = await callTool('whoami', first);
    expect(await answer.text()).toContain('"text":"key holder"');
    clock.now += hourMs;
    const second = await signIn.token(target, signal);
    expect(second).not.toBe(first);
    expect(await signIn.challenged(target, 'Bearer error="invalid_token"', signal, second)).toBe('retry');
    expect(await signIn.token(target, signal)).not.toBe(second);
    expect(await signIn.challenged(target, 'Bearer error="insufficient_scope", scope="write"', signal)).toBe('refused');
  });

  it('says what is missing when a machine has no account', async () => {
    const { signIn } = createWorld();
    for (const account of [{}, { clientId: 'machine' }, { clientId: 'machine', clientSecret: 'wrong' }]) {
      const token = signIn.token(targetOf({ grant: 'client_credentials', ...account }, 'shared'), signal);
      await expect(token).rejects.toMatchObject({ code: expect.stringMatching(/registration-failed|exchange-failed/) });
    }
  });

  it('says when the user declined', async () => {
    const { signIn } = createWorld();
    const { authorizationUrl } = await signIn.begin(targetOf(), signal);
    const query = await server.signIn(authorizationUrl, { redirectUri, decline: true });
    await expect(signIn.finish(query, 'ann', signal)).rejects.toMatchObject({
      code: 'refused',
      message: 'The sign-in was declined.',
    });
  });

  it('revokes at sign-out, and leaves nothing of the user behind', async () => {
    const { signIn, signInAs, secrets } = createWorld();
    await signInAs(targetOf());
    const token = (await signIn.token(targetOf(), signal)) ?? '';
    expect(await server.knows(token)).toBe(true);
    await signIn.signOut('protected', 'ann');
    expect(await server.knows(token)).toBe(false);
    expect(secrets.keys().filter((key) => key.includes('holders'))).toEqual([]);
    await signIn.forget('protected');
    expect(secrets.keys()).toEqual([]);
  });

  it('does not send a token anywhere else when the server moves to another address', async () => {
    const { signIn, signInAs } = createWorld();
    const target = targetOf();
    await signInAs(target);
    const transport = { type: 'streamable-http' as const, url: 'https://elsewhere.example/mcp', headers: {} };
    expect(await signIn.token({ ...target, server: { ...target.server, transport } }, signal)).toBeUndefined();
  });
});

describe('the way back from the browser', () => {
  it('is closed after ten minutes even when the store forgets late', async () => {
    const clock = { now: Date.now() };
    const keeper = { secrets: createMemorySecretStore(() => 0), now: () => clock.now };
    const binding = {
      serverUrl: server.url,
      issuer: server.issuer,
      authorizationServer: { authorization_endpoint: server.issuer, token_endpoint: server.issuer },
      client: { client_id: 'client' },
    };
    const flow = { serverId: 'protected', holder: 'ann', beganBy: 'ann', verifier: 'verifier', binding };
    await saveFlow(keeper, 'state', flow);
    clock.now += 10 * 60_000;
    await expect(takeFlow(keeper, 'state')).rejects.toMatchObject({ code: 'state-unknown' });
  });

  it('is good once', async () => {
    const { signIn } = createWorld();
    const { authorizationUrl } = await signIn.begin(targetOf(), signal);
    const query = await server.signIn(authorizationUrl, { redirectUri });
    await signIn.finish(query, 'ann', signal);
    await expect(signIn.finish(query, 'ann', signal)).rejects.toMatchObject({ code: 'state-unknown' });
  });

  it('is good for ten minutes', async () => {
    const { signIn, clock } = createWorld();
    const { authorizationUrl } = await signIn.begin(targetOf(), signal);
    const query = await server.signIn(authorizationUrl, { redirectUri });
    clock.now += 10 * 60_000;
    await expect(signIn.finish(query, 'ann', signal)).rejects.toMatchObject({ code: 'state-unknown' });
  });

  it('is good for nobody but who began, and not even for them after somebody else tried', async () => {
    const { signIn } = createWorld();
    const { authorizationUrl } = await signIn.begin(targetOf(), signal);
    const query = await server.signIn(authorizationUrl, { redirectUri });
    await expect(signIn.finish(query, 'mallory', signal)).rejects.toMatchObject({ code: 'wrong-user' });
    await expect(signIn.finish(query, 'ann', signal)).rejects.toMatchObject({ code: 'state-unknown' });
    expect(await signIn.isSignedIn('protected', 'ann')).toBe(false);
  });

  it('lets one person sign in for everybody', async () => {
    const { signIn } = createWorld();
    const target = targetOf({}, 'shared');
    const { authorizationUrl } = await signIn.begin(target, signal, 'root');
    const query = await server.signIn(authorizationUrl, { redirectUri, login: 'root' });
    expect(await signIn.finish(query, 'root', signal)).toEqual({ serverId: 'protected', holder: 'shared' });
    expect(await signIn.token(target, signal)).toBeDefined();
  });

  it.each(['', 'state=', 'state=made-up&code=abc', 'code=abc'])(
    'refuses a state it does not know: %j',
    async (query) => {
      const { signIn } = createWorld();
      const finished = signIn.finish(new URLSearchParams(query), 'ann', signal);
      await expect(finished).rejects.toMatchObject({ code: 'state-unknown' });
    },
  );

  it('refuses an issuer that is not the one that was asked, or none when one was promised', async () => {
    const { signIn } = createWorld();
    for (const given of [
      ['https://evil.example'],
      [`${server.issuer}/`],
      [server.issuer, 'https://evil.example'],
      [],
    ]) {
      const { authorizationUrl } = await signIn.begin(targetOf(), signal);
      const query = await server.signIn(authorizationUrl, { redirectUri });
      query.delete('iss');
      for (const iss of given) query.append('iss', iss);
      await expect(signIn.finish(query, 'ann', signal)).rejects.toMatchObject({ code: 'issuer-mismatch' });
    }
  });

  it('does not show the error of an issuer that was not asked', async () => {
    const { signIn } = createWorld();
    const { authorizationUrl } = await signIn.begin(targetOf(), signal);
    const state = new URL(authorizationUrl).searchParams.get('state') ?? '';
    const query = new URLSearchParams({
      state,
      iss: 'https://evil.example',
      error: 'access_denied',
      error_description: 'Call 555',
    });
    await expect(signIn.finish(query, 'ann', signal)).rejects.toMatchObject({
      code: 'issuer-mismatch',
      message: expect.not.stringContaining('555'),
    });
  });
});

describe('tokens over time', () => {
  it('renews early, once for all who ask in one process', async () => {
    const { signIn, signInAs, clock } = createWorld();
    await signInAs(targetOf());
    const first = await signIn.token(targetOf(), signal);
    const before = server.tokenRequests.length;
    clock.now += hourMs - 30_000;
    const tokens = await Promise.all(Array.from({ length: 8 }, () => signIn.token(targetOf(), signal)));
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).not.toBe(first);
    expect(server.tokenRequests.slice(before)).toEqual(['refresh_token']);
    expect((await callTool('whoami', tokens[0])).status).toBe(200);
  });

  it('spends a rotating refresh token once among processes that share the store', async () => {
    const { signIn, another, signInAs, clock } = createWorld();
    await signInAs(targetOf());
    for (let round = 0; round < 3; round += 1) {
      const before = server.tokenRequests.length;
      clock.now += hourMs + 1;
      const tokens = await Promise.all([signIn, another, signIn, another].map((one) => one.token(targetOf(), signal)));
      expect(new Set(tokens).size).toBe(1);
      expect(server.tokenRequests.slice(before)).toEqual(['refresh_token']);
      expect((await callTool('whoami', tokens[0])).status).toBe(200);
    }
  });

  it('needs a new sign-in when the refresh token was revoked, and then tries it no more', async () => {
    const { signIn, signInAs, clock } = createWorld();
    await signInAs(targetOf());
    await server.revokeAll();
    clock.now += hourMs + 1;
    const before = server.tokenRequests.length;
    expect(await signIn.token(targetOf(), signal)).toBeUndefined();
    expect(await signIn.token(targetOf(), signal)).toBeUndefined();
    expect(await signIn.isSignedIn('protected', 'ann')).toBe(false);
    expect(server.tokenRequests.slice(before)).toEqual(['refresh_token refused']);
  });

  it('replaces a token the server rejects once, for all calls that were rejected with it', async () => {
    const { signIn, signInAs } = createWorld();
    await signInAs(targetOf());
    const rejected = await signIn.token(targetOf(), signal);
    const before = server.tokenRequests.length;
    const challenge = 'Bearer error="invalid_token"';
    const answers = await Promise.all([1, 2, 3].map(() => signIn.challenged(targetOf(), challenge, signal, rejected)));
    expect(answers).toEqual(['retry', 'retry', 'retry']);
    expect(await signIn.challenged(targetOf(), challenge, signal, rejected)).toBe('retry');
    expect(server.tokenRequests.slice(before)).toEqual(['refresh_token']);
  });

  it('asks for a sign-in when a server rejects one token after the other', async () => {
    const { signIn, signInAs } = createWorld();
    await signInAs(targetOf());
    const answers: string[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const token = await signIn.token(targetOf(), signal);
      answers.push(await signIn.challenged(targetOf(), 'Bearer error="invalid_token"', signal, token));
    }
    expect(answers).toEqual(['retry', 'retry', 'retry', 'sign-in-needed', 'sign-in-needed']);
  });
});

describe('a server that wants more rights', () => {
  it('gets a wider sign-in that loses nothing', async () => {
    const { signIn, signInAs } = createWorld();
    const target = targetOf();
    await signInAs(target);
    const narrow = await signIn.token(target, signal);
    const refused = await callTool('write', narrow);
    expect(refused.status).toBe(403);
    const challenge = refused.headers.get('www-authenticate');
    expect(await signIn.challenged(target, challenge, signal, narrow)).toBe('sign-in-needed');

    await signInAs(target);

    const wide = await signIn.token(target, signal);
    expect(await (await callTool('write', wide)).text()).toContain('written');
    expect((await callTool('whoami', wide)).status).toBe(200);
    expect(await signIn.challenged(target, challenge, signal, narrow)).toBe('retry');
  });

  it('is not asked for ever: after two sign-ins for the same it is refused', async () => {
    const { signIn, signInAs } = createWorld();
    const target = targetOf();
    await signInAs(target);
    const answers: string[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const challenge = 'Bearer error="insufficient_scope", scope="write"';
      answers.push(await signIn.challenged(target, challenge, signal, await signIn.token(target, signal)));
      if (answers.at(-1) === 'sign-in-needed') await signInAs(target);
    }
    expect(answers).toEqual(['sign-in-needed', 'sign-in-needed', 'refused']);
  });
});

import { describe, expect, it } from 'vitest';
import { keepOpen } from '../__fixtures__/keep-open.ts';
import { createSignInWorld, signInAtOnce, targetAt } from './__fixtures__/create-sign-in-world.ts';
import { hang, json, paths, startScriptedServer } from './__fixtures__/start-scripted-server.ts';
import type { Script } from './__fixtures__/start-scripted-server.ts';
import type { McpOAuthSettings } from './mcp-sign-in.ts';

const signal = AbortSignal.timeout(120_000);
const keep = keepOpen();
const start = async (given?: Parameters<typeof startScriptedServer>[0]) => keep(await startScriptedServer(given));

const enormous: Script = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ filling: 'x'.repeat(10 * 1024 * 1024) }));
};

const endless: Script = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const write = () => {
    while (response.writable && response.write(' '.repeat(65_536)));
  };
  response.on('drain', write);
  write();
};

const metadataInside: Script = (response) => {
  response.writeHead(401, { 'www-authenticate': 'Bearer resource_metadata="http://10.0.0.1/metadata"' }).end();
};

describe('an authorization server that misbehaves', () => {
  it.each([
    ['the resource metadata', paths.resource],
    ['the server metadata', paths.oauth],
  ])('may send %s as large as it likes', async (_what, path) => {
    for (const script of [enormous, endless]) {
      const server = await start(() => ({ scripts: { [path]: script } }));
      const begun = createSignInWorld().signIn.begin(targetAt(server.url), signal);
      await expect(begun).rejects.toMatchObject({ code: 'discovery-failed', retryable: false });
    }
  });

  it('may hang at any step', async () => {
    const steps = [
      [paths.mcp, 'discovery-failed'],
      [paths.resource, 'discovery-failed'],
      [paths.oauth, 'discovery-failed'],
      [paths.register, 'registration-failed'],
      [paths.token, 'exchange-failed'],
    ] as const;
    const signIns = steps.map(async ([path, code]) => {
      const server = await start(() => ({ scripts: { [path]: hang } }));
      const signedIn = signInAtOnce(createSignInWorld({ requestMs: 1500 }).signIn, targetAt(server.url));
      const message = expect.stringContaining('in time');
      await expect(signedIn).rejects.toMatchObject({ code, retryable: true, message });
    });
    await Promise.all(signIns);
  });

  it.each(['not json', '[]', '{"resource":7}', 'null'])('may describe itself as %s', async (text) => {
    const script: Script = (response) => response.writeHead(200).end(text);
    for (const path of [paths.resource, paths.oauth]) {
      const server = await start(() => ({ scripts: { [path]: script } }));
      const begun = createSignInWorld().signIn.begin(targetAt(server.url), signal);
      await expect(begun).rejects.toMatchObject({ code: 'discovery-failed' });
    }
  });

  it('cannot pass for another one', async () => {
    const server = await start(() => ({ metadata: { issuer: 'https://accounts.example' } }));
    const begun = createSignInWorld().signIn.begin(targetAt(server.url), signal);
    await expect(begun).rejects.toMatchObject({ code: 'issuer-mismatch' });
    expect(server.count(paths.register)).toBe(0);
  });

  it('is not used without PKCE, unless the settings say so, and then S256 is sent all the same', async () => {
    for (const methods of [undefined, ['plain']]) {
      const server = await start(() => ({ metadata: { code_challenge_methods_supported: methods } }));
      const { signIn } = createSignInWorld();
      await expect(signIn.begin(targetAt(server.url), signal)).rejects.toMatchObject({ code: 'discovery-failed' });
      const { authorizationUrl } = await signIn.begin(targetAt(server.url, { skipPkceCheck: true }), signal);
      expect(new URL(authorizationUrl).searchParams.get('code_challenge_method')).toBe('S256');
    }
  });

  it.each(['authorization_endpoint', 'token_endpoint', 'registration_endpoint', 'revocation_endpoint'])(
    'cannot name an insecure %s',
    async (endpoint) => {
      const addresses = [
        'http://auth.example/x',
        'http://127.0.0.1.evil.example/',
        'ftp://auth.example/',
        'https://a:b@auth.example/',
      ];
      for (const address of addresses) {
        const server = await start(() => ({ metadata: { [endpoint]: address } }));
        const begun = createSignInWorld().signIn.begin(targetAt(server.url), signal);
        await expect(begun).rejects.toMatchObject({
          code: 'unsafe-url',
          message: expect.not.stringContaining('example'),
        });
      }
      const script = await start(() => ({ metadata: { [endpoint]: 'javascript:alert(1)' } }));
      const begun = createSignInWorld().signIn.begin(targetAt(script.url), signal);
      await expect(begun).rejects.toMatchObject({ code: expect.stringMatching(/unsafe-url|discovery-failed/) });
    },
  );

  it('cannot have its refusal shown, nor anything secret', async () => {
    const leak = { error: 'invalid_grant', error_description: 'code "code" of client secret-of-ann is bad, call 555' };
    const server = await start(() => ({ scripts: { [paths.token]: json(leak, 400) } }));
    const signedIn = signInAtOnce(createSignInWorld().signIn, targetAt(server.url));
    const error: unknown = await signedIn.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'exchange-failed',
      message: 'The sign-in server gave no token (invalid_grant).',
    });
    expect(error).not.toHaveProperty('cause');
  });

  it.each([
    ['of another kind', { access_token: 'a', token_type: 'mac' }],
    ['that would break a header', { access_token: 'a\r\nX-Admin: 1', token_type: 'Bearer' }],
    ['that is empty', { access_token: '', token_type: 'Bearer' }],
    ['that is none', { token_type: 'Bearer' }],
  ])('cannot give a token %s', async (_what, answer) => {
    const server = await start(() => ({ scripts: { [paths.token]: json(answer) } }));
    const { signIn } = createSignInWorld();
    await expect(signInAtOnce(signIn, targetAt(server.url))).rejects.toMatchObject({ code: 'exchange-failed' });
    expect(await signIn.isSignedIn('protected', 'ann')).toBe(false);
  });

  it('cannot send codes and refresh tokens on to somebody else', async () => {
    const thief = await start();
    for (const status of [302, 307, 308]) {
      const script: Script = (response) => response.writeHead(status, { location: `${thief.origin}/token` }).end();
      const server = await start(() => ({ scripts: { [paths.token]: script } }));
      const signedIn = signInAtOnce(createSignInWorld().signIn, targetAt(server.url));
      await expect(signedIn).rejects.toMatchObject({ code: 'exchange-failed' });
    }
    expect(thief.requests).toEqual([]);
  });

  it('may refuse to register us', async () => {
    const refusal = json({ error: 'invalid_redirect_uri', error_description: '<b>call 555</b>' }, 400);
    const server = await start(() => ({ scripts: { [paths.register]: refusal } }));
    await expect(createSignInWorld().signIn.begin(targetAt(server.url), signal)).rejects.toMatchObject({
      code: 'registration-failed',
      message: 'The sign-in server refuses to register this app (invalid_redirect_uri).',
    });
    const closed = await start(() => ({ metadata: { registration_endpoint: undefined } }));
    const begun = createSignInWorld().signIn.begin(targetAt(closed.url), signal);
    await expect(begun).rejects.toMatchObject({ code: 'registration-failed' });
  });
});

describe('an MCP server that misbehaves', () => {
  it('cannot have tokens made for another server', async () => {
    for (const resource of ['https://bank.example/mcp', 'http://127.0.0.1:1/mcp']) {
      const server = await start(() => ({ resource: { resource } }));
      const begun = createSignInWorld().signIn.begin(targetAt(server.url), signal);
      await expect(begun).rejects.toMatchObject({ code: 'discovery-failed' });
      expect(server.count(paths.oauth)).toBe(0);
    }
  });

  it('cannot name an insecure authorization server or metadata elsewhere', async () => {
    const server = await start(() => ({ resource: { authorization_servers: ['http://auth.example'] } }));
    const begun = createSignInWorld().signIn.begin(targetAt(server.url), signal);
    await expect(begun).rejects.toMatchObject({ code: 'unsafe-url' });

    const other = await start(() => ({ scripts: { [paths.mcp]: metadataInside } }));
    const begunThere = createSignInWorld().signIn.begin(targetAt(other.url), signal);
    await expect(begunThere).rejects.toMatchObject({ code: 'unsafe-url' });
  });

  it('that moves to another authorization server gets neither the old tokens there nor the old client', async () => {
    let current = '';
    const [first, second] = [
      await start(() => ({ scripts: { [paths.register]: json({ client_id: 'of the first', redirect_uris: [] }) } })),
      await start(() => ({ scripts: { [paths.register]: json({ client_id: 'of the second', redirect_uris: [] }) } })),
    ];
    const server = await start((origin) => ({
      scripts: {
        [paths.resource]: (response, request) =>
          json({ resource: `${origin}/mcp`, authorization_servers: [current] })(response, request),
      },
    }));
    const { signIn, clock } = createSignInWorld();
    const target = targetAt(server.url);
    current = first.origin;
    await signInAtOnce(signIn, target);
    expect(await signIn.token(target, signal)).toBe('access');

    current = second.origin;
    clock.now += 3_600_000;
    expect(await signIn.token(target, signal)).toBeUndefined();
    expect(await signIn.isSignedIn('protected', 'ann')).toBe(false);
    expect(first.requests.filter(({ body }) => body.has('refresh_token'))).toEqual([]);

    const asked = await signInAtOnce(signIn, target);
    expect(asked.get('client_id')).toBe('of the second');
    const sent = second.requests.map(({ body }) => body.toString()).join('\n');
    expect(sent).not.toContain('of+the+first');
    expect(sent).not.toContain('refresh_token=');
  });

  it('that moves is noticed at a 401 too', async () => {
    const second = await start();
    let current: string | undefined;
    const server = await start((origin) => ({
      scripts: {
        [paths.resource]: (response, request) =>
          json({ resource: `${origin}/mcp`, authorization_servers: [current ?? origin] })(response, request),
      },
    }));
    const { signIn } = createSignInWorld();
    const target = targetAt(server.url);
    await signInAtOnce(signIn, target);
    current = second.origin;
    const tokenRequests = server.count(paths.token);
    expect(await signIn.challenged(target, 'Bearer', signal, 'access')).toBe('sign-in-needed');
    expect(await signIn.token(target, signal)).toBeUndefined();
    expect(server.count(paths.token)).toBe(tokenRequests);
    expect(second.requests).toEqual([]);
  });

  it.each<[string, McpOAuthSettings]>([
    ['of an app', { clientId: 'by hand', clientSecret: 'secret' }],
    ['of a machine', { clientId: 'by hand', clientSecret: 'secret', grant: 'client_credentials' }],
  ])('cannot have the secret %s sent to another authorization server', async (_whose, settings) => {
    const thief = await start();
    let current: string | undefined;
    const server = await start((origin) => ({
      scripts: {
        [paths.resource]: (response, request) =>
          json({ resource: `${origin}/mcp`, authorization_servers: [current ?? origin] })(response, request),
      },
    }));
    const { signIn, clock } = createSignInWorld();
    const target = targetAt(server.url, settings);
    const use = () => (settings.grant === undefined ? signInAtOnce(signIn, target) : signIn.token(target, signal));
    await use();
    current = thief.origin;
    clock.now += 3_600_000;
    await expect(use()).rejects.toMatchObject({ code: 'issuer-mismatch' });
    expect(thief.count(paths.token)).toBe(0);

    const configured = targetAt(server.url, { ...settings, authorizationServer: { issuer: server.origin } }, 'ben');
    const used = settings.grant === undefined ? signIn.begin(configured, signal) : signIn.token(configured, signal);
    await expect(used).rejects.toMatchObject({ code: 'issuer-mismatch' });
  });
});

describe('a caller who gives up', () => {
  it('hears its own reason, and the renewal goes on for the others', async () => {
    const held: Parameters<Script>[0][] = [];
    let isHolding = false;
    const server = await start(() => ({
      scripts: {
        [paths.token]: (response, request) => {
          if (isHolding) held.push(response);
          else
            json({ access_token: 'first', token_type: 'bearer', expires_in: 10, refresh_token: 'refresh' })(
              response,
              request,
            );
        },
      },
    }));
    const { signIn, clock } = createSignInWorld();
    const target = targetAt(server.url);
    await signInAtOnce(signIn, target);
    isHolding = true;
    clock.now += 11_000;
    const impatient = new AbortController();
    const given = signIn.token(target, impatient.signal);
    const patient = signIn.token(target, signal);
    const reason = new Error('Enough');
    impatient.abort(reason);
    await expect(given).rejects.toBe(reason);
    await expect.poll(() => held.length).toBe(1);
    held[0]?.end(JSON.stringify({ access_token: 'second', token_type: 'bearer' }));
    expect(await patient).toBe('second');
    expect(held.length).toBe(1);
  });

  it('hears its own reason at whatever step it was', async () => {
    for (const path of [paths.mcp, paths.resource, paths.oauth, paths.register, paths.token]) {
      const abort = new AbortController();
      const reason = new Error('Enough');
      const server = await start(() => ({ scripts: { [path]: () => abort.abort(reason) } }));
      const { signIn } = createSignInWorld();
      await expect(signInAtOnce(signIn, targetAt(server.url), {}, abort.signal)).rejects.toBe(reason);
    }
  });

  it('before it began hears its own reason too', async () => {
    const server = await start();
    const reason = new Error('Enough');
    const begun = createSignInWorld().signIn.begin(targetAt(server.url), AbortSignal.abort(reason));
    await expect(begun).rejects.toBe(reason);
  });
});

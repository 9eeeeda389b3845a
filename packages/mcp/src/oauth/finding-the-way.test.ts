import { describe, expect, it } from 'vitest';
import { keepOpen } from '../__fixtures__/keep-open.ts';
import { createSignInWorld, redirectUri, signInAtOnce, targetAt } from './__fixtures__/create-sign-in-world.ts';
import { json, paths, startScriptedServer } from './__fixtures__/start-scripted-server.ts';
import type { Script } from './__fixtures__/start-scripted-server.ts';
import { mcpClientMetadataDocument } from './client-metadata-document.ts';

const signal = AbortSignal.timeout(120_000);
const keep = keepOpen();
const start = async (given?: Parameters<typeof startScriptedServer>[0]) => keep(await startScriptedServer(given));

const notFound: Script = (response) => response.writeHead(404).end();
const page: Script = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>An app</html>');

function metadata(origin: string, path = '') {
  return {
    issuer: `${origin}${path}`,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    registration_endpoint: `${origin}/register`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    jwks_uri: `${origin}/jwks`,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    revocation_endpoint: `${origin}/revoke`,
  };
}

describe('finding the authorization server', () => {
  it.each([
    ['/.well-known/oauth-authorization-server/tenant'],
    ['/.well-known/openid-configuration/tenant'],
    ['/tenant/.well-known/openid-configuration'],
  ])('reads %s for an issuer with a path', async (path) => {
    const server = await start((origin) => ({
      resource: { authorization_servers: [`${origin}/tenant`] },
      scripts: { [paths.oauth]: notFound, [path]: json(metadata(origin, '/tenant')) },
    }));
    const { signIn } = createSignInWorld();
    await signInAtOnce(signIn, targetAt(server.url));
    expect(await signIn.token(targetAt(server.url), signal)).toBe('access');
    expect(server.count(paths.oauth)).toBe(0);
  });

  it.each([
    ['OpenID Connect alone', notFound],
    ['OpenID Connect behind an app that answers everything', page],
  ])('knows %s, and how to revoke there', async (_what, script) => {
    const server = await start((origin) => ({
      scripts: { [paths.oauth]: script, [paths.openid]: json(metadata(origin)) },
    }));
    const { signIn } = createSignInWorld();
    await signInAtOnce(signIn, targetAt(server.url));
    await signIn.signOut('protected', 'ann');
    expect(server.count(paths.revoke)).toBe(2);
  });

  it('asks where the challenge says, and for the scope it names', async () => {
    const server = await start((origin) => ({
      scripts: {
        [paths.mcp]: (response) =>
          response
            .writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${origin}/elsewhere", scope="a b"` })
            .end(),
        [paths.resource]: notFound,
        '/elsewhere': json({ resource: `${origin}/mcp`, authorization_servers: [origin], scopes_supported: ['c'] }),
      },
    }));
    const asked = await signInAtOnce(createSignInWorld().signIn, targetAt(server.url));
    expect(asked.get('scope')).toBe('a b');
    expect(server.count(paths.resource)).toBe(0);
  });

  it('does not ask one address for what another wanted', async () => {
    const old = await start();
    const current = await start((origin) => ({ resource: { resource: origin, authorization_servers: [old.origin] } }));
    const { signIn } = createSignInWorld();
    await signInAtOnce(signIn, targetAt(old.url, { scope: 'anything' }));
    await signIn.challenged(targetAt(old.url), 'Bearer scope="everything"', signal);
    const asked = await signInAtOnce(signIn, targetAt(current.url));
    expect(asked.has('scope')).toBe(false);
  });

  it('asks for all that was missing since the last sign-in, whatever else happened meanwhile', async () => {
    const server = await start();
    const { signIn } = createSignInWorld();
    const target = targetAt(server.url, { scope: 'read' });
    await signInAtOnce(signIn, target);
    await signIn.challenged(target, 'Bearer error="insufficient_scope", scope="write"', signal);
    await signIn.challenged(target, 'Bearer error="insufficient_scope", scope="delete"', signal);
    await signIn.challenged(target, 'Bearer error="invalid_token", scope="read"', signal);
    const asked = await signInAtOnce(signIn, target);
    expect(asked.get('scope')).toBe('read write delete');
  });

  it('asks for no scope that is none, nor for a flood of them', async () => {
    for (const scope of ['"', 'x'.repeat(5000), Array.from({ length: 3000 }, (_, index) => `s${index}`).join(' ')]) {
      const server = await start();
      const { signIn } = createSignInWorld();
      await signIn.challenged(targetAt(server.url), `Bearer scope="${scope}"`, signal);
      expect((await signInAtOnce(signIn, targetAt(server.url))).has('scope')).toBe(false);
    }
  });

  it('asks for what the metadata name without a challenge, and for nothing when they name nothing', async () => {
    const naming = await start(() => ({ resource: { scopes_supported: ['c', 'd'] } }));
    expect((await signInAtOnce(createSignInWorld().signIn, targetAt(naming.url))).get('scope')).toBe('c d');
    const silent = await start();
    expect((await signInAtOnce(createSignInWorld().signIn, targetAt(silent.url))).has('scope')).toBe(false);
  });

  it('goes to the root for the metadata of a resource, as MCP allows', async () => {
    const server = await start((origin) => ({
      scripts: {
        [paths.resource]: notFound,
        [paths.rootResource]: json({ resource: origin, authorization_servers: [origin] }),
      },
    }));
    const asked = await signInAtOnce(createSignInWorld().signIn, targetAt(server.url));
    expect(asked.get('resource')).toBe(server.origin);
  });

  it('takes a server that knows no resource metadata for its own authorization server', async () => {
    for (const script of [notFound, page]) {
      const server = await start(() => ({ scripts: { [paths.resource]: script } }));
      const asked = await signInAtOnce(createSignInWorld().signIn, targetAt(server.url));
      expect(asked.get('resource')).toBe(server.url);
    }
  });

  it('sends the resource exactly as published, in every request, unless that is switched off', async () => {
    const server = await start((origin) => ({ resource: { resource: origin } }));
    const { signIn, clock } = createSignInWorld();
    const target = targetAt(server.url);
    const asked = await signInAtOnce(signIn, target);
    clock.now += 3_600_000;
    await signIn.token(target, signal);
    const sent = server.requests.filter(({ path }) => path === paths.token).map(({ body }) => body.get('resource'));
    expect([asked.get('resource'), ...sent]).toEqual([server.origin, server.origin, server.origin]);

    const without = await signInAtOnce(createSignInWorld().signIn, targetAt(server.url, { sendResource: false }));
    expect(without.has('resource')).toBe(false);
  });

  it('discovers nothing when the addresses are set by hand', async () => {
    const server = await start(() => ({ scripts: { [paths.resource]: notFound, [paths.oauth]: notFound } }));
    const target = targetAt(server.url, {
      clientId: 'by-hand',
      authorizationServer: { authorizationUrl: `${server.origin}/authorize`, tokenUrl: `${server.origin}/token` },
    });
    const { signIn } = createSignInWorld();
    await signInAtOnce(signIn, target, { iss: 'https://whatever.example' });
    expect(await signIn.token(target, signal)).toBe('access');
    expect(server.requests.map(({ path }) => path)).toEqual([paths.mcp, paths.token]);
  });
});

describe('being known to the authorization server', () => {
  const clientMetadataUrl = 'https://chat.example/api/mcp/oauth/client.json';

  it('goes by its own metadata document where that is supported', async () => {
    const server = await start(() => ({ metadata: { client_id_metadata_document_supported: true } }));
    const { signIn } = createSignInWorld({ clientMetadataUrl });
    const asked = await signInAtOnce(signIn, targetAt(server.url));
    expect(asked.get('client_id')).toBe(clientMetadataUrl);
    expect(server.count(paths.register)).toBe(0);
    const document = mcpClientMetadataDocument({ clientMetadataUrl, clientName: 'Parley', redirectUri });
    expect(document).toMatchObject({
      client_id: clientMetadataUrl,
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
    });
  });

  it.each([
    ['it is not supported', false, clientMetadataUrl],
    ['its own document is not served over https', true, 'http://127.0.0.1:3090/api/mcp/oauth/client.json'],
  ])('registers when %s', async (_why, isSupported, url) => {
    const server = await start(() => ({ metadata: { client_id_metadata_document_supported: isSupported } }));
    const asked = await signInAtOnce(createSignInWorld({ clientMetadataUrl: url }).signIn, targetAt(server.url));
    expect(asked.get('client_id')).toBe('registered');
  });

  it('goes by a client that was set by hand before all else', async () => {
    const server = await start(() => ({ metadata: { client_id_metadata_document_supported: true } }));
    const { signIn } = createSignInWorld({ clientMetadataUrl });
    const asked = await signInAtOnce(signIn, targetAt(server.url, { clientId: 'by-hand' }));
    expect(asked.get('client_id')).toBe('by-hand');
  });

  it('registers anew when the authorization server has forgotten it', async () => {
    const server = await start(() => ({ scripts: { [paths.token]: json({ error: 'invalid_client' }, 401) } }));
    const { signIn } = createSignInWorld();
    for (const registrations of [1, 2]) {
      await expect(signInAtOnce(signIn, targetAt(server.url))).rejects.toMatchObject({ code: 'exchange-failed' });
      expect(server.count(paths.register)).toBe(registrations);
    }
  });

  it('registers anew when nobody ever comes back with the client it has', async () => {
    const server = await start();
    const { signIn } = createSignInWorld();
    for (let attempt = 0; attempt < 6; attempt += 1) await signIn.begin(targetAt(server.url), signal);
    expect(server.count(paths.register)).toBe(2);
    for (let attempt = 0; attempt < 6; attempt += 1) await signInAtOnce(signIn, targetAt(server.url));
    expect(server.count(paths.register)).toBe(2);
  });

  it('registers anew when its secret has expired', async () => {
    const { signIn, clock } = createSignInWorld();
    const expires = Math.floor(clock.now / 1000) + 3600;
    const registered = { client_id: 'c', client_secret: 's', client_secret_expires_at: expires, redirect_uris: [] };
    const server = await start(() => ({
      metadata: { token_endpoint_auth_methods_supported: ['client_secret_post'] },
      scripts: { [paths.register]: json(registered) },
    }));
    await signInAtOnce(signIn, targetAt(server.url));
    expect(server.requests.at(-1)?.body.get('client_secret')).toBe('s');
    clock.now += 3_600_001;
    await signInAtOnce(signIn, targetAt(server.url));
    expect(server.count(paths.register)).toBe(2);
  });

  it('registers anew for scopes it did not name at first', async () => {
    const server = await start();
    const { signIn } = createSignInWorld();
    for (const scope of ['read', 'read', 'read write', 'write'])
      await signIn.begin(targetAt(server.url, { scope }), signal);
    expect(server.count(paths.register)).toBe(2);
  });
});

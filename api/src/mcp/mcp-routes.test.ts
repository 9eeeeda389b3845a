import { mcpRoutes, problemDocumentSchema } from '@parley/contracts';
import type { McpServerSettings, McpServerView, Route, RouteArguments, RouteOutput } from '@parley/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { TestUser } from '../test-client.ts';
import { serversOf } from './__fixtures__/config-server.ts';
import { startEchoServer } from './__fixtures__/echo-server.ts';
import type { EchoServer } from './__fixtures__/echo-server.ts';
import { run, startMcpInstall, toolsOf } from './__fixtures__/mcp-install.ts';
import type { McpInstall } from './__fixtures__/mcp-install.ts';
import { startProtectedServer } from './__fixtures__/protected-server.ts';
import type { ProtectedServer } from './__fixtures__/protected-server.ts';

let echo: EchoServer;
let other: EchoServer;
let guarded: ProtectedServer;
let install: McpInstall;
let ada: TestUser;
let bob: TestUser;

beforeAll(async () => {
  [echo, other, guarded] = await Promise.all([startEchoServer(), startEchoServer(), startProtectedServer()]);
  install = await startMcpInstall({
    allowedAddresses: [echo.host, other.host],
    servers: serversOf({
      team: { url: echo.url, title: 'Team', headers: { 'X-Person': '{{LIBRECHAT_USER_EMAIL}}' } },
      own: {
        url: echo.url,
        headers: { Authorization: 'Bearer {{API_TOKEN}}' },
        customUserVars: { API_TOKEN: { title: 'API token', description: 'From your settings' } },
      },
      guarded: { url: guarded.url, title: 'Guarded', requiresOAuth: true },
      surprising: { url: guarded.url, title: 'Surprising', startup: false },
    }),
  });
});
beforeEach(async () => {
  ada = await install.person('Ada');
  bob = await install.person('Bob');
});
afterAll(async () => {
  await install.close();
  await Promise.all([echo.close(), other.close(), guarded.close()]);
});

/** Sends what must succeed, and yields its answer. */
async function ask<R extends Route>(route: R, input: RouteArguments<R>, as?: TestUser): Promise<RouteOutput<R>>;
async function ask(route: Route, input: object, as?: TestUser): Promise<unknown> {
  const response = await install.send(route, input, as);
  const body = await response.text();
  expect(`${response.status} ${response.ok ? '' : body}`).toBe(`${route.status} `);
  return route.response === undefined ? undefined : z.core.parse(route.response, JSON.parse(body));
}

async function problemOf<R extends Route>(route: R, input: RouteArguments<R>, as?: TestUser) {
  const response = await install.send(route, input, as);
  return problemDocumentSchema.parse(await response.json());
}

const settings = (change: Partial<McpServerSettings> = {}): McpServerSettings => ({
  title: 'My notes',
  description: 'Notes of mine',
  url: echo.url,
  transport: 'streamable-http',
  auth: { kind: 'api-key', key: 'key-of-ada', scheme: 'bearer' },
  ...change,
});

async function add(change: Partial<McpServerSettings> = {}): Promise<McpServerView> {
  return await ask(mcpRoutes.create, { body: settings(change) }, ada);
}

async function sentBy(person: TestUser, name: string): Promise<Record<string, string>> {
  const { tools } = await toolsOf(install, person, [`mcp/${name}/who`]);
  const { output } = await run(tools.get(`${name}__who`), person);
  return z.record(z.string(), z.string()).parse(JSON.parse(output));
}

async function signIn(person: TestUser, name: string): Promise<McpServerView> {
  const { authorizationUrl } = await ask(mcpRoutes.signIn, params(name), person);
  const query = guarded.agree(authorizationUrl, person.user.name).toString();
  return await ask(mcpRoutes.finishSignIn, { ...params(name), body: { query } }, person);
}

const params = (name: string) => ({ params: { name } });

describe('the servers of librechat.yaml', () => {
  it('are everybody’s, and nobody’s to change', async () => {
    const { items } = await ask(mcpRoutes.list, {}, bob);
    expect(items.map(({ name, origin, myRole, auth, state }) => [name, origin, myRole, auth, state])).toEqual([
      ['team', 'config', 'viewer', 'none', 'idle'],
      ['own', 'config', 'viewer', 'none', 'variables-needed'],
      ['guarded', 'config', 'viewer', 'oauth', 'sign-in-needed'],
      ['surprising', 'config', 'viewer', 'none', 'idle'],
    ]);
    expect(items.every(({ url }) => url === undefined)).toBe(true);
    const answers = [
      await problemOf(mcpRoutes.settings, params('team'), bob),
      await problemOf(mcpRoutes.update, { ...params('team'), body: settings() }, bob),
      await problemOf(mcpRoutes.remove, params('team'), bob),
    ];
    expect(answers.map(({ code }) => code)).toEqual(['forbidden', 'forbidden', 'forbidden']);
  });

  it('are tested on demand', async () => {
    const tested = await ask(mcpRoutes.test, params('team'), ada);
    expect(tested).toMatchObject({ software: 'echo 1.2.3', server: { state: 'connected', toolCount: 8 } });
    const { items } = await ask(mcpRoutes.tools, params('team'), ada);
    expect(items[0]).toMatchObject({ ref: 'mcp/team/who', title: 'Who am I?', effect: 'ask' });
  });

  it('are told who asks, each for themselves', async () => {
    expect(await sentBy(ada, 'team')).toMatchObject({ 'x-person': ada.user.email });
    expect(await sentBy(bob, 'team')).toMatchObject({ 'x-person': bob.user.email });
  });
});

describe('what people fill in', () => {
  it('is asked for, kept to themselves, and never shown again', async () => {
    const { notices } = await toolsOf(install, ada, ['mcp/own']);
    expect(notices).toEqual([
      'own needs something of you before its tools can be used: API token. Fill it in under MCP servers.',
    ]);
    const set = await ask(
      mcpRoutes.setVariables,
      { ...params('own'), body: { values: { API_TOKEN: 'secret-of-ada' } } },
      ada,
    );
    expect(set.variables).toMatchObject([{ name: 'API_TOKEN', isSet: true, sensitive: true }]);
    expect(JSON.stringify(set)).not.toContain('secret-of-ada');
    await ask(mcpRoutes.setVariables, { ...params('own'), body: { values: { API_TOKEN: 'secret-of-bob' } } }, bob);
    expect((await sentBy(ada, 'own'))['authorization']).toBe('Bearer secret-of-ada');
    expect((await sentBy(bob, 'own'))['authorization']).toBe('Bearer secret-of-bob');
    await ask(mcpRoutes.setVariables, { ...params('own'), body: { values: { API_TOKEN: 'new-secret-of-ada' } } }, ada);
    expect((await sentBy(ada, 'own'))['authorization']).toBe('Bearer new-secret-of-ada');
    const traces = await install.traces();
    for (const secret of ['secret-of-ada', 'new-secret-of-ada', 'secret-of-bob']) expect(traces).not.toContain(secret);
  });

  it('may be the address, but not one that only the admin may reach', async () => {
    const servers = serversOf({
      fixed: { url: other.url },
      chosen: { url: '{{BASE}}/mcp', customUserVars: { BASE: { title: 'Address' } } },
    });
    const choose = async (BASE: string) => {
      await ask(mcpRoutes.setVariables, { ...params('chosen'), body: { values: { BASE } } }, ada);
      return (await ask(mcpRoutes.test, params('chosen'), ada)).server;
    };
    await install.restart({ servers, allowedAddresses: [echo.host] });
    expect(await choose(` http://${echo.host}\n`)).toMatchObject({ state: 'connected' });
    expect(await choose(`http://${other.host}`)).toMatchObject({
      state: 'failing',
      trouble: '“127.0.0.1” is not on the public internet. An admin can allow it.',
    });
    expect(await choose('file:///etc')).toMatchObject({ state: 'variables-needed' });
    expect((await ask(mcpRoutes.test, params('fixed'), ada)).server.state).toBe('connected');
    await install.restart();
  });

  it('can be taken back, and must belong to the server', async () => {
    await ask(mcpRoutes.setVariables, { ...params('own'), body: { values: { API_TOKEN: 'secret-of-ada' } } }, ada);
    const gone = await ask(mcpRoutes.setVariables, { ...params('own'), body: { values: { API_TOKEN: '' } } }, ada);
    expect(gone.state).toBe('variables-needed');
    const body = { values: { PATH: '/' } };
    expect(await problemOf(mcpRoutes.setVariables, { ...params('own'), body }, ada)).toMatchObject({
      code: 'invalid-request',
      issues: [{ path: 'body.values.PATH' }],
    });
  });
});

describe('a server of somebody', () => {
  it('is theirs, and works with its key', async () => {
    const added = await add();
    expect(added).toMatchObject({ title: 'My notes', origin: 'user', myRole: 'owner', url: echo.url, auth: 'api-key' });
    expect(added.name).toMatch(/^my-notes(-\w+)?$/);
    const tested = await ask(mcpRoutes.test, params(added.name), ada);
    expect(tested.server).toMatchObject({ state: 'connected', toolCount: 8 });
    expect((await sentBy(ada, added.name))['authorization']).toBe('Bearer key-of-ada');
    const { tools } = await toolsOf(install, ada, [`mcp/${added.name}`]);
    expect([...tools.values()].every(({ spec }) => !spec.isTrusted)).toBe(true);
    expect(await install.traces()).not.toContain('key-of-ada');
  });

  it('does not exist for anybody else, until it is shared', async () => {
    const { name } = await add();
    const { items } = await ask(mcpRoutes.list, {}, bob);
    expect(items.map((item) => item.name)).not.toContain(name);
    const answers = [
      await problemOf(mcpRoutes.settings, params(name), bob),
      await problemOf(mcpRoutes.update, { ...params(name), body: settings() }, bob),
      await problemOf(mcpRoutes.remove, params(name), bob),
      await problemOf(mcpRoutes.test, params(name), bob),
      await problemOf(mcpRoutes.tools, params(name), bob),
      await problemOf(mcpRoutes.setVariables, { ...params(name), body: { values: {} } }, bob),
      await problemOf(mcpRoutes.signIn, params(name), bob),
      await problemOf(mcpRoutes.signOut, params(name), bob),
      await problemOf(mcpRoutes.finishSignIn, { ...params(name), body: { query: '' } }, bob),
    ];
    expect(new Set(answers.map(({ code }) => code))).toEqual(new Set(['mcp-server-not-found']));
    expect((await toolsOf(install, bob, [`mcp/${name}`])).notices).toEqual([
      `The MCP server “${name}” does not exist, or is not shared with you.`,
    ]);

    await install.share(name, bob, 'viewer');
    const shared = await ask(mcpRoutes.test, params(name), bob);
    expect(shared.server).toMatchObject({ myRole: 'viewer', state: 'connected' });
    expect(shared.server.url).toBeUndefined();
    expect((await problemOf(mcpRoutes.settings, params(name), bob)).code).toBe('forbidden');
    expect((await problemOf(mcpRoutes.remove, params(name), bob)).code).toBe('forbidden');
  });

  it('never shows its key, and keeps it when it is changed', async () => {
    const { name } = await add();
    const shown = await ask(mcpRoutes.settings, params(name), ada);
    expect(shown.auth).toEqual({ kind: 'api-key', scheme: 'bearer' });
    const change = settings({ title: 'Notes', auth: { kind: 'api-key', scheme: 'header', header: 'X-Key' } });
    expect(await ask(mcpRoutes.update, { ...params(name), body: change }, ada)).toMatchObject({ name, title: 'Notes' });
    expect(await sentBy(ada, name)).toMatchObject({ 'x-key': 'key-of-ada' });
  });

  it('does not send its key to an address that an editor enters', async () => {
    const { name } = await add();
    await install.share(name, bob, 'editor');
    const body = settings({ url: other.url, auth: { kind: 'api-key', scheme: 'bearer' } });
    expect(await problemOf(mcpRoutes.update, { ...params(name), body }, bob)).toMatchObject({
      code: 'invalid-request',
      issues: [{ path: 'body.auth.key', message: 'Please enter the key' }],
    });
    expect(JSON.stringify(other.requests)).not.toContain('key-of-ada');
  });

  it('fills in nothing: its texts are sent as they are', async () => {
    const { name } = await add({
      auth: { kind: 'api-key', key: '{{LIBRECHAT_USER_EMAIL}} ${PATH}', scheme: 'bearer' },
    });
    expect((await sentBy(ada, name))['authorization']).toBe('Bearer {{LIBRECHAT_USER_EMAIL}} ${PATH}');
  });

  it('may not be at a private address, nor at one with a password in it', async () => {
    for (const url of ['http://127.0.0.1:9/mcp', 'http://[::1]/mcp', 'http://169.254.169.254/mcp', guarded.url]) {
      expect((await problemOf(mcpRoutes.create, { body: settings({ url }) }, ada)).code).toBe('address-not-allowed');
    }
    const url = echo.url.replace('http://', 'http://ada:secret@');
    expect((await problemOf(mcpRoutes.create, { body: settings({ url }) }, ada)).code).toBe('invalid-request');
  });

  it('that fails says why, and is no error of ours', async () => {
    const closed = await startEchoServer();
    await closed.close();
    await install.restart({ allowedAddresses: [closed.host, echo.host] });
    const { name } = await add({ url: closed.url });
    const tested = await ask(mcpRoutes.test, params(name), ada);
    expect(tested.server).toMatchObject({
      state: 'failing',
      trouble: 'The server cannot be reached.',
      toolCount: null,
    });
    expect(tested.software).toBeUndefined();
    await install.restart();
  });

  it('leaves nothing but its name, which nobody gets again', async () => {
    const { name } = await add({ title: 'Passing' });
    await toolsOf(install, ada, [`mcp/${name}`]);
    expect(await install.stored()).toContain(`${name}@`);
    await ask(mcpRoutes.remove, params(name), ada);
    expect(await install.stored()).not.toContain(`${name}@`);
    expect((await problemOf(mcpRoutes.tools, params(name), ada)).code).toBe('mcp-server-not-found');
    expect(install.forgotten).toContain(`mcp/${name}/`);
    const again = await add({ title: 'Passing' });
    expect(again.name).not.toBe(name);
    await ask(mcpRoutes.remove, params(again.name), ada);
  });
});

it('leaves servers to admins where the operator says so', async () => {
  const servers = serversOf({ team: { url: echo.url } });
  await install.restart({ servers, forAdmins: { use: false, create: true } });
  expect((await problemOf(mcpRoutes.create, { body: settings() }, bob)).code).toBe('forbidden');
  expect((await ask(mcpRoutes.list, {}, bob)).items).toHaveLength(1);
  await install.restart({ servers, forAdmins: { use: true, create: false } });
  expect((await ask(mcpRoutes.list, {}, bob)).items).toEqual([]);
  expect((await toolsOf(install, bob, ['mcp/team'])).tools.size).toBe(0);
  expect((await problemOf(mcpRoutes.test, params('team'), bob)).code).toBe('mcp-server-not-found');
  await install.restart();
});

describe('signing in', () => {
  it('is asked for before a call, and nobody uses what is somebody else’s', async () => {
    expect((await toolsOf(install, ada, ['mcp/guarded'])).notices).toEqual([
      'Sign in to Guarded under MCP servers to use its tools.',
    ]);
    expect(await signIn(ada, 'guarded')).toMatchObject({ isSignedIn: true, auth: 'oauth' });
    expect((await sentBy(ada, 'guarded'))['authorization']).toMatch(/^Bearer token-of-Ada-/);
    expect((await ask(mcpRoutes.test, params('guarded'), bob)).server).toMatchObject({
      state: 'sign-in-needed',
      isSignedIn: false,
      toolCount: null,
    });
    await signIn(bob, 'guarded');
    expect((await sentBy(bob, 'guarded'))['authorization']).toMatch(/^Bearer token-of-Bob-/);
    const traces = await install.traces();
    for (const token of guarded.tokens.keys()) expect(traces).not.toContain(token);
  });

  it('is a question of the call when it has been lost meanwhile', async () => {
    await signIn(ada, 'guarded');
    const { tools } = await toolsOf(install, ada, ['mcp/guarded/who']);
    const tool = tools.get('guarded__who');
    const input = {};
    const signal = AbortSignal.timeout(10_000);
    expect(await tool?.inputNeeded?.(input, signal)).toBeUndefined();
    guarded.revokeAll();
    const { output } = await run(tool, ada, input, {
      answer: async (request) => {
        expect(request).toMatchObject({ kind: 'sign-in', source: { id: 'guarded', title: 'Guarded' } });
        await signIn(ada, 'guarded');
        return { kind: 'accept' };
      },
    });
    expect(output).toContain('token-of-Ada');
    await ask(mcpRoutes.signOut, params('guarded'), ada);
    expect(await tool?.inputNeeded?.(input, signal)).toMatchObject({ kind: 'sign-in', source: { id: 'guarded' } });
  });

  it('shows when a server asks for it that did not say so', async () => {
    expect((await ask(mcpRoutes.test, params('surprising'), ada)).server).toMatchObject({
      auth: 'oauth',
      state: 'sign-in-needed',
    });
    await signIn(ada, 'surprising');
    expect((await sentBy(ada, 'surprising'))['authorization']).toMatch(/^Bearer token-of-Ada-/);
    expect((await ask(mcpRoutes.test, params('surprising'), bob)).server.state).toBe('sign-in-needed');
  });

  it('goes back to the app with what came, and nowhere else', async () => {
    const query = '?code=a&state=b&redirect=https://evil.example';
    const response = await fetch(`${install.url}/api/mcp/guarded/oauth/callback${query}`, { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe(`/mcp/sign-in/guarded${query}`);
    const odd = await fetch(`${install.url}/api/mcp/%2f%2fevil.example/oauth/callback`, { redirect: 'manual' });
    expect(odd.status).toBe(400);
  });

  it('counts once, in time, and only for who began it', async () => {
    const begin = async () => (await ask(mcpRoutes.signIn, params('guarded'), ada)).authorizationUrl;
    const finish = async (query: string, as = ada, name = 'guarded') =>
      await problemOf(mcpRoutes.finishSignIn, { ...params(name), body: { query } }, as);

    const stolen = guarded.agree(await begin(), 'Mallory').toString();
    expect(await finish(stolen, bob)).toMatchObject({ code: 'sign-in-failed' });
    expect(await finish(stolen)).toMatchObject({ code: 'sign-in-failed' });

    const query = guarded.agree(await begin(), 'Ada').toString();
    await ask(mcpRoutes.finishSignIn, { ...params('guarded'), body: { query } }, ada);
    expect(await finish(query)).toMatchObject({ code: 'sign-in-failed' });

    const mixedUp = guarded.agree(await begin(), 'Ada');
    mixedUp.set('iss', 'https://evil.example');
    expect(await finish(mixedUp.toString())).toMatchObject({ code: 'sign-in-failed' });
    expect(await finish('code=a&state=invented')).toMatchObject({ code: 'sign-in-failed' });
    expect(await finish('error=access_denied&state=invented')).toMatchObject({ code: 'sign-in-failed' });
    expect(await finish(query, ada, 'nowhere')).toMatchObject({ code: 'mcp-server-not-found' });
    expect(await problemOf(mcpRoutes.signIn, params('own'), ada)).toMatchObject({ code: 'sign-in-failed' });
  });

  it('tells authorization servers who we are', async () => {
    const response = await install.send(mcpRoutes.clientMetadata, params('guarded'));
    expect(await response.json()).toMatchObject({
      client_name: 'Parley under test',
      redirect_uris: ['http://localhost:3080/api/mcp/guarded/oauth/callback'],
    });
  });
});

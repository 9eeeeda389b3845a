import { once } from 'node:events';
import { createServer } from 'node:http';
import { actionRoutes, apiKeyRoutes } from '@parley/contracts';
import type { ActionSet, ActionSetSettings } from '@parley/contracts';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';

const app = await startTestApp();
const api = createServer((_request, response) => response.end('{}'));
api.listen(0, '127.0.0.1');
await once(api, 'listening');
const address = api.address();
const serverUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

let ada: TestUser;
let grace: TestUser;
afterAll(async () => {
  api.close();
  await app.close();
});
beforeEach(async () => {
  ada = await app.register();
  grace = await app.register();
});

const specification = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'Weather', version: '1' },
  servers: [{ url: serverUrl }],
  paths: { '/now': { get: { operationId: 'now', summary: 'The weather now' }, delete: { operationId: 'forget' } } },
});
const settings: ActionSetSettings = {
  title: 'Weather',
  specification,
  enabled: ['now'],
  auth: { kind: 'bearer', secret: 'very secret' },
};

async function create(body = settings, as = ada): Promise<ActionSet> {
  const response = await app.send(actionRoutes.create, { body }, as);
  expect(response.status).toBe(201);
  return actionRoutes.create.response.parse(await response.json());
}

async function answer(response: Response): Promise<[number, unknown]> {
  const text = await response.text();
  return [response.status, text === '' ? undefined : JSON.parse(text)];
}

describe('action sets', () => {
  it('show what a description offers before anything is saved', async () => {
    const response = await app.send(actionRoutes.inspect, { body: { specification } }, ada);
    expect(await answer(response)).toMatchObject([
      200,
      { title: 'Weather', serverUrl, operations: [{ operationId: 'now' }, { operationId: 'forget' }], leftOut: [] },
    ]);
  });

  it.each(['https://', 'http://[::1', 'https://name:password@api.example/'])('are not called at “%s”', async (url) => {
    const body = { ...settings, specification: specification.replace(serverUrl, url) };
    const response = await app.send(actionRoutes.create, { body }, ada);
    expect(await answer(response)).toMatchObject([
      400,
      { code: 'invalid-request', issues: [{ path: 'body.serverUrl' }] },
    ]);
  });

  it('belong to who made them, and nobody else knows them', async () => {
    const set = await create();
    expect(set).toMatchObject({ title: 'Weather', serverUrl, auth: 'bearer', myRole: 'owner' });
    expect(await answer(await app.send(actionRoutes.list, {}, ada))).toMatchObject([200, { items: [{ id: set.id }] }]);
    expect(await answer(await app.send(actionRoutes.list, {}, grace))).toEqual([200, { items: [] }]);
    const params = { params: { id: set.id } };
    for (const attempt of [
      app.send(actionRoutes.settings, params, grace),
      app.send(actionRoutes.update, { ...params, body: settings }, grace),
      app.send(actionRoutes.remove, params, grace),
    ]) {
      expect(await answer(await attempt)).toMatchObject([404, { code: 'action-set-not-found' }]);
    }
  });

  it('never give their secret back, and keep it when nothing else is said', async () => {
    const { id } = await create();
    const read = await app.send(actionRoutes.settings, { params: { id } }, ada);
    const text = await read.text();
    expect(text).not.toContain('very secret');
    const kept = { ...settings, title: 'Weather 2', auth: { kind: 'bearer' } } satisfies ActionSetSettings;
    const changed = await app.send(actionRoutes.update, { params: { id }, body: kept }, ada);
    expect(await answer(changed)).toMatchObject([200, { title: 'Weather 2', auth: 'bearer' }]);
  });

  it('want their secret again when they are to call another address', async () => {
    const { id } = await create();
    const moved = {
      ...settings,
      serverUrl: 'https://evil.example',
      auth: { kind: 'bearer' },
    } satisfies ActionSetSettings;
    const response = await app.send(actionRoutes.update, { params: { id }, body: moved }, ada);
    expect(await answer(response)).toMatchObject([400, { issues: [{ path: 'body.auth.secret' }] }]);
  });

  it.each([
    ['a private address', { serverUrl: 'http://10.0.0.1' }, 403, 'address-not-allowed'],
    ['an operation that is not there', { enabled: ['now', 'later'] }, 400, 'invalid-request'],
    ['no secret', { auth: { kind: 'bearer' } }, 400, 'invalid-request'],
    ['a header that is none', { auth: { kind: 'header', secret: 's', header: 'X Key' } }, 400, 'invalid-request'],
    ['no description', { specification: 'nothing' }, 400, 'invalid-request'],
  ] as const)('are refused with %s', async (_label, extra, status, code) => {
    const body = { ...settings, ...extra } as ActionSetSettings;
    expect(await answer(await app.send(actionRoutes.create, { body }, ada))).toMatchObject([status, { code }]);
  });

  it('go with everything that belongs to them', async () => {
    const { id } = await create();
    expect((await app.send(actionRoutes.remove, { params: { id } }, ada)).status).toBe(204);
    expect(await answer(await app.send(actionRoutes.list, {}, ada))).toEqual([200, { items: [] }]);
  });
});

describe('keys for programs', () => {
  it('show their secret once, belong to one person, and end at once', async () => {
    const body = { name: 'Script', scopes: ['agents:run' as const], days: 30 };
    const [status, made] = await answer(await app.send(apiKeyRoutes.create, { body }, ada));
    expect(status).toBe(201);
    const { key, secret } = apiKeyRoutes.create.response.parse(made);
    expect(secret).toMatch(/^parley-[\w-]{43}$/);
    const [, listed] = await answer(await app.send(apiKeyRoutes.list, {}, ada));
    expect(listed).toEqual({ items: [key] });
    expect(JSON.stringify(listed)).not.toContain(secret);
    expect(await answer(await app.send(apiKeyRoutes.list, {}, grace))).toEqual([200, { items: [] }]);
    const params = { params: { id: key.id } };
    expect(await answer(await app.send(apiKeyRoutes.remove, params, grace))).toMatchObject([404, {}]);
    expect((await app.send(apiKeyRoutes.remove, params, ada)).status).toBe(204);
    expect(await answer(await app.send(apiKeyRoutes.remove, params, ada))).toMatchObject([
      404,
      { code: 'api-key-not-found' },
    ]);
  });
});

import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { startTestGateway } from '../testing/start-test-gateway.ts';
import type { TestGateway } from '../testing/start-test-gateway.ts';

let gateway: TestGateway;
afterEach(() => gateway.close());

const messages = [{ role: 'user', content: 'hello' }];

/** `fetch` does not let a test choose `Host` and `Origin`. */
function get(
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${gateway.url}${path}`, { headers, method }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    });
    request.on('error', reject).end();
  });
}

describe('the routes', () => {
  test.each(['/', '/health', '/v1', '/v1/', '/v1/health'])('%s says that it is there', async (path) => {
    gateway = await startTestGateway({});
    const response = await fetch(gateway.url + path);
    expect([response.status, await response.json()]).toMatchObject([200, { status: 'ok' }]);
    expect((await get(path, {}, 'HEAD')).status).toBe(200);
  });

  test.each(['/models', '/v1/models', '/v1/models?limit=3', '/v1/models/'])('%s lists the models', async (path) => {
    gateway = await startTestGateway({});
    expect(await (await fetch(gateway.url + path)).json()).toMatchObject({
      object: 'list',
      data: [{ id: 'chat-fast', object: 'model' }, { id: 'chat-quality' }, { id: 'guide' }],
    });
  });

  test('one model can be asked for', async () => {
    gateway = await startTestGateway({});
    expect(await (await fetch(`${gateway.url}/v1/models/guide`)).json()).toMatchObject({
      id: 'guide',
      object: 'model',
    });
    expect((await fetch(`${gateway.url}/v1/models/nothing%2Fhere%`)).status).toBe(404);
  });

  test('completions answer without the prefix, too, and echo the request id', async () => {
    gateway = await startTestGateway({});
    const response = await fetch(`${gateway.url}/chat/completions`, {
      method: 'POST',
      headers: { 'x-request-id': 'mine' },
      body: JSON.stringify({ model: 'guide', messages }),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-request-id')).toBe('mine');
    expect((await get('/', {})).headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
  });
});

describe('requests that cannot be served', () => {
  test.each([
    ['not JSON', '{"model":', 400, null],
    ['a list', '[]', 400, null],
    ['no model', JSON.stringify({ messages }), 400, 'model'],
    ['an empty model', JSON.stringify({ model: '', messages }), 400, 'model'],
    ['no messages', JSON.stringify({ model: 'guide' }), 400, 'messages'],
    ['empty messages', JSON.stringify({ model: 'guide', messages: [] }), 400, 'messages'],
    [
      'a message without a role',
      JSON.stringify({ model: 'guide', messages: [{ content: 'x' }] }),
      400,
      'messages.0.role',
    ],
    [
      'content of another kind',
      JSON.stringify({ model: 'guide', messages: [{ role: 'user', content: 5 }] }),
      400,
      'messages.0.content',
    ],
    [
      'a role nobody has',
      JSON.stringify({ model: 'guide', messages: [{ role: 'wizard', content: 'x' }] }),
      400,
      'messages.0.role',
    ],
    ['several answers of a model that gives one', JSON.stringify({ model: 'guide', messages, n: 2 }), 400, 'n'],
    ['stream that is no boolean', JSON.stringify({ model: 'guide', messages, stream: 'yes' }), 400, 'stream'],
    ['an unknown model', JSON.stringify({ model: 'gpt-99', messages }), 404, 'model'],
    ['an unknown provider', JSON.stringify({ model: 'acme/x', messages }), 404, 'model'],
    ['nothing', '', 400, null],
  ])('%s is refused with the field at fault', async (_name, body, expected, param) => {
    gateway = await startTestGateway({});
    const response = await gateway.post(body);
    const { error } = (await response.json()) as { error: Record<string, unknown> };
    expect(response.status).toBe(expected);
    expect(String(error['message'])).not.toContain('Invalid input');
    expect(error).toMatchObject({
      type: 'invalid_request_error',
      param,
      message: expect.any(String),
      code: expect.any(String),
    });
  });

  test('an unknown model is told the known ones', async () => {
    gateway = await startTestGateway({});
    const text = await (await gateway.post({ model: 'gpt-99', messages })).text();
    for (const known of ['chat-fast', 'chat-quality', 'guide', 'model_not_found']) expect(text).toContain(known);
  });

  test('unknown paths, doubled /v1 and wrong methods are told apart', async () => {
    gateway = await startTestGateway({});
    expect((await get('/nowhere', {})).status).toBe(404);
    expect(await (await fetch(`${gateway.url}/v1/v1/models`)).text()).toContain('twice');
    const wrong = await get('/v1/chat/completions', {});
    expect([wrong.status, wrong.headers['allow']]).toEqual([405, 'POST']);
    expect((await get('/v1/models', {}, 'OPTIONS')).status).toBe(405);
  });

  test('a body above 20 MB is refused, announced or not', async () => {
    gateway = await startTestGateway({});
    const body = 'x'.repeat(21 * 1024 * 1024);
    expect((await gateway.post(body)).status).toBe(413);
    const chunks = new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode(body));
        controller.close();
      },
    });
    const init = { method: 'POST', body: chunks, duplex: 'half' } as const;
    expect((await fetch(`${gateway.url}/v1/chat/completions`, init)).status).toBe(413);
    expect((await gateway.post({ model: 'guide', messages })).status).toBe(200);
  });
});

async function status(headers: Record<string, string>): Promise<number> {
  return (await get('/v1/models', headers)).status;
}

describe('who may call', () => {
  test('without keys, pages of other machines and rebound names are refused', async () => {
    gateway = await startTestGateway({ GATEWAY_ALLOWED_HOSTS: 'gateway.home' });
    expect(await status({ origin: 'https://evil.example' })).toBe(403);
    expect(await status({ origin: 'null' })).toBe(403);
    expect(await status({ host: 'evil.example' })).toBe(403);
    expect(await status({ host: 'localhost.evil.example:8081' })).toBe(403);
    expect(await status({ origin: 'http://localhost:5173' })).toBe(200);
    expect(await status({ origin: 'http://[::1]:80' })).toBe(200);
    for (const host of ['localhost:8081', '127.0.0.1', '[::1]:8081', 'host.docker.internal:1', 'gateway.home']) {
      expect(await status({ host })).toBe(200);
    }
  });

  test('no answer carries CORS headers', async () => {
    gateway = await startTestGateway({});
    const { headers } = await get('/v1/models', { origin: 'http://localhost:5173' });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('with keys, one of them must be sent, whatever the host is called', async () => {
    gateway = await startTestGateway({ GATEWAY_API_KEYS: 'first, second' });
    expect(await status({})).toBe(401);
    expect(await status({ authorization: 'Bearer third' })).toBe(401);
    expect(await status({ authorization: 'Bearer second', host: 'gateway:8081' })).toBe(200);
    expect(await status({ 'x-api-key': 'first' })).toBe(200);
    expect((await get('/health', {})).status).toBe(200);
  });
});

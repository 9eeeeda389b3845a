import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runCli, startCli } from '../testing/cli-process.ts';
import type { CliServer } from '../testing/cli-process.ts';
import { textOf } from '../testing/sse-reader.ts';
import { readPrometheusText, totalOf } from './testing/read-prometheus-text.ts';

// Each test starts processes of its own.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let server: CliServer | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-process-'));
});
afterEach(async () => {
  await server?.stop('SIGKILL');
  server = undefined;
  await rm(folder, { recursive: true });
});

const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
const body = JSON.stringify({ model: 'guide', messages: [{ role: 'user', content: 'count to 5' }] });

function ask({ url }: CliServer, secret?: string): Promise<Response> {
  const headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
  return fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
}

describe('who may call', () => {
  test('anybody with any key on loopback, as long as no key is configured', async () => {
    server = await startCli(folder);
    expect((await ask(server)).status).toBe(200);
    expect((await ask(server, 'dummy')).status).toBe(200);
  });

  test('nobody with another key once there is one, also where it comes later', async () => {
    await write('gateway.yaml', 'models: { one: guide }\n');
    server = await startCli(folder, [], { HOT_RELOAD_DEBOUNCE_MS: '20' });
    const running = server;
    expect((await ask(running, 'dummy')).status).toBe(200);
    await write('gateway.yaml', 'keys: [{ key: the-real-key }]\n');
    await vi.waitFor(async () => expect((await ask(running, 'dummy')).status).toBe(401), 10_000);
    expect((await ask(running, 'the-real-key')).status).toBe(200);
  });

  test.each([
    ['0.0.0.0', []],
    ['::', []],
    ['0.0.0.0', ['--workers', '2']],
  ])('is not left open at %s without keys %j', async (host, more) => {
    const { code, err } = await runCli(folder, ['start', '--host', host, '--port', '0', ...more], {
      OLLAMA_ENDPOINT: 'off',
    });
    expect(code).toBe(1);
    expect(err).toContain('GATEWAY_API_KEYS');
    expect(err).not.toContain('    at ');
  });

  test('is not opened by a reload either', async () => {
    await write('gateway.yaml', 'keys: [{ key: the-real-key }]\n');
    server = await startCli(folder, ['--host', '0.0.0.0'], { HOT_RELOAD_DEBOUNCE_MS: '20' });
    const running = { ...server, url: server.url.replace('0.0.0.0', '127.0.0.1') };
    await write('gateway.yaml', 'models: { one: guide }\n');
    await vi.waitFor(() => expect(running.err()).toContain('must have keys'), 10_000);
    expect((await ask(running, 'dummy')).status).toBe(401);
    expect((await ask(running, 'the-real-key')).status).toBe(200);
  });
});

test('a stop lets every stream end whole, in all workers', async () => {
  server = await startCli(folder, ['--workers', '2'], { GUIDE_TOKEN_DELAY_MS: '10' });
  const { url } = server;
  const streams = await Promise.all(
    Array.from({ length: 8 }, () =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { connection: 'close' },
        body: JSON.stringify({ model: 'guide', stream: true, messages: [{ role: 'user', content: 'count to 80' }] }),
      }),
    ),
  );
  const stopped = server.stop();
  for (const text of await Promise.all(streams.map((stream) => stream.text()))) {
    expect(textOf(text)).toMatch(/79 80$/);
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
  }
  expect(await stopped).toEqual([0, null]);
});

test('a reload in all workers keeps their streams', async () => {
  await write('gateway.yaml', 'models: { one: guide }\n');
  server = await startCli(folder, ['--workers', '2'], { GUIDE_TOKEN_DELAY_MS: '20', HOT_RELOAD_DEBOUNCE_MS: '20' });
  const { url } = server;
  const post = (model: string, text: string, stream: boolean): Promise<Response> =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { connection: 'close' },
      body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: text }] }),
    });
  const streams = await Promise.all(Array.from({ length: 6 }, () => post('one', 'count to 120', true)));
  await write('gateway.yaml', 'models: { two: guide }\n');
  await vi.waitFor(async () => {
    const asked = await Promise.all(Array.from({ length: 6 }, () => post('two', 'count to 1', false)));
    expect(asked.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 200));
  }, 20_000);
  for (const text of await Promise.all(streams.map((stream) => stream.text()))) {
    expect(textOf(text)).toMatch(/119 120$/);
    expect(text).toContain('data: [DONE]');
  }
});

test('workers are counted together, in both forms of the metrics', async () => {
  await write('gateway.yaml', 'admin: { token: boss }\n');
  server = await startCli(folder, ['--workers', '2'], { GUIDE_TOKEN_DELAY_MS: '0' });
  const { url } = server;
  const post = () =>
    fetch(`${url}/v1/chat/completions`, { method: 'POST', headers: { connection: 'close' }, body }).then((response) =>
      response.text(),
    );
  await Promise.all(Array.from({ length: 20 }, post));
  for (let look = 0; look < 4; look += 1) {
    const headers = { connection: 'close' };
    const json = await (await fetch(`${url}/metrics`, { headers })).json();
    expect(json).toMatchObject({ requests: { total: 20, errors: 0, active: 0 } });
    const text = await (await fetch(`${url}/metrics`, { headers: { ...headers, accept: 'text/plain' } })).text();
    const families = readPrometheusText(text);
    expect(totalOf(families, 'http_requests_total')).toBe(20);
    expect(totalOf(families, 'http_request_duration_ms')).toBe(20);
  }
});

test('check shows no secret, wherever it was written', async () => {
  const secrets = ['sk-openai-0123456789', 'gateway-key-0123456789', 'yaml-key-0123456789', 'aws-secret-0123456789'];
  await write('.env', `OPENAI_API_KEY=${secrets[0]}\nGATEWAY_API_KEYS=${secrets[1]}\n`);
  await write(
    'gateway.yaml',
    `providers:
  mine: { dialect: openai-chat, baseUrl: "http://user:${secrets[2]}@h:1/v1" }
  bedrock: { aws: { region: us-east-1, accessKeyId: AKIAIOSFODNN7EXAMPLE, secretAccessKey: "${secrets[3]}" } }
keys: [{ key: "${secrets[2]}" }]
`,
  );
  const { out, err } = await runCli(folder, ['check']);
  for (const secret of secrets) expect(out + err).not.toContain(secret);
  expect(out).not.toContain('AKIAIOSFODNN7EXAMPLE');
});

test('the digest of the admin token can come from the environment', async () => {
  const digest = createHash('sha256').update('boss').digest('hex');
  server = await startCli(folder, [], { GATEWAY_ADMIN_TOKEN_SHA256: digest });
  const reload = (headers: Record<string, string>) =>
    fetch(`${server?.url}/v1/admin/reload`, { method: 'POST', headers });
  expect((await reload({})).status).toBe(401);
  expect((await reload({ authorization: 'Bearer boss' })).status).toBe(200);
});

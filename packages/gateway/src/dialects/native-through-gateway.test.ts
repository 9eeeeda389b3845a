import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { providerRows } from '../catalog/providers.ts';
import type { Provider } from '../core/gateway-config.ts';
import { startScriptedUpstream } from '../testing/scripted-upstream.ts';
import type { ScriptedUpstream } from '../testing/scripted-upstream.ts';
import { startTestGateway } from '../testing/start-test-gateway.ts';
import type { TestGateway } from '../testing/start-test-gateway.ts';

const streamed = readFileSync(new URL('./google-generative/__fixtures__/tool.sse', import.meta.url));
const whole = `{ "candidates" : [{"content":{"parts":[{"text":"Hi."}],"role":"model"},"finishReason":"STOP"}], "later": 1.0 }`;
const ndjson = readFileSync(new URL('./ollama-chat/__fixtures__/text.ndjson', import.meta.url));
const events = readFileSync(new URL('./bedrock-converse/__fixtures__/text.bin', import.meta.url));

let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeEach(async () => {
  upstream = await startScriptedUpstream(({ request: { url = '' }, response }) => {
    if (url.includes(':streamGenerateContent')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(streamed);
    } else if (url.includes(':generateContent')) {
      response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8' }).end(whole);
    } else if (url.endsWith('/api/chat')) {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(ndjson);
    } else {
      response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' }).end(events);
    }
  });
  const origin = upstream.baseUrl.replace(/\/v1$/, '');
  const aws = { region: 'us-east-1', accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-access-key' };
  const providers: Provider[] = [
    provider('google', { baseUrl: `${origin}/v1beta`, keys: ['google-key-1'] }),
    provider('vertex', { baseUrl: `${origin}/v1`, keys: ['vertex-key-1'] }),
    provider('project', {
      baseUrl: `${origin}/v1`,
      keys: ['access-token-1'],
      keyHeader: 'authorization',
      quirks: {
        path: '/projects/p/locations/global/publishers/google/models/{model}:streamGenerateContent?alt=sse',
      },
    }),
    provider('bedrock', { dialect: 'bedrock-converse', baseUrl: origin, aws }),
    provider('ollama', { dialect: 'ollama-chat', baseUrl: `${origin}/v1`, quirks: { keepAlive: '5m' } }),
  ];
  gateway = await startTestGateway({}, [], undefined, { providers });
});

afterEach(async () => {
  await gateway.close();
  await upstream.close();
});

function provider(name: string, more: Partial<Provider>): Provider {
  const row = Object.entries(providerRows).find(([key]) => key === name)?.[1] ?? providerRows.google;
  return { ...row, name, keys: [], presence: 'configured', isPreferenceExplicit: false, ...more };
}

async function ask(path: string, body = '{ "contents": [{"parts":[{"text":"Hi"}]}], "later": 1.0 }') {
  const answer = await fetch(gateway.url + path, { method: 'POST', body });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}

describe('a client of Google at Google', () => {
  test.each(['/v1', '/v1beta', ''])('hears and is heard byte for byte below "%s"', async (version) => {
    const stream = await ask(`${version}/models/google/gemini-2.5-flash:streamGenerateContent?alt=sse`);
    expect(stream).toMatchObject({ status: 200, text: streamed.toString() });
    expect(stream.type).toContain('text/event-stream');
    const answer = await ask(`${version}/models/google/gemini-2.5-flash:generateContent`);
    expect(answer).toMatchObject({ status: 200, text: whole });
    expect(upstream.exchanges.map(({ request }) => request.url)).toEqual([
      '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
      '/v1beta/models/gemini-2.5-flash:generateContent',
    ]);
    expect(upstream.exchanges[0]?.request.headers).toMatchObject({ 'x-goog-api-key': 'google-key-1' });
    expect(upstream.exchanges.every(({ body }) => body.includes('"later": 1.0'))).toBe(true);
  });

  test('gets a list where it does not ask for events', async () => {
    const answer = await ask('/v1beta/models/google/gemini-2.5-flash:streamGenerateContent');
    expect(answer).toMatchObject({ status: 200, text: `[${whole}]` });
    expect(answer.type).toContain('application/json');
  });

  test('is told in its own words what is wrong', async () => {
    const answer = await ask('/v1beta/models/google/gemini-2.5-flash:generateContent', '{"contents":[]}');
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 400, status: 'INVALID_ARGUMENT' } });
  });
});

test('Vertex is asked by its own path, with a key or with a token', async () => {
  await ask('/v1/models/vertex/gemini-2.5-flash:streamGenerateContent?alt=sse');
  await ask('/v1/models/project/gemini-2.5-flash:generateContent');
  const [express, project] = upstream.exchanges.map(({ request }) => request);
  expect(express?.url).toBe('/v1/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse');
  expect(express?.headers['x-goog-api-key']).toBe('vertex-key-1');
  expect(project?.url).toBe(
    '/v1/projects/p/locations/global/publishers/google/models/gemini-2.5-flash:generateContent',
  );
  expect(project?.headers).toMatchObject({ authorization: 'Bearer access-token-1' });
});

test('Bedrock is asked with a signature', async () => {
  const answer = await gateway.post({
    model: 'bedrock/anthropic.claude-x-v1:0',
    messages: [{ role: 'user', content: 'Hi' }],
  });
  expect(answer.status).toBe(200);
  const [exchange] = upstream.exchanges;
  expect(exchange?.request.url).toBe('/model/anthropic.claude-x-v1%3A0/converse-stream');
  expect(exchange?.request.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/bedrock\//,
  );
});

test('Ollama is asked on its native side, whatever base was given, and refuses what it cannot take', async () => {
  const messages = [{ role: 'user', content: 'Hi' }];
  expect((await gateway.post({ model: 'ollama/qwen3', messages })).status).toBe(200);
  expect(upstream.exchanges[0]?.request.url).toBe('/api/chat');
  expect(JSON.parse(upstream.exchanges[0]?.body ?? '')).toMatchObject({
    model: 'qwen3',
    keep_alive: '5m',
    stream: true,
  });
  const image = { type: 'image_url', image_url: { url: 'https://example.org/a.png' } };
  const refused = await gateway.post({ model: 'ollama/qwen3', messages: [{ role: 'user', content: [image] }] });
  expect(refused.status).toBe(400);
  expect(upstream.exchanges.length).toBe(1);
});

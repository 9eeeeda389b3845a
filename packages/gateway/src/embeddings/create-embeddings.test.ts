import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import OpenAI, { APIError } from 'openai';
import { Agent } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toGatewayError, GatewayError } from '../core/gateway-error.ts';
import { silentLog } from '../core/gateway-log.ts';
import type { Target } from '../core/provider-strategy.ts';
import { createOpenAiChatFace } from '../dialects/openai-chat/face.ts';
import { sendError } from '../server/send-error.ts';
import { startScriptedUpstream } from '../testing/scripted-upstream.ts';
import type { ScriptedUpstream, UpstreamScript } from '../testing/scripted-upstream.ts';
import { createEmbeddings } from './create-embeddings.ts';
import { createHttpEmbedder } from './http-embedder.ts';

const timeouts = { connect: 1000, headers: 5000, content: 5000, idle: 5000 };
const dispatcher = new Agent();
let script: UpstreamScript = () => undefined;
let upstream: ScriptedUpstream;
let server: Server;
let openai: OpenAI;
let target: Target;

beforeAll(async () => {
  upstream = await startScriptedUpstream((exchange) => script(exchange));
  const answer = createEmbeddings({
    dispatcher,
    log: silentLog,
    targetOf: async (model) => {
      if (model === 'unknown') throw new GatewayError('model-not-found', { message: 'There is no such model.' });
      return target;
    },
  });
  server = createServer((request, response) => {
    const exchange = {
      request,
      response,
      requestId: 'r',
      startedAt: 0,
      scope: { caller: '' },
      face: createOpenAiChatFace(),
      headers: {},
      signal: new AbortController().signal,
    };
    answer(exchange).catch((error: unknown) => sendError(exchange, toGatewayError(error)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  openai = new OpenAI({ apiKey: 'any', baseURL: `http://127.0.0.1:${port}`, maxRetries: 0 });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await upstream.close();
  await dispatcher.destroy();
});
afterEach(() => {
  script = () => undefined;
});

function aim(rest: Partial<Target>): void {
  target = {
    provider: 'Up',
    providerName: 'up',
    baseUrl: upstream.baseUrl,
    model: 'small',
    timeouts,
    apiKey: 'k',
    ...rest,
  };
}
const lastCall = () => upstream.exchanges.at(-1);
const lastBody = (): unknown => JSON.parse(lastCall()?.body ?? '{}');

describe('POST /v1/embeddings', () => {
  it('passes on what an OpenAI-compatible provider says, byte by byte', async () => {
    aim({});
    const said =
      '{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-1.25]}],"model":"small","usage":{"prompt_tokens":3,"total_tokens":3},"x_more":1}';
    script = ({ response }) => response.end(said);
    const answer = await fetch(openai.baseURL, { method: 'POST', body: '{"model":"m","input":"hello","user":"u"}' });
    expect(await answer.text()).toBe(said);
    expect(answer.headers.get('x-parley-model')).toBe('small');
    expect(lastCall()?.request.url).toBe('/v1/embeddings');
    expect(lastCall()?.request.headers.authorization).toBe('Bearer k');
    expect(lastBody()).toEqual({ model: 'small', input: 'hello', user: 'u' });
  });

  it('gives the SDK its base64 although the provider knows floats only', async () => {
    aim({});
    script = ({ response }) =>
      response.end(
        '{"data":[{"index":1,"embedding":[3,4]},{"index":0,"embedding":[0.5,-1.25]}],"usage":{"prompt_tokens":3}}',
      );
    const { data, usage } = await openai.embeddings.create({ model: 'm', input: ['a', 'b'] });
    expect(data.map(({ embedding }) => [...embedding])).toEqual([
      [0.5, -1.25],
      [3, 4],
    ]);
    expect(usage.prompt_tokens).toBe(3);
  });

  it('gives floats although the provider sends base64', async () => {
    aim({});
    const embedding = Buffer.from(new Uint8Array(new Float32Array([0.5, -1.25]).buffer)).toString('base64');
    script = ({ response }) => response.end(JSON.stringify({ data: [{ index: 0, embedding }] }));
    const { data } = await openai.embeddings.create({ model: 'm', input: 'a', encoding_format: 'float' });
    expect(data[0]?.embedding).toEqual([0.5, -1.25]);
  });

  it('asks Ollama in its own words', async () => {
    aim({ dialect: 'ollama-chat' });
    script = ({ response }) => response.end('{"embeddings":[[1,0],[0,1]],"prompt_eval_count":7}');
    const { data, usage } = await openai.embeddings.create({ model: 'm', input: ['a', 'b'], dimensions: 2 });
    expect(data.map(({ embedding }) => [...embedding])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(usage).toEqual({ prompt_tokens: 7, total_tokens: 7 });
    expect(lastCall()?.request.url).toBe('/api/embed');
    expect(lastBody()).toEqual({ model: 'small', input: ['a', 'b'], dimensions: 2 });
  });

  it('asks Google in its own words', async () => {
    aim({ dialect: 'google-generative', model: 'gemini-embedding-001' });
    script = ({ response }) => response.end('{"embeddings":[{"values":[1,0]}]}');
    const { data, model } = await openai.embeddings.create({ model: 'm', input: 'a text', dimensions: 2 });
    expect([...(data[0]?.embedding ?? [])]).toEqual([1, 0]);
    expect(model).toBe('gemini-embedding-001');
    expect(lastCall()?.request.url).toBe('/v1/models/gemini-embedding-001:batchEmbedContents');
    expect(lastCall()?.request.headers['x-goog-api-key']).toBe('k');
    expect(lastCall()?.request.headers.authorization).toBeUndefined();
    expect(lastBody()).toEqual({
      requests: [
        { model: 'models/gemini-embedding-001', content: { parts: [{ text: 'a text' }] }, outputDimensionality: 2 },
      ],
    });
  });

  it('finds the embeddings beside the chat completions of a provider with paths of its own', async () => {
    aim({ quirks: { path: '/openai/deployments/{model}/chat/completions?api-version=1' }, keyHeader: 'api-key' });
    script = ({ response }) => response.end('{"data":[{"index":0,"embedding":[1]}]}');
    await openai.embeddings.create({ model: 'm', input: 'a' });
    expect(lastCall()?.request.url).toBe('/v1/openai/deployments/small/embeddings?api-version=1');
    expect(lastCall()?.request.headers['api-key']).toBe('k');
  });

  it('tries a provider once more that stumbled', async () => {
    aim({});
    let tries = 0;
    script = ({ response }) => {
      tries += 1;
      if (tries === 1) response.writeHead(500).end('{"error":{"message":"oops"}}');
      else response.end('{"data":[{"index":0,"embedding":[1]}]}');
    };
    await openai.embeddings.create({ model: 'm', input: 'a' });
    expect(tries).toBe(2);
  });

  it('has an embedder of its own that calls nobody', async () => {
    const before = upstream.exchanges.length;
    const { data } = await openai.embeddings.create({
      model: 'parley/hash-embedder',
      input: ['a cat', 'a cat', 'dogs'],
    });
    expect(data[0]?.embedding).toEqual(data[1]?.embedding);
    expect(data[0]?.embedding).not.toEqual(data[2]?.embedding);
    expect(upstream.exchanges.length).toBe(before);
  });

  it.each([
    ['{', 400, null],
    ['[]', 400, null],
    ['{"input":"a"}', 400, 'model'],
    ['{"model":"m"}', 400, 'input'],
    ['{"model":"m","input":""}', 400, 'input'],
    ['{"model":"m","input":[]}', 400, 'input'],
    ['{"model":"m","input":["a",""]}', 400, 'input.1'],
    ['{"model":"m","input":{"a":1}}', 400, 'input'],
    ['{"model":"m","input":"a","encoding_format":"hex"}', 400, 'encoding_format'],
    [JSON.stringify({ model: 'm', input: Array(2049).fill('a') }), 400, 'input'],
    ['{"model":"unknown","input":"a"}', 404, null],
  ])('refuses %s', async (body, status, param) => {
    aim({});
    const answer = await fetch(openai.baseURL, { method: 'POST', body });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { message: expect.any(String), param } });
  });

  it.each([
    [429, '{"error":{"message":"slow down","code":"rate_limit_exceeded"}}', 'rate_limit_exceeded'],
    [200, '{"nothing":1}', 'upstream_error'],
    [200, 'garbage', 'upstream_error'],
  ])('tells in OpenAI’s shape of an upstream that says %i %s', async (status, said, code) => {
    aim({});
    script = ({ response }) => response.writeHead(status, { 'content-type': 'application/json' }).end(said);
    const error: unknown = await openai.embeddings
      .create({ model: 'm', input: 'a' })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ code });
  });

  it.each(['anthropic-messages', 'bedrock-converse', 'guide'] as const)('says that %s has none', async (dialect) => {
    aim({ dialect });
    await expect(openai.embeddings.create({ model: 'm', input: 'a' })).rejects.toMatchObject({ status: 400 });
  });
});

describe('the embedder of a target', () => {
  it('gives vectors of length 1', async () => {
    aim({});
    script = ({ response }) => response.end('{"data":[{"index":0,"embedding":[3,4]}]}');
    const embedder = createHttpEmbedder({ id: 'up/small', target: async () => target, dispatcher });
    const [vector] = await embedder.embed(['a'], new AbortController().signal);
    expect([...(vector ?? [])].map((value) => Math.round(value * 10) / 10)).toEqual([0.6, 0.8]);
  });

  it('rejects when a vector is missing', async () => {
    aim({});
    script = ({ response }) => response.end('{"data":[{"index":0,"embedding":[3,4]}]}');
    const embedder = createHttpEmbedder({ id: 'up/small', target: async () => target, dispatcher });
    await expect(embedder.embed(['a', 'b'], new AbortController().signal)).rejects.toThrow(GatewayError);
  });
});

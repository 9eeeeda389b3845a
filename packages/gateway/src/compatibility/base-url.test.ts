import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI, { APIError } from 'openai';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TestGateway } from '../testing/start-test-gateway.ts';
import { startCompatibleUpstream } from './testing/compatible-upstream.ts';
import type { CompatibleUpstream } from './testing/compatible-upstream.ts';
import { startYamlGateway } from './testing/start-yaml-gateway.ts';

let upstream: CompatibleUpstream;
let gateway: TestGateway;
let openai: OpenAI;

beforeEach(async () => {
  upstream = await startCompatibleUpstream();
  gateway = await startYamlGateway(`
providers:
  openai: { baseUrl: "${upstream.baseUrl}", key: sk-upstream }
  groq: { baseUrl: "${upstream.baseUrl}", key: gsk-upstream }
models:
  gpt-alias: groq/large
keys: [{ id: ada, key: sk-of-ada }]
`);
  openai = new OpenAI({ apiKey: 'sk-of-ada', baseURL: gateway.url, maxRetries: 0 });
});
afterEach(async () => {
  await gateway.close();
  await upstream.close();
});

const messages = [{ role: 'user' as const, content: 'Hello' }];

describe('who comes from LiteLLM or Portkey changes the base URL', () => {
  test.each(['openai/small', 'openai:small'])('and keeps model names such as %s', async (model) => {
    const completion = await openai.chat.completions.create({ model, messages });
    expect(completion.choices[0]?.message.content).toBe('Hello, world');
    expect(upstream.asked()).toMatchObject([{ model: 'small', key: 'sk-upstream' }]);
  });

  test('and keeps names with several slashes', async () => {
    await openai.chat.completions.create({ model: 'groq/meta-llama/llama-4', messages });
    expect(upstream.asked()).toMatchObject([{ model: 'meta-llama/llama-4', key: 'gsk-upstream' }]);
  });

  test('and streams with usage, with the extras LiteLLM takes', async () => {
    const ofLiteLlm = { tags: ['team-a'], num_retries: 2, drop_params: true };
    const stream = openai.chat.completions.stream({
      ...ofLiteLlm,
      model: 'gpt-alias',
      messages,
      stream_options: { include_usage: true },
      user: 'ada',
      metadata: { generation_name: 'test', trace_id: 't-1' },
      store: false,
    });
    const completion = await stream.finalChatCompletion();
    expect(completion.choices[0]?.message.content).toBe('Hello, world');
    expect(completion.usage?.total_tokens).toBe(5);
    expect(upstream.asked()).toMatchObject([{ model: 'large', key: 'gsk-upstream', body: { user: 'ada' } }]);
  });

  test('and sends the headers of Portkey without harm', async () => {
    const portkey = new OpenAI({
      apiKey: 'sk-of-ada',
      baseURL: `${gateway.url}/v1`,
      maxRetries: 0,
      defaultHeaders: {
        'x-portkey-api-key': 'pk-1',
        'x-portkey-provider': 'openai',
        'x-portkey-metadata': '{"_user":"ada"}',
        'x-portkey-trace-id': 't-1',
      },
    });
    await portkey.chat.completions.create({ model: 'openai/small', messages });
    const sent = upstream.exchanges.at(-1)?.request.headers ?? {};
    expect(Object.keys(sent).filter((name) => name.startsWith('x-portkey'))).toEqual([]);
    expect(JSON.stringify(sent)).not.toContain('sk-of-ada');
  });

  test('and embeds, one text or several', async () => {
    const one = await openai.embeddings.create({ model: 'openai/small', input: 'Hello', encoding_format: 'float' });
    expect(one.data[0]?.embedding).toEqual([0.25, -0.5]);
    const two = await openai.embeddings.create({
      model: 'openai/small',
      input: ['Hello', 'world'],
      encoding_format: 'float',
    });
    expect(two.data).toHaveLength(2);
    expect(upstream.asked().map(({ model }) => model)).toEqual(['small', 'small']);
  });

  test('and lists models, with aliases and provider/model names', async () => {
    const ids = (await openai.models.list()).data.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['gpt-alias', 'openai/small', 'groq/large']));
    expect((await openai.models.retrieve('openai/small')).id).toBe('openai/small');
  });

  test('and lists them for the clients of other vendors as well', async () => {
    const anthropic = new Anthropic({ apiKey: 'sk-of-ada', baseURL: gateway.url, maxRetries: 0 });
    const listed: string[] = [];
    for await (const { id } of anthropic.models.list()) listed.push(id);
    expect(listed).toContain('openai/small');
    const google = new GoogleGenAI({ apiKey: 'sk-of-ada', httpOptions: { baseUrl: gateway.url } });
    const named: (string | undefined)[] = [];
    for await (const { name } of await google.models.list()) named.push(name);
    expect(named).toContain('models/openai/small');
    expect((await google.models.get({ model: 'openai/small' })).name).toBe('models/openai/small');
  });

  test('and hears errors as those of OpenAI', async () => {
    const wrongKey = new OpenAI({ apiKey: 'sk-wrong', baseURL: gateway.url, maxRetries: 0 });
    await expect(wrongKey.models.list()).rejects.toMatchObject({ status: 401 });
    const unknown = await openai.chat.completions
      .create({ model: 'nobody', messages })
      .catch((error: unknown) => error);
    expect(unknown).toBeInstanceOf(APIError);
    expect(unknown).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
    upstream.fail(401);
    const upstreamKey = await openai.chat.completions
      .create({ model: 'openai/small', messages })
      .catch((error: unknown) => error);
    expect(upstreamKey).toMatchObject({ status: 401 });
    expect(JSON.stringify(upstreamKey)).not.toContain('sk-upstream');
  });
});

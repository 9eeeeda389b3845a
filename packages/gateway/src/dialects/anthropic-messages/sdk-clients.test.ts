import Anthropic, { APIError, BadRequestError, NotFoundError } from '@anthropic-ai/sdk';
import { createAnthropic } from '@ai-sdk/anthropic';
import { generateText, jsonSchema, streamText } from 'ai';
import type { ToolSet } from 'ai';
import { afterEach, describe, expect, test } from 'vitest';
import { playStories, recordedStream, startDialectGateway } from '../../testing/start-dialect-gateway.ts';
import type { DialectGateway } from '../../testing/start-dialect-gateway.ts';
import type { TestGateway } from '../../testing/start-test-gateway.ts';
import { story } from '../../testing/story.ts';

const weather = {
  name: 'get_weather',
  description: 'The weather of a city',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } } },
};
const hello = [{ role: 'user' as const, content: 'Hello' }];

let stage: DialectGateway;
let gateway: TestGateway;
let client: Anthropic;

async function start(...[dialect, script]: Parameters<typeof startDialectGateway>): Promise<void> {
  stage = await startDialectGateway(dialect, script);
  ({ gateway } = stage);
  client = new Anthropic({ apiKey: 'any', baseURL: gateway.url, maxRetries: 0 });
}

const countHello = () =>
  client.messages.countTokens({ model: 'up/claude', messages: hello, system: 'Be brief.' }).withResponse();

describe('the official Anthropic SDK', () => {
  afterEach(() => stage.close());

  test('gives thinking back with a tool result to the vendor it came from, whoever that is', async () => {
    await start('openai-responses');
    const first = await client.messages
      .stream({ model: 'up/reasoning', max_tokens: 500, messages: hello })
      .finalMessage();
    expect(first.content[0]).toMatchObject({ type: 'thinking', thinking: story.reasoning.reasoning });
    const { content } = await client.messages.create({
      model: 'up/tool',
      max_tokens: 500,
      tools: [weather],
      messages: [...hello, { role: 'assistant', content: first.content }, { role: 'user', content: 'And?' }],
    });
    expect(stage.lastBody().input[1]).toEqual({
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: story.reasoning.reasoning }],
      encrypted_content: story.reasoning.signature,
    });
    const call = content.find((block) => block.type === 'tool_use');
    expect(call).toMatchObject({ name: 'get_weather', input: { city: 'Zürich', days: 2 } });
    await client.messages.create({
      model: 'up/text',
      max_tokens: 500,
      tools: [weather],
      messages: [
        ...hello,
        { role: 'assistant', content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: call?.id ?? '', content: 'sunny' }] },
      ],
    });
    expect(stage.lastBody().input.slice(1)).toMatchObject([
      { type: 'function_call', call_id: call?.id, name: 'get_weather' },
      { type: 'function_call_output', call_id: call?.id, output: 'sunny' },
    ]);
  });

  test('gets the bytes of its own dialect as they are, whole and streamed', async () => {
    const whole =
      '{ "id":"msg_1", "type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2},"new":1}';
    await start('anthropic-messages', ({ body, response }) => {
      const isStream = JSON.parse(body).stream === true;
      response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' });
      response.end(isStream ? recordedStream('anthropic-messages', 'hosted-tools') : whole);
    });
    const ask = async (body: object): Promise<string> => {
      const headers = { 'anthropic-beta': 'context-1m-2025-08-07', 'anthropic-version': '2023-06-01' };
      const sent = JSON.stringify({
        model: 'up/claude',
        max_tokens: 5,
        messages: hello,
        thinking: { type: 'new' },
        ...body,
      });
      const answer = await fetch(`${gateway.url}/v1/messages`, { method: 'POST', headers, body: sent });
      expect(stage.upstream.exchanges.at(-1)?.body).toBe(sent.replace('up/claude', 'claude'));
      return answer.text();
    };
    expect(await ask({})).toBe(whole);
    expect(await ask({ stream: true })).toBe(recordedStream('anthropic-messages', 'hosted-tools').toString());
    expect(stage.upstream.exchanges.at(-1)?.request.headers).toMatchObject({
      'x-api-key': 'upstream-key',
      'anthropic-beta': 'context-1m-2025-08-07',
    });
    expect(stage.upstream.exchanges.at(-1)?.request.headers).not.toHaveProperty('authorization');
  });

  test('sees typed errors before the stream and inside of it', async () => {
    await start('openai-chat', (exchange) => {
      if (exchange.body.includes('"error"')) playStories('openai-chat')(exchange);
      else exchange.response.writeHead(404).end('{"error":{"message":"no such model","code":"model_not_found"}}');
    });
    const ask = (model: string) => client.messages.stream({ model, max_tokens: 5, messages: hello }).finalMessage();
    await expect(ask('up/nope')).rejects.toBeInstanceOf(NotFoundError);
    const error = await ask('up/error').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(APIError);
    expect(error instanceof APIError && error.error).toMatchObject({ error: { type: 'overloaded_error' } });
    await expect(client.messages.create({ model: 'up/x', max_tokens: 5, messages: [] })).rejects.toBeInstanceOf(
      BadRequestError,
    );
  });

  test('sees a cut of its own bytes as an error, never as an end', async () => {
    const bytes = recordedStream('anthropic-messages', 'text');
    await start('anthropic-messages', ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(bytes.subarray(0, bytes.indexOf('Second')));
    });
    let text = '';
    const stream = client.messages.stream({ model: 'up/claude', max_tokens: 5, messages: hello });
    stream.on('text', (delta) => (text += delta));
    const error = await stream.finalMessage().catch((thrown: unknown) => thrown);
    expect(error instanceof APIError && error.error).toMatchObject({
      error: { type: 'api_error', code: 'stream_cut' },
    });
    expect(text).toBe('Hello, wörld! ');
  });

  test('counts tokens at an upstream of its dialect, and gets an estimate elsewhere', async () => {
    await start('anthropic-messages', ({ request, response }) => {
      if (request.url === '/v1/messages/count_tokens') response.end('{"input_tokens":42}');
      else response.writeHead(404).end();
    });
    const counted = await countHello();
    expect(counted.data).toEqual({ input_tokens: 42 });
    expect(counted.response.headers.get('x-parley-estimated')).toBeNull();
    expect(stage.lastBody().model).toBe('claude');
    await stage.close();
    await start('openai-chat');
    const estimated = await countHello();
    expect(estimated.response.headers.get('x-parley-estimated')).toBe('true');
    expect(estimated.data.input_tokens).toBe(4);
  });

  test('is told when a parameter found no place', async () => {
    await start('openai-chat');
    const { response } = await client.messages
      .create({ model: 'up/text', max_tokens: 5, messages: hello, container: 'c' })
      .withResponse();
    expect(response.headers.get('x-parley-dropped')).toContain('container');
  });
});

const model = (name: string) => createAnthropic({ apiKey: 'any', baseURL: `${gateway.url}/v1` })(name);

describe('the AI SDK with its Anthropic provider', () => {
  afterEach(() => stage.close());

  const tools = { get_weather: { inputSchema: jsonSchema({ type: 'object' }) } } as ToolSet;

  test.each(['openai-chat', 'openai-responses', 'anthropic-messages'] as const)(
    'reads answers of %s',
    async (dialect) => {
      await start(dialect);
      const streamed = streamText({ model: model('up/reasoning'), prompt: 'Go on.', maxRetries: 0 });
      expect(await streamed.text).toBe(story.reasoning.text);
      expect(await streamed.reasoningText).toBe(story.reasoning.reasoning);
      expect((await streamed.usage).outputTokens).toBe(story.reasoning.usage.output);
      const whole = await generateText({ model: model('up/parallel-tools'), prompt: 'Go on.', tools, maxRetries: 0 });
      expect(whole.text).toBe(story.parallelTools.text);
      expect(whole.toolCalls.map(({ toolName, input }) => ({ name: toolName, input }))).toEqual(
        story.parallelTools.calls.map(({ name, input }) => ({ name, input: JSON.parse(input) })),
      );
      expect(whole.finishReason).toBe('tool-calls');
    },
  );
});

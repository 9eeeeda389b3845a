import { createOpenAI } from '@ai-sdk/openai';
import { generateText, jsonSchema, streamText } from 'ai';
import type { ToolSet } from 'ai';
import { APIError, BadRequestError } from 'openai';
import type { OpenAI } from 'openai';
import { afterEach, describe, expect, test } from 'vitest';
import { recordedStream, startDialectGateway } from '../../testing/start-dialect-gateway.ts';
import type { DialectGateway } from '../../testing/start-dialect-gateway.ts';
import type { TestGateway } from '../../testing/start-test-gateway.ts';
import { story } from '../../testing/story.ts';

let stage: DialectGateway;
let gateway: TestGateway;

async function start(...[dialect, script]: Parameters<typeof startDialectGateway>): Promise<void> {
  stage = await startDialectGateway(dialect, script);
  ({ gateway } = stage);
}

describe('the official OpenAI SDK with Responses', () => {
  afterEach(() => stage.close());

  test('goes on from an earlier answer by its id, streamed or whole', async () => {
    await start('anthropic-messages');
    const { responses } = gateway.openai;
    const first = await responses.stream({ model: 'up/reasoning', input: 'First' }).finalResponse();
    expect(first.output_text).toBe(story.reasoning.text);
    const second = await responses.create({ model: 'up/text', input: 'Second', previous_response_id: first.id });
    await responses.create({ model: 'up/text', input: 'Third', previous_response_id: second.id });
    expect(stage.lastBody().messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'First' }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: story.reasoning.reasoning, signature: story.reasoning.signature },
          { type: 'text', text: story.reasoning.text },
        ],
      },
      { role: 'user', content: [{ type: 'text', text: 'Second' }] },
      { role: 'assistant', content: [{ type: 'text', text: story.text.text }] },
      { role: 'user', content: [{ type: 'text', text: 'Third' }] },
    ]);
    await expect(
      responses.create({ model: 'up/text', input: 'x', previous_response_id: 'resp_unknown' }),
    ).rejects.toBeInstanceOf(BadRequestError);
  });

  test('answers a call of an earlier answer', async () => {
    await start('openai-chat');
    const { responses } = gateway.openai;
    const tools = [{ type: 'function' as const, name: 'get_weather', parameters: {}, strict: false }];
    const first = await responses.create({ model: 'up/tool', input: 'Weather?', tools });
    const call = first.output.find((item) => item.type === 'function_call');
    expect(call?.arguments).toBe(story.tool.calls[0].input);
    const output = { type: 'function_call_output' as const, call_id: call?.call_id ?? '', output: 'sunny' };
    await responses.create({ model: 'up/text', input: [output], tools, previous_response_id: first.id });
    expect(stage.lastBody().messages.slice(1)).toMatchObject([
      { role: 'assistant', tool_calls: [{ id: call?.call_id, function: { arguments: story.tool.calls[0].input } }] },
      { role: 'tool', tool_call_id: call?.call_id, content: 'sunny' },
    ]);
  });

  test('gives signed thinking of another vendor back without any store', async () => {
    await start('anthropic-messages');
    const { responses } = gateway.openai;
    const first = await responses.create({ model: 'up/reasoning', input: 'First', store: false });
    const input = [
      { role: 'user' as const, content: 'First' },
      ...(first.output as OpenAI.Responses.ResponseInput),
      { role: 'user' as const, content: 'x' },
    ];
    await responses.create({ model: 'up/text', input, store: false });
    expect(stage.lastBody().messages[1].content[0]).toEqual({
      type: 'thinking',
      thinking: story.reasoning.reasoning,
      signature: story.reasoning.signature,
    });
  });

  test('gets the bytes of its own dialect as they are, whole and streamed', async () => {
    const whole =
      '{ "id":"resp_1", "object":"response","status":"completed","output":[{"id":"m","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"hi","annotations":[]}]}],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5},"new":1}';
    await start('openai-responses', ({ body, response }) => {
      const isStream = JSON.parse(body).stream === true;
      response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' });
      response.end(isStream ? recordedStream('openai-responses', 'hosted-tools') : whole);
    });
    const ask = async (body: object): Promise<string> => {
      const sent = JSON.stringify({ model: 'up/gpt', input: 'Hi', previous_response_id: 'resp_theirs', ...body });
      const answer = await fetch(`${gateway.url}/v1/responses`, { method: 'POST', body: sent });
      expect(stage.upstream.exchanges.at(-1)?.body).toBe(sent.replace('up/gpt', 'gpt'));
      return answer.text();
    };
    expect(await ask({})).toBe(whole);
    expect(await ask({ stream: true })).toBe(recordedStream('openai-responses', 'hosted-tools').toString());
    expect(stage.upstream.exchanges.at(-1)?.request.headers['authorization']).toBe('Bearer upstream-key');
  });

  test('sees a cut of its own bytes as an error, never as an end', async () => {
    const bytes = recordedStream('openai-responses', 'text');
    await start('openai-responses', ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(bytes.subarray(0, bytes.indexOf('Second')));
    });
    let text = '';
    const stream = gateway.openai.responses.stream({ model: 'up/gpt', input: 'Hi' });
    stream.on('response.output_text.delta', ({ delta }) => (text += delta));
    const error = await stream.finalResponse().catch((thrown: unknown) => thrown);
    expect(error instanceof APIError && error.code).toBe('stream_cut');
    expect(text).toBe('Hello, wörld! ');
  });

  test('sees an error in the middle of the stream', async () => {
    await start('openai-chat');
    const error = await gateway.openai.responses
      .stream({ model: 'up/error', input: 'x' })
      .finalResponse()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(APIError);
    expect(error instanceof APIError && error.code).toBe('overloaded_error');
  });
});

const model = (name: string) => createOpenAI({ apiKey: 'any', baseURL: `${gateway.url}/v1` })(name);

describe('the AI SDK with its OpenAI provider', () => {
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

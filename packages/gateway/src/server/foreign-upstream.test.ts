import { LLMock } from '@copilotkit/aimock';
import { APIError, RateLimitError } from 'openai';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestGateway } from '../testing/start-test-gateway.ts';
import type { TestGateway } from '../testing/start-test-gateway.ts';

const ask = (content: string, model = 'openai/gpt-4o') => ({ model, messages: [{ role: 'user' as const, content }] });

describe('aimock as a foreign upstream', () => {
  let upstream: LLMock;
  let gateway: TestGateway;

  beforeEach(async () => {
    upstream = new LLMock({ port: 0 });
    upstream.onMessage('hello', { content: 'Hello from far away, ümläut 🌍.' });
    upstream.onMessage(
      'cut',
      { content: 'This answer is cut in the middle of it all.' },
      { chunkSize: 4, truncateAfterChunks: 3 },
    );
    upstream.onMessage('tool', { toolCalls: [{ name: 'weather', arguments: '{"city":"Porto"}' }] });
    upstream.onMessage('think', { content: 'So it is.', reasoning: 'Let me think.' });
    await upstream.start();
    gateway = await startTestGateway({ OPENAI_API_KEY: 'sk-foreign-000000', OPENAI_REVERSE_PROXY: upstream.url });
  });
  afterEach(async () => {
    await gateway.close();
    await upstream.stop();
  });

  test('lists its models beside the logical ones', async () => {
    const ids = (await gateway.openai.models.list()).data.map(({ id }) => id);
    expect(ids.slice(0, 2)).toEqual(['chat-fast', 'chat-quality']);
    expect(ids.some((id) => id.startsWith('openai/'))).toBe(true);
    expect(ids).toContain('guide');
  });

  test('completes and streams under logical names', async () => {
    const whole = await gateway.openai.chat.completions.create(ask('hello', 'chat-fast'));
    expect(whole.choices[0]?.message.content).toBe('Hello from far away, ümläut 🌍.');
    const stream = await gateway.openai.chat.completions.create({ ...ask('hello', 'chat-quality'), stream: true });
    let text = '';
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
    expect(text).toBe('Hello from far away, ümläut 🌍.');
  });

  test('streams tool calls', async () => {
    const message = await gateway.openai.chat.completions.stream({ ...ask('tool') }).finalMessage();
    expect(message.tool_calls?.[0]).toMatchObject({ function: { name: 'weather', arguments: '{"city":"Porto"}' } });
  });

  test('is read as a library, with reasoning and usage', async () => {
    const request = {
      model: 'openai/gpt-4o',
      instructions: [],
      turns: [{ role: 'user' as const, parts: [{ type: 'text' as const, text: 'think' }] }],
      tools: [],
      sampling: {},
    };
    const types = new Map<string, string>();
    for await (const event of gateway.gateway.stream(request, new AbortController().signal)) {
      types.set(event.type, (types.get(event.type) ?? '') + ('text' in event ? event.text : ''));
    }
    expect(types.get('reasoning-delta')).toBe('Let me think.');
    expect(types.get('text-delta')).toBe('So it is.');
    expect([...types.keys()].slice(-2)).toEqual(['usage', 'finish']);
  });

  test('hands on 429 with Retry-After', async () => {
    upstream.setChaos({ rateLimitRate: 1 });
    const error = await gateway.openai.chat.completions.create(ask('hello')).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error instanceof APIError && error.headers?.get('retry-after')).toMatch(/^\d+$/);
  });

  test('a cut stream is an error after the partial text', async () => {
    let text = '';
    const read = async (): Promise<void> => {
      const stream = await gateway.openai.chat.completions.create({ ...ask('cut'), stream: true });
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
    };
    await expect(read()).rejects.toBeInstanceOf(APIError);
    expect('This answer is cut in the middle of it all.'.startsWith(text)).toBe(true);
  });
});

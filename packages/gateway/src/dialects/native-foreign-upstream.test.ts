import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Codec } from '../core/codec.ts';
import type { ModelRequest } from '../core/model-request.ts';
import type { Target } from '../core/provider-strategy.ts';
import { decodeAnswer, tellAnswer } from '../testing/decode-answer.ts';
import { sampleTarget } from '../testing/sample-call.ts';
import { createAnthropicMessagesCodec } from './anthropic-messages/codec.ts';
import { createBedrockConverseCodec } from './bedrock-converse/codec.ts';
import { createGoogleGenerativeCodec } from './google-generative/codec.ts';
import { createOllamaChatCodec } from './ollama-chat/codec.ts';
import { createOpenAiResponsesCodec } from './openai-responses/codec.ts';

const upstream = new LLMock({ port: 0 });
beforeAll(async () => {
  upstream.onMessage('hello', { content: 'Hello from far away, ümläut 🌍.' });
  upstream.onMessage('both', {
    toolCalls: [
      { name: 'weather', arguments: '{"city":"Porto"}' },
      { name: 'time', arguments: '{"zone":"WET"}' },
    ],
  });
  upstream.onMessage('think', { content: 'So it is.', reasoning: 'Let me think.' });
  upstream.onMessage(
    'cut',
    { content: 'This answer is cut in the middle of it all.' },
    { chunkSize: 4, latency: 10, truncateAfterChunks: 3 },
  );
  await upstream.start();
});
afterAll(() => upstream.stop());

const cases: [string, Codec, { model: string; base: string; thinks: boolean }][] = [
  ['Messages', createAnthropicMessagesCodec(), { model: 'claude-sonnet-4-5', base: '/v1', thinks: true }],
  ['Responses', createOpenAiResponsesCodec(), { model: 'gpt-5', base: '/v1', thinks: true }],
  ['Gemini', createGoogleGenerativeCodec(), { model: 'gemini-2.5-flash', base: '/v1beta', thinks: true }],
  [
    'Bedrock',
    createBedrockConverseCodec(),
    { model: 'anthropic.claude-sonnet-4-5-20250929-v1:0', base: '', thinks: true },
  ],
  ['Ollama', createOllamaChatCodec(), { model: 'qwen3', base: '', thinks: false }],
];

describe.each(cases)("aimock's %s", (_, codec, { model, base, thinks }) => {
  async function ask(text: string) {
    const target: Target = sampleTarget('mock/x', { baseUrl: upstream.url + base, model, apiKey: 'mock-key' });
    const request: ModelRequest = {
      model,
      instructions: [],
      turns: [{ role: 'user', parts: [{ type: 'text', text }] }],
      tools: ['weather', 'time'].map((name) => ({ name, description: name, inputSchema: { type: 'object' } })),
      sampling: {},
    };
    const { path, body, headers } = codec.toUpstream(request, target);
    const url = new URL(target.baseUrl + path);
    const sent = { 'content-type': 'application/json', ...headers };
    const signed = codec.authorize?.({ method: 'POST', url, body, headers: sent, target }) ?? {};
    const answer = await fetch(url, { method: 'POST', body: String(body), headers: { ...sent, ...signed } });
    expect(answer.status).toBe(200);
    const pieces: Buffer[] = [];
    try {
      for await (const piece of answer.body ?? []) pieces.push(Buffer.from(piece));
    } catch {
      // The mock breaks off without an end of its body.
    }
    return tellAnswer(decodeAnswer(codec, pieces, { target }));
  }

  test('tells a text', async () => {
    expect(await ask('hello')).toMatchObject({ text: 'Hello from far away, ümläut 🌍.', end: 'stop' });
  });

  test('calls two tools at once', async () => {
    const { calls, end } = await ask('both');
    expect(calls).toEqual([
      { name: 'weather', input: '{"city":"Porto"}' },
      { name: 'time', input: '{"zone":"WET"}' },
    ]);
    expect(end).toBe('tool-calls');
  });

  test.runIf(thinks)('thinks first', async () => {
    expect(await ask('think')).toMatchObject({ reasoning: 'Let me think.', text: 'So it is.', end: 'stop' });
  });

  test('is cut, and that is an error', async () => {
    expect((await ask('cut')).end).toBe('stream-cut');
  });
});

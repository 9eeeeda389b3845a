import { readFileSync } from 'node:fs';
import { Ollama } from 'ollama';
import type { ChatRequest } from 'ollama';
import { afterEach, expect, test } from 'vitest';
import type { ModelRequest } from '../../core/model-request.ts';
import { sampleTarget } from '../../testing/sample-call.ts';
import { startScriptedUpstream } from '../../testing/scripted-upstream.ts';
import type { ScriptedUpstream } from '../../testing/scripted-upstream.ts';
import { story } from '../../testing/story.ts';
import { createOllamaChatCodec } from './codec.ts';

let server: ScriptedUpstream;
afterEach(() => server.close());

async function startClient(name: string): Promise<Ollama> {
  const bytes = readFileSync(new URL(`./__fixtures__/${name}.ndjson`, import.meta.url));
  server = await startScriptedUpstream(({ response }) =>
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(bytes),
  );
  return new Ollama({ host: server.baseUrl.replace(/\/v1$/, '') });
}

test('what we ask is what the SDK asks', async () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } } };
  const asked: ChatRequest & { stream: true } = {
    model: 'qwen3',
    stream: true,
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Look:', images: ['aW1n'] },
      {
        role: 'assistant',
        content: 'I will see.',
        thinking: 'Hm.',
        tool_calls: [{ function: { name: 'get_weather', arguments: { city: 'Paris' } } }],
      },
      { role: 'tool', content: 'sunny', tool_name: 'get_weather' },
    ],
    tools: [{ type: 'function', function: { name: 'get_weather', description: 'W.', parameters: schema } }],
    format: schema,
    think: true,
    keep_alive: '30m',
    options: {
      num_predict: 100,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 5,
      stop: ['END'],
      seed: 7,
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
    },
  };
  const client = await startClient('text');
  for await (const _ of await client.chat(asked)) continue;
  const [theirs] = server.exchanges;

  const request: ModelRequest = {
    model: 'local',
    instructions: ['Be brief.'],
    turns: [
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'Look:' },
          { type: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'aW1n' } },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm.' },
          { type: 'text', text: 'I will see.' },
          { type: 'tool-call', callId: 'c1', name: 'get_weather', input: '{"city":"Paris"}' },
        ],
      },
      { role: 'tool', callId: 'c1', output: 'sunny' },
    ],
    tools: [{ name: 'get_weather', description: 'W.', inputSchema: schema }],
    output: { type: 'schema', name: 'answer', schema },
    reasoning: { effort: 'high' },
    sampling: {
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      topK: 5,
      stop: ['END'],
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
    },
  };
  const baseUrl = server.baseUrl.replace(/\/v1$/, '');
  const target = sampleTarget('ollama/qwen3', { baseUrl, quirks: { keepAlive: '30m' } });
  const { path, body, dropped } = createOllamaChatCodec().toUpstream(request, target);
  expect(dropped).toEqual([]);
  expect(path).toBe(theirs?.request.url);
  expect(JSON.parse(String(body))).toEqual(JSON.parse(theirs?.body ?? ''));
});

test('the SDK reads our recorded answers as we do', async () => {
  const client = await startClient('reasoning');
  let text = '';
  let thinking = '';
  for await (const { message } of await client.chat({ model: 'x', stream: true })) {
    text += message.content;
    thinking += message.thinking ?? '';
  }
  expect([thinking, text]).toEqual([story.reasoning.reasoning, story.reasoning.text]);
});

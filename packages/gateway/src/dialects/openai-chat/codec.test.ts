import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelEvent } from '../../core/model-event.ts';
import type { ModelRequest } from '../../core/model-request.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { story } from '../../testing/story.ts';
import { collectAnswer } from '../collect-answer.ts';
import { createOpenAiChatCodec } from './codec.ts';
import { createOpenAiChatFace } from './face.ts';

const codec = createOpenAiChatCodec();
const face = createOpenAiChatFace();
const names = ['text', 'tool', 'parallel-tools', 'reasoning', 'reasoning-details', 'length', 'error'] as const;
const answers = names.filter((name) => name !== 'error');
const target: Target = {
  provider: 'Test',
  baseUrl: 'http://test/v1',
  model: 'up',
  timeouts: { connect: 1, headers: 1, content: 1, idle: 1 },
};
const question: ModelRequest = {
  model: 'm',
  instructions: [],
  turns: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
  tools: [],
  sampling: {},
};

const fixture = (name: string): Buffer => readFileSync(new URL(`__fixtures__/${name}.sse`, import.meta.url));

function decode(chunks: readonly Buffer[]): ModelEvent[] {
  const scanner = codec.createScanner();
  const decoder = codec.createDecoder({ target });
  const events: ModelEvent[] = [];
  for (const frame of [...chunks.flatMap((chunk) => scanner.push(chunk)), ...scanner.end()]) {
    const reading = decoder.push(frame);
    events.push(...reading.events);
    if (reading.verdict === 'failure') break;
  }
  return [...events, ...decoder.end()];
}

async function* each(events: readonly ModelEvent[]): AsyncGenerator<ModelEvent, void, undefined> {
  yield* events;
}

const options = { model: 'up', created: 1, includeUsage: true, id: 'own' };

function bodyOf(request: Partial<ModelRequest>, at: Partial<Target> = {}): Record<string, unknown> {
  const { body } = codec.toUpstream({ ...question, ...request }, { ...target, ...at });
  return JSON.parse(String(body)) as Record<string, unknown>;
}

const readBack = (body: object): ModelRequest => face.read(Buffer.from(JSON.stringify(body)), {}).toRequest();

describe('the stories in chat completions', () => {
  test.each(names)('every split of the bytes of %s gives the same events', (name) => {
    const bytes = fixture(name);
    const whole = decode([bytes]);
    for (let at = 1; at < bytes.length; at += 1) {
      expect(decode([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
    }
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 12 }), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        expect(decode(edges.slice(1).map((edge, at) => bytes.subarray(edges[at], edge)))).toEqual(whole);
      }),
    );
  });

  test('tell what they tell in every dialect', async () => {
    const text = await collectAnswer(each(decode([fixture('text')])));
    expect(text).toMatchObject({ parts: [{ text: story.text.text }], reason: 'stop', usage: story.text.usage });
    const tool = await collectAnswer(each(decode([fixture('tool')])));
    expect(tool).toMatchObject({ parts: story.tool.calls, reason: 'tool-calls', usage: story.tool.usage });
    const both = await collectAnswer(each(decode([fixture('parallel-tools')])));
    expect(both.parts).toMatchObject([{ text: story.parallelTools.text }, ...story.parallelTools.calls]);
    const length = await collectAnswer(each(decode([fixture('length')])));
    expect(length).toMatchObject({ parts: [{ text: story.length.text }], reason: 'length' });
    const error = decode([fixture('error')]).at(-1);
    expect(error).toMatchObject({ type: 'failure', error: { code: story.error.code } });
  });

  test.each(['reasoning', 'reasoning-details'])('%s keeps its signature, and gives no thought twice', async (name) => {
    const { parts, usage } = await collectAnswer(each(decode([fixture(name)])));
    const { reasoning, signature: value, text } = story.reasoning;
    expect(usage).toMatchObject(story.reasoning.usage);
    expect(parts).toEqual([
      { kind: 'reasoning', text: reasoning, signature: { dialect: 'openai-chat', value } },
      { kind: 'text', text, sources: [] },
    ]);
  });

  test('an error is the same after it was written and read again', () => {
    const encoder = face.createEncoder(options);
    const written = decode([fixture('error')]).map((event) => encoder.encode(event));
    expect(decode([Buffer.from(written.join(''))]).at(-1)).toMatchObject({ error: { code: 'overloaded' } });
    expect(written.join('')).not.toContain('[DONE]');
  });

  test.each(answers)('%s is the same after it was written and read again', async (name) => {
    const events = decode([fixture(name)]);
    const encoder = face.createEncoder(options);
    const written = Buffer.from(events.map((event) => encoder.encode(event)).join(''));
    expect(await collectAnswer(each(decode([written])))).toEqual(await collectAnswer(each(events)));
  });

  test.each(answers)('%s as a whole answer tells the same', async (name) => {
    const events = decode([fixture(name)]);
    const whole = await face.toAnswer(each(events), options);
    const decoder = codec.createDecoder({ target });
    const { events: decoded } = decoder.pushWhole(JSON.stringify(whole));
    const read = await collectAnswer(each([...decoded, ...decoder.end()]));
    expect(read).toEqual(await collectAnswer(each(events)));
  });
});

describe('what a client sends', () => {
  const pixel = 'iVBORw0KGgo=';

  test('comes out as it went in, pictures, sounds, files and signatures included', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}`, detail: 'low' } },
          { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
          { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', signature: 'c2ln', format: 'f-1', id: 'r1' }],
        tool_calls: [
          {
            id: 'c1',
            type: 'function',
            function: { name: 'look', arguments: '{"a":12345678901234567890}' },
            extra_content: { google: { thought_signature: 'dGhvdWdodA==' } },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'seen' },
    ];
    expect(bodyOf(readBack({ model: 'm', messages }))['messages']).toEqual(messages);
  });

  test('keeps every wish that the dialect has a word for', () => {
    const tool = { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true };
    const named = { type: 'function', function: { name: 'f' } };
    const body = {
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      tools: [{ type: 'function', function: tool }],
      tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [named] } },
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: true } },
      reasoning_effort: 'high',
      temperature: 0,
      top_p: 0.5,
      max_tokens: 7,
      stop: ['x'],
      seed: 3,
      presence_penalty: 1,
      frequency_penalty: -1,
      user: 'u',
      logit_bias: { 1: 2 },
    };
    const { stream, stream_options: streamOptions, ...rest } = bodyOf(readBack(body));
    expect(rest).toEqual({ ...body, model: 'up' });
    expect([stream, streamOptions]).toEqual([true, { include_usage: true }]);
  });

  test('is named where there is no place for it', () => {
    const request = readBack({
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      top_k: 4,
      web_search_options: {},
      store: true,
    });
    expect(codec.toUpstream(request, target).dropped.toSorted()).toEqual(['store', 'top_k', 'web_search_options']);
  });

  test.each([
    ['a tool result without its call', { messages: [{ role: 'tool', tool_call_id: 'c9', content: 'x' }] }, /c9/],
    [
      'a schema that is none',
      { tools: [{ type: 'function', function: { name: 'f', parameters: 'x' } }] },
      /parameters/,
    ],
    ['a tool without a name', { tools: [{ type: 'function', function: {} }] }, /name/],
    ['tools that are no list', { tools: 'all' }, /tools/],
    ['several answers', { n: 2 }, /"n"/],
    ['a part nobody knows', { messages: [{ role: 'user', content: [{ type: 'smell' }] }] }, /smell/],
  ])('%s is refused', (_name, fields, words) => {
    const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...fields };
    expect(() => readBack(body)).toThrow(
      expect.objectContaining({ code: 'bad-request', message: expect.stringMatching(words) }),
    );
  });

  test('shows pictures of tool results after all of them', () => {
    const image = { type: 'image', mediaType: 'image/png', source: { kind: 'base64', data: pixel } } as const;
    const call = { type: 'tool-call', name: 'f', input: '{}' } as const;
    const { messages } = bodyOf({
      turns: [
        {
          role: 'assistant',
          parts: [
            { ...call, callId: 'a' },
            { ...call, callId: 'b' },
          ],
        },
        { role: 'tool', callId: 'a', output: '1', attachments: [image] },
        { role: 'tool', callId: 'b', output: '2' },
      ],
    }) as { messages: { role: string }[] };
    expect(messages.map(({ role }) => role)).toEqual(['assistant', 'tool', 'tool', 'user']);
  });

  test('leaves signatures of other vendors out and says so', () => {
    const signature = { dialect: 'anthropic-messages', value: 'x' } as const;
    const parts = [{ type: 'reasoning', text: 'Hm.', signature } as const, { type: 'text', text: 'Yes.' } as const];
    const { body, dropped } = codec.toUpstream({ ...question, turns: [{ role: 'assistant', parts }] }, target);
    expect(String(body)).not.toContain('Hm.');
    expect(dropped).toEqual(['reasoning signature']);
  });

  test('obeys the habits of a provider', () => {
    const request = { ...question, parallelTools: true, tools: [{ name: 'f', description: '', inputSchema: {} }] };
    const quirks = { refusesStreamOptions: true, refusesParallelTools: true, path: '/deployments/{model}/chat?v=1' };
    expect(bodyOf(request, { quirks })).not.toHaveProperty('stream_options');
    expect(bodyOf(request, { quirks })).not.toHaveProperty('parallel_tool_calls');
    expect(codec.toUpstream(request, { ...target, quirks }).path).toBe('/deployments/up/chat?v=1');
  });
});

test.each([
  [
    { prompt_tokens: 5, completion_tokens: 3, prompt_cache_hit_tokens: 2 },
    { input: 5, output: 3, cachedInput: 2 },
  ],
  [
    {
      prompt_tokens: 5,
      completion_tokens: 3,
      total_tokens: 18,
      completion_tokens_details: { reasoning_tokens: 10 },
    },
    { input: 5, output: 13, reasoning: 10 },
  ],
  [
    { prompt_tokens: 9, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 3 } },
    { input: 9, output: 1, cachedInput: 4, cacheWrite: 3 },
  ],
])('usage %j means %j', (usage, meant) => {
  const chunk = { choices: [{ delta: { content: 'x' }, finish_reason: 'stop' }] };
  const last = { choices: [{ delta: {} }], usage };
  const events = decode([Buffer.from(`data: ${JSON.stringify(chunk)}\n\ndata: ${JSON.stringify(last)}\n\n`)]);
  expect(events.find((event) => event.type === 'usage')?.usage).toEqual(meant);
});

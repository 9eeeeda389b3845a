import { describe, expect, test } from 'vitest';
import type { ModelRequest, Part } from '../../core/model-request.ts';
import { sampleTarget } from '../../testing/sample-call.ts';
import { createAnthropicMessagesCodec } from './codec.ts';

const codec = createAnthropicMessagesCodec();
const target = sampleTarget('anthropic/claude-sonnet-4-5', { apiKey: 'sk-ant-1' });
const hello: Part = { type: 'text', text: 'Hello' };
const plain: ModelRequest = {
  model: 'asked',
  instructions: [],
  turns: [{ role: 'user', parts: [hello] }],
  tools: [],
  sampling: {},
};
const weather = { name: 'weather', description: 'Tells it', inputSchema: { properties: {} } };
const time = { name: 'time', description: '', inputSchema: { type: 'object' }, isStrict: true };

function ask(request: Partial<ModelRequest>, model = target.model, contextTokens?: number) {
  const capabilities = contextTokens === undefined ? {} : { capabilities: { contextTokens } };
  const { body, ...rest } = codec.toUpstream({ ...plain, ...request }, { ...target, model, ...capabilities });
  return { ...rest, text: String(body), body: JSON.parse(String(body)) };
}

describe('asking a Messages upstream', () => {
  test('says what is needed and nothing else', () => {
    expect(ask({})).toMatchObject({
      path: '/messages',
      headers: { 'anthropic-version': '2023-06-01' },
      dropped: [],
    });
    expect(ask({}).body).toEqual({
      model: 'claude-sonnet-4-5',
      max_tokens: 32_000,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
      stream: true,
    });
  });

  test('puts the key where Anthropic or the target wants it', () => {
    const request = { method: 'POST', url: new URL('http://x/'), body: '', headers: {} };
    expect(codec.authorize?.({ ...request, target })).toEqual({ 'x-api-key': 'sk-ant-1' });
    expect(codec.authorize?.({ ...request, target: { ...target, keyHeader: 'authorization' } })).toEqual({
      authorization: 'Bearer sk-ant-1',
    });
  });

  test('keeps a limit that was named, and stays within a context that is known to be small', () => {
    expect(ask({ sampling: { maxOutputTokens: 7 } }).body.max_tokens).toBe(7);
    expect(ask({}, 'small', 8192).body.max_tokens).toBe(4096);
  });

  test('sends instructions as system blocks and sampling under its own names', () => {
    const sampling = { temperature: 0.5, topP: 0.9, topK: 40, stop: ['END', ' '], seed: 1, presencePenalty: 1 };
    const { body, dropped } = ask({ instructions: ['One', '', 'Two'], sampling });
    expect(body).toMatchObject({
      system: [
        { type: 'text', text: 'One' },
        { type: 'text', text: 'Two' },
      ],
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      stop_sequences: ['END'],
    });
    expect(dropped).toEqual(['stop', 'seed', 'presence_penalty']);
  });

  test('does not clamp a temperature beyond 1 but names it', () => {
    const { body, dropped } = ask({ sampling: { temperature: 1.5 } });
    expect(body).not.toHaveProperty('temperature');
    expect(dropped).toEqual(['temperature']);
  });

  test('merges turns of one role, tool results first', () => {
    const { body } = ask({
      turns: [
        { role: 'user', parts: [hello] },
        {
          role: 'assistant',
          parts: [
            { type: 'text', text: 'Let me look.' },
            { type: 'tool-call', callId: 'call.1:0', name: 'weather', input: '' },
          ],
        },
        { role: 'assistant', parts: [{ type: 'tool-call', callId: 'b', name: 'time', input: '{"z":1}' }] },
        { role: 'tool', callId: 'call.1:0', output: 'sunny', isError: false },
        { role: 'user', parts: [{ type: 'text', text: 'and?' }] },
        {
          role: 'tool',
          callId: 'b',
          output: 'broken',
          isError: true,
          attachments: [{ type: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'AA==' } }],
        },
      ],
    });
    expect(body.messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Let me look.' },
          { type: 'tool_use', id: 'call_1_0', name: 'weather', input: {} },
          { type: 'tool_use', id: 'b', name: 'time', input: { z: 1 } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'call_1_0', content: 'sunny', is_error: false },
          {
            type: 'tool_result',
            tool_use_id: 'b',
            content: [
              { type: 'text', text: 'broken' },
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } },
            ],
            is_error: true,
          },
          { type: 'text', text: 'and?' },
        ],
      },
    ]);
  });

  test.each(['{"big":12345678901234567890,"a":1,"a":2}', '{"__proto__":{"x":1}}', '{ "spaced" : 1.0 }'])(
    'sends the tool input %s byte for byte',
    (input) => {
      const parts: Part[] = [{ type: 'tool-call', callId: 'a', name: 'n', input }];
      expect(ask({ turns: [{ role: 'assistant', parts }] }).text).toContain(`"input":${input}`);
    },
  );

  test.each(['{"half":', '[1]', 'null', '"text"'])('wraps the tool input %s, which is no object', (input) => {
    const parts: Part[] = [{ type: 'tool-call', callId: 'a', name: 'n', input }];
    const { body } = ask({ turns: [{ role: 'assistant', parts }] });
    expect(body.messages[0].content[0].input).toEqual({ INVALID_JSON: input });
  });

  test('gives back only what Anthropic signed itself, and says what it left out', () => {
    const parts: Part[] = [
      { type: 'reasoning', text: 'own', signature: { dialect: 'anthropic-messages', value: 's' } },
      { type: 'reasoning', text: '', opaque: { dialect: 'anthropic-messages', value: 'o' } },
      { type: 'reasoning', text: 'foreign', signature: { dialect: 'google-generative', value: 'g' } },
      { type: 'reasoning', text: 'unsigned' },
      { type: 'text', text: 'done' },
    ];
    const { body, dropped } = ask({ turns: [...plain.turns, { role: 'assistant', parts }, ...plain.turns] });
    expect(body.messages[1].content).toEqual([
      { type: 'thinking', thinking: 'own', signature: 's' },
      { type: 'redacted_thinking', data: 'o' },
      { type: 'text', text: 'done' },
    ]);
    expect(dropped).toEqual(['reasoning_content']);
  });

  test('sends images and documents by value and by address', () => {
    const parts: Part[] = [
      { type: 'image', mediaType: 'image/jpg', source: { kind: 'base64', data: 'AA==' } },
      { type: 'image', mediaType: '', source: { kind: 'url', url: 'https://x/i.png' }, detail: 'high' },
      { type: 'file', mediaType: 'application/pdf', name: 'a.pdf', source: { kind: 'base64', data: 'BB==' } },
      { type: 'file', mediaType: 'text/csv', source: { kind: 'base64', data: Buffer.from('a,b').toString('base64') } },
      { type: 'file', mediaType: 'application/pdf', source: { kind: 'url', url: 'https://x/a.pdf' } },
    ];
    const { body, dropped } = ask({ turns: [{ role: 'user', parts }] });
    expect(body.messages[0].content).toEqual([
      { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'AA==' } },
      { type: 'image', source: { type: 'url', url: 'https://x/i.png' } },
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'BB==' }, title: 'a.pdf' },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a,b' } },
      { type: 'document', source: { type: 'url', url: 'https://x/a.pdf' } },
    ]);
    expect(dropped).toEqual(['detail']);
  });

  test.each<Part>([
    { type: 'image', mediaType: 'image/bmp', source: { kind: 'base64', data: 'AA==' } },
    { type: 'file', mediaType: 'application/zip', source: { kind: 'base64', data: 'AA==' } },
    { type: 'audio', mediaType: 'audio/wav', source: { kind: 'base64', data: 'AA==' } },
  ])('refuses $mediaType instead of leaving it out', (part) => {
    expect(() => ask({ turns: [{ role: 'user', parts: [part] }] })).toThrow(
      expect.objectContaining({ code: 'bad-request' }),
    );
  });

  test('offers tools with their choice', () => {
    const tools = [weather, time];
    expect(ask({ tools }).body).toMatchObject({
      tools: [
        { name: 'weather', description: 'Tells it', input_schema: { type: 'object', properties: {} } },
        { name: 'time', input_schema: { type: 'object' }, strict: true },
      ],
    });
    expect(ask({ tools }).body).not.toHaveProperty('tool_choice');
    expect(ask({ tools, toolChoice: 'required' }).body.tool_choice).toEqual({ type: 'any' });
    expect(ask({ tools, toolChoice: 'none', parallelTools: false }).body.tool_choice).toEqual({ type: 'none' });
    expect(ask({ tools, toolChoice: { name: 'time' }, parallelTools: false }).body.tool_choice).toEqual({
      type: 'tool',
      name: 'time',
      disable_parallel_tool_use: true,
    });
    expect(ask({ tools, parallelTools: false }).body.tool_choice).toEqual({
      type: 'auto',
      disable_parallel_tool_use: true,
    });
    const allowed = ask({ tools, toolChoice: { allowed: ['time'], mode: 'required' } }).body;
    expect(allowed.tools.map(({ name }: { name: string }) => name)).toEqual(['time']);
    expect(allowed.tool_choice).toEqual({ type: 'any' });
  });

  test('leaves no white space at the end of an answer that was begun', () => {
    const { body } = ask({
      turns: [...plain.turns, { role: 'assistant', parts: [{ type: 'text', text: 'It is \n' }] }],
    });
    expect(body.messages[1]).toEqual({ role: 'assistant', content: [{ type: 'text', text: 'It is' }] });
  });

  test('asks for a schema, and says that there is no mode for any JSON', () => {
    const schema = { type: 'object' };
    expect(ask({ output: { type: 'schema', name: 'x', schema } }).body.output_config).toEqual({
      format: { type: 'json_schema', schema },
    });
    expect(ask({ output: { type: 'json' } }).dropped).toEqual(['response_format']);
  });

  test('passes on the words that are its own, and names the others', () => {
    const hosted = { type: 'web_search_20250305', name: 'web_search' };
    const extras = {
      metadata: { user_id: 'u' },
      service_tier: 'standard_only',
      container: 'c',
      'anthropic-beta': 'context-1m-2025-08-07',
      'tools.web_search_20250305': hosted,
      'tools.code_interpreter': { type: 'code_interpreter' },
      logit_bias: {},
    };
    const { body, headers, dropped } = ask({ extras });
    expect(body).toMatchObject({
      metadata: { user_id: 'u' },
      service_tier: 'standard_only',
      container: 'c',
      tools: [hosted],
    });
    expect(headers).toHaveProperty('anthropic-beta', 'context-1m-2025-08-07');
    expect(dropped).toEqual(['tools.code_interpreter', 'logit_bias']);
    expect(ask({ extras: { metadata: { team: 'x' }, service_tier: 'flex' } }).dropped).toEqual([
      'metadata',
      'service_tier',
    ]);
  });
});

const called = (signature?: 'anthropic-messages' | 'openai-responses'): ModelRequest['turns'] => [
  ...plain.turns,
  {
    role: 'assistant',
    parts: [
      ...(signature ? [{ type: 'reasoning' as const, text: 'x', signature: { dialect: signature, value: 's' } }] : []),
      { type: 'tool-call', callId: 'a', name: 'weather', input: '{}' },
    ],
  },
  { role: 'tool', callId: 'a', output: 'sunny' },
];

describe('asking a Messages upstream to think', () => {
  const high = { effort: 'high' } as const;

  test('gives a budget below the limit, with room for the answer', () => {
    expect(ask({ reasoning: { effort: 'low' } }).body).toMatchObject({
      thinking: { type: 'enabled', budget_tokens: 1024 },
      max_tokens: 32_000,
    });
    expect(ask({ reasoning: high, sampling: { maxOutputTokens: 4000 } }).body).toMatchObject({
      thinking: { budget_tokens: 3000 },
      max_tokens: 4000,
    });
    expect(ask({ reasoning: { budgetTokens: 5000 }, sampling: { maxOutputTokens: 4000 } }).body).toMatchObject({
      thinking: { budget_tokens: 3999 },
    });
    expect(ask({ reasoning: { budgetTokens: 50_000 } }).body).toMatchObject({
      thinking: { budget_tokens: 50_000 },
      max_tokens: 82_000,
    });
  });

  test('drops the wish where the limit leaves no room', () => {
    const { body, dropped } = ask({ reasoning: high, sampling: { maxOutputTokens: 1024 } });
    expect(body).not.toHaveProperty('thinking');
    expect(dropped).toEqual(['reasoning']);
  });

  test('leaves out what must not stand beside a budget, and names it', () => {
    const { body, dropped } = ask({ reasoning: high, sampling: { temperature: 0.2, topP: 0.5, topK: 3 } });
    expect(body).not.toHaveProperty('temperature');
    expect(dropped).toEqual(['temperature', 'top_p', 'top_k']);
    expect(ask({ reasoning: high, sampling: { temperature: 1, topP: 0.97 } }).dropped).toEqual([]);
  });

  test('does not think before a tool that is forced', () => {
    const { body, dropped } = ask({ reasoning: high, tools: [weather], toolChoice: 'required' });
    expect(body).not.toHaveProperty('thinking');
    expect(dropped).toEqual(['reasoning']);
  });

  test('does not think on after tool calls whose thinking belongs to another vendor', () => {
    expect(ask({ reasoning: high, turns: called('anthropic-messages') }).body).toHaveProperty('thinking');
    expect(ask({ reasoning: high, turns: called('openai-responses') }).dropped).toEqual([
      'reasoning',
      'reasoning_content',
    ]);
    expect(ask({ reasoning: high, turns: called() }).body).not.toHaveProperty('thinking');
  });

  test('can be told not to', () => {
    expect(ask({ reasoning: { effort: 'none' } }).body.thinking).toEqual({ type: 'disabled' });
  });

  test.each(['claude-opus-4-6', 'claude-opus-4-7', 'claude-sonnet-5', 'claude-haiku-5-5', 'claude-fable-5-2'])(
    'tells %s an effort instead of a budget',
    (model) => {
      const { body } = ask({ reasoning: high, sampling: { temperature: 0.5 } }, model);
      expect(body).toMatchObject({
        thinking: { type: 'adaptive' },
        output_config: { effort: 'high' },
        temperature: 0.5,
      });
      expect(ask({ reasoning: { budgetTokens: 2000 } }, model).body.output_config).toEqual({ effort: 'medium' });
    },
  );

  test.each(['claude-opus-4-5-20251101', 'claude-sonnet-4-20250514', 'claude-3-7-sonnet-20250219', 'glm-4.7'])(
    'tells %s a budget',
    (model) => {
      expect(ask({ reasoning: high }, model).body.thinking).toMatchObject({ type: 'enabled' });
    },
  );
});

const versionFor = (headers?: Record<string, string>): string | undefined => {
  const said = { 'anthropic-version': 'theirs', 'anthropic-beta': 'b' };
  const at = headers ? { ...target, headers } : target;
  const passed = codec.passUpstream?.(Buffer.from('{}'), at, { isStream: true, headers: said });
  expect(passed?.headers).toMatchObject({ 'anthropic-beta': 'b' });
  return passed?.headers?.['anthropic-version'];
};

describe('passing Messages bytes on', () => {
  test('changes the name of the model and no other byte', () => {
    const body = '{ "model" : "asked", "stream": true, "big": 12345678901234567890, "messages": [ {"model":"x"} ] }';
    const passed = codec.passUpstream?.(Buffer.from(body), target, { isStream: true });
    expect(String(passed?.body)).toBe(body.replace('"asked"', '"claude-sonnet-4-5"'));
    expect(passed).toMatchObject({ path: '/messages', headers: { 'anthropic-version': '2023-06-01' } });
  });

  test('speaks the version of the operator, or else of the client', () => {
    expect(versionFor()).toBe('theirs');
    expect(versionFor({ 'anthropic-version': 'ours' })).toBe('ours');
  });
});

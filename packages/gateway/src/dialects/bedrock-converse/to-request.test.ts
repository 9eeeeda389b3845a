import { describe, expect, test } from 'vitest';
import type { ModelRequest, Part, Turn } from '../../core/model-request.ts';
import { sampleTarget } from '../../testing/sample-call.ts';
import { createBedrockConverseCodec } from './codec.ts';

const codec = createBedrockConverseCodec();
const hi: Turn = { role: 'user', parts: [{ type: 'text', text: 'Hi' }] };
const tools = ['f', 'g'].map((name) => ({ name, description: '', inputSchema: { type: 'object' } }));
const sonnet = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

function ask(request: Partial<ModelRequest>, model = sonnet) {
  const target = sampleTarget('bedrock/x', { model });
  const sent = codec.toUpstream(
    { model: 'x', instructions: [], turns: [hi], tools: [], sampling: {}, ...request },
    target,
  );
  return { ...sent, text: String(sent.body), body: JSON.parse(String(sent.body)) as Record<string, unknown> };
}
const extraFields = (request: Partial<ModelRequest>, model?: string) =>
  ask(request, model).body['additionalModelRequestFields'];
const said = (...parts: Part[]): Turn => ({ role: 'assistant', parts });
const call = (callId: string, input = '{}'): Part => ({ type: 'tool-call', callId, name: 'f', input });

const media =
  (part: Part): (() => unknown) =>
  () =>
    ask({ turns: [{ role: 'user', parts: [part] }] });

const image = (mediaType: string): Turn => ({
  role: 'user',
  parts: [{ type: 'image', mediaType, detail: 'high', source: { kind: 'base64', data: 'aGk=' } }],
});

describe('a request to Bedrock', () => {
  test('alternates roles, leaves blank texts out and keeps arguments byte for byte', () => {
    const input = '{ "id": 12345678901234567890 }';
    const turns: Turn[] = [
      hi,
      said({ type: 'text', text: ' ' }, call('a', input), call('b')),
      { role: 'tool', callId: 'a', output: '' },
      { role: 'tool', callId: 'b', output: 'x' },
      hi,
      said(),
      hi,
    ];
    const { text, body } = ask({ turns });
    expect(text).toContain(`"input":${input}`);
    expect(body['messages']).toMatchObject([
      { role: 'user', content: [{ text: 'Hi' }] },
      { role: 'assistant', content: [{ toolUse: { toolUseId: 'a' } }, { toolUse: { toolUseId: 'b', input: {} } }] },
      {
        role: 'user',
        content: [
          { toolResult: { content: [] } },
          { toolResult: { content: [{ text: 'x' }] } },
          { text: 'Hi' },
          { text: 'Hi' },
        ],
      },
    ]);
  });

  test('writes ids as Bedrock wants them, the same in call and result', () => {
    const callId = `call:${'x'.repeat(80)}`;
    const { body } = ask({ turns: [hi, said(call(callId)), { role: 'tool', callId, output: 'x' }] });
    const ids = JSON.stringify(body).match(/"toolUseId":"([\w-]{1,64})"/g);
    expect(ids).toHaveLength(2);
    expect(ids?.[0]).toBe(ids?.[1]);
  });

  test.each([
    [
      'an image by its address',
      media({ type: 'image', mediaType: 'image/png', source: { kind: 'url', url: 'https://a.test/x' } }),
    ],
    [
      'an image of an unknown kind',
      media({ type: 'image', mediaType: 'image/bmp', source: { kind: 'base64', data: 'eA==' } }),
    ],
    [
      'a file of an unknown kind',
      media({ type: 'file', mediaType: 'application/zip', source: { kind: 'base64', data: 'eA==' } }),
    ],
    ['a result without a call', () => ask({ turns: [hi, { role: 'tool', callId: 'lost', output: 'x' }] })],
  ])('refuses %s', (_, asking) => {
    expect(asking).toThrow(expect.objectContaining({ code: 'bad-request', param: 'messages' }));
  });

  test('takes pictures from where Amazon keeps them', () => {
    const part = { type: 'image', mediaType: 'image/png', source: { kind: 'url', url: 's3://bucket/a.png' } } as const;
    expect(ask({ turns: [{ role: 'user', parts: [part] }] }).text).toContain(
      '"s3Location":{"uri":"s3://bucket/a.png"}',
    );
  });

  test.each([
    ['auto', { auto: {} }, 2],
    ['required', { any: {} }, 2],
    [{ name: 'f' }, { tool: { name: 'f' } }, 2],
    [{ allowed: ['g'], mode: 'required' }, { any: {} }, 1],
    [{ allowed: ['g'], mode: 'auto' }, { auto: {} }, 1],
  ] as const)('says %j of tools', (toolChoice, expected, shown) => {
    expect(ask({ tools, toolChoice }).body['toolConfig']).toMatchObject({
      toolChoice: expected,
      tools: { length: shown },
    });
  });

  test('shows no tools where none may be called, unless some were', () => {
    expect(ask({ tools, toolChoice: 'none' }).body['toolConfig']).toBeUndefined();
    const turns: Turn[] = [hi, said(call('a')), { role: 'tool', callId: 'a', output: 'x' }];
    const { body, dropped } = ask({ tools, toolChoice: 'none', turns });
    expect(body['toolConfig']).toMatchObject({ tools: { length: 2 } });
    expect(dropped).toEqual(['tool_choice']);
  });

  test('declares the tools of earlier calls where the client no longer does', () => {
    const turns: Turn[] = [hi, said(call('a')), { role: 'tool', callId: 'a', output: 'x' }];
    expect(ask({ turns }).body['toolConfig']).toEqual({
      tools: [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'object' } } } }],
    });
  });

  test('leaves blank instructions out', () => {
    expect(ask({ instructions: ['', ' '] }).body).not.toHaveProperty('system');
    expect(ask({ instructions: ['', 'Be brief.'] }).body['system']).toEqual([{ text: 'Be brief.' }]);
  });

  test('names the resolution it cannot promise, and refuses a kind of image nobody knows', () => {
    expect(ask({ turns: [image('image/png')] }).dropped).toEqual(['detail']);
    for (const kind of ['constructor', '__proto__']) {
      expect(() => ask({ turns: [image(kind)] })).toThrow(expect.objectContaining({ code: 'bad-request' }));
    }
  });

  test('makes each family of models think in its own way', () => {
    const reasoning = { effort: 'medium' } as const;
    expect(extraFields({ reasoning })).toEqual({ thinking: { type: 'enabled', budget_tokens: 8192 } });
    expect(extraFields({ reasoning, sampling: { maxOutputTokens: 4000 } })).toMatchObject({
      thinking: { budget_tokens: 3999 },
    });
    expect(extraFields({ reasoning }, 'anthropic.claude-opus-4-6-v1')).toEqual({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'medium' },
    });
    expect(extraFields({ reasoning }, 'openai.gpt-oss-120b-1:0')).toEqual({ reasoning_effort: 'medium' });
    expect(extraFields({ reasoning }, 'us.amazon.nova-2-lite-v1:0')).toMatchObject({
      reasoningConfig: { type: 'enabled' },
    });
    expect(ask({ reasoning }, 'meta.llama3-70b').dropped).toEqual(['reasoning_effort']);
  });

  test('does not make a model think where it then would refuse the rest', () => {
    const reasoning = { effort: 'high' } as const;
    expect(ask({ reasoning, sampling: { maxOutputTokens: 500 } }).dropped).toEqual(['reasoning_effort']);
    expect(ask({ reasoning, tools, toolChoice: 'required' }).dropped).toEqual(['reasoning_effort']);
    const turns: Turn[] = [hi, said(call('a')), { role: 'tool', callId: 'a', output: 'x' }];
    expect(ask({ reasoning, tools, turns }).dropped).toEqual(['reasoning_effort']);
    const { body, dropped } = ask({
      reasoning,
      sampling: { maxOutputTokens: 9000, temperature: 0, topK: 5, topP: 0.9 },
    });
    expect(body['inferenceConfig']).toEqual({ maxTokens: 9000 });
    expect(dropped.toSorted()).toEqual(['temperature', 'top_k', 'top_p']);
  });

  test('says what it has no place for', () => {
    const sampling = { seed: 1, presencePenalty: 1, frequencyPenalty: 1, topK: 3 };
    const extras = { logit_bias: {}, guardrailConfig: { guardrailIdentifier: 'g' } };
    const { body, dropped } = ask(
      { sampling, extras, output: { type: 'json' }, tools, parallelTools: false },
      'meta.llama3-70b',
    );
    expect(dropped.toSorted()).toEqual([
      'frequency_penalty',
      'logit_bias',
      'parallel_tool_calls',
      'presence_penalty',
      'response_format',
      'seed',
      'top_k',
    ]);
    expect(body['guardrailConfig']).toEqual({ guardrailIdentifier: 'g' });
    expect(extraFields({ sampling: { topK: 3 } })).toEqual({ top_k: 3 });
  });

  test('names the model in the path, whatever is in its name', () => {
    const arn = 'arn:aws:bedrock:us-east-1:1:inference-profile/x';
    expect(ask({}, arn).path).toBe(`/model/${encodeURIComponent(arn)}/converse-stream`);
  });
});

import { describe, expect, test } from 'vitest';
import type { ModelRequest, Turn } from '../../core/model-request.ts';
import { sampleTarget } from '../../testing/sample-call.ts';
import { createGoogleGenerativeCodec } from './codec.ts';

const codec = createGoogleGenerativeCodec();
const hi: Turn = { role: 'user', parts: [{ type: 'text', text: 'Hi' }] };
const tools = ['f', 'g'].map((name) => ({ name, description: '', inputSchema: { type: 'object' } }));

function ask(request: Partial<ModelRequest>, model = 'gemini-2.5-flash', quirks = {}) {
  const target = sampleTarget('google/x', { model, quirks });
  const sent = codec.toUpstream(
    { model: 'x', instructions: [], turns: [hi], tools: [], sampling: {}, ...request },
    target,
  );
  return { ...sent, text: String(sent.body), body: JSON.parse(String(sent.body)) as Record<string, unknown> };
}

test('names the strictness that is not promised', () => {
  const strict = tools.map((tool, index) => ({ ...tool, isStrict: index === 0 }));
  expect(ask({ tools: strict }).dropped).toEqual(['strict']);
  expect(ask({ tools: tools.map((tool) => ({ ...tool, isStrict: false })) }).dropped).toEqual([]);
});

describe('a request to Google', () => {
  test('keeps the arguments of earlier calls byte for byte, and wraps what is no object', () => {
    const input = '{ "id": 12345678901234567890, "id": 1.0 }';
    const turns: Turn[] = [
      hi,
      {
        role: 'assistant',
        parts: [
          { type: 'tool-call', callId: 'a', name: 'f', input },
          { type: 'tool-call', callId: 'b', name: 'f', input: '' },
          { type: 'tool-call', callId: 'c', name: 'f', input: '{"broken' },
        ],
      },
      { role: 'tool', callId: 'a', output: '{ "n": 1.0 }' },
      { role: 'tool', callId: 'b', output: '[1]' },
      {
        role: 'tool',
        callId: 'c',
        name: 'f',
        output: 'x',
        attachments: [{ type: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'aW1n' } }],
      },
    ];
    const { text, body } = ask({ turns });
    expect(text).toContain(`"args":${input}`);
    expect(text).toContain('"response":{ "n": 1.0 }');
    expect(body['contents']).toMatchObject([
      { role: 'user' },
      {
        role: 'model',
        parts: [{}, { functionCall: { id: 'b', args: {} } }, { functionCall: { args: { INVALID_JSON: '{"broken' } } }],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'a', name: 'f' } },
          { functionResponse: { id: 'b', response: { output: '[1]' } } },
          { functionResponse: { id: 'c', response: { output: 'x' } } },
          { inlineData: { mimeType: 'image/png', data: 'aW1n' } },
        ],
      },
    ]);
  });

  test('refuses a result that belongs to no call', () => {
    const turns: Turn[] = [hi, { role: 'tool', callId: 'lost', output: 'x' }];
    expect(() => ask({ turns })).toThrow(expect.objectContaining({ code: 'bad-request', param: 'messages' }));
  });

  test('sends only Google its own signatures back, and says what it kept away', () => {
    const foreign = { dialect: 'anthropic-messages', value: 'x' } as const;
    const turns: Turn[] = [
      hi,
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm.', signature: foreign },
          { type: 'text', text: 'Yes.', signature: foreign },
        ],
      },
      hi,
    ];
    const { text, dropped } = ask({ turns });
    expect(text).not.toContain('Hm.');
    expect(text).not.toContain('thoughtSignature');
    expect(dropped).toEqual(['reasoning']);
  });

  test("gives Gemini 3 the word it wants for another model's call, once for each step", () => {
    const calls = ['a', 'b'].map((callId) => ({ type: 'tool-call', callId, name: 'f', input: '{}' }) as const);
    const turns: Turn[] = [
      hi,
      { role: 'assistant', parts: calls },
      { role: 'tool', callId: 'a', output: '' },
      { role: 'tool', callId: 'b', output: '' },
    ];
    expect(ask({ turns }, 'gemini-3-pro').text.split('skip_thought_signature_validator')).toHaveLength(2);
    expect(ask({ turns }).text).not.toContain('skip_thought_signature_validator');
  });

  test.each([
    ['auto', { mode: 'AUTO' }, 2],
    ['none', { mode: 'NONE' }, 2],
    ['required', { mode: 'ANY' }, 2],
    [{ name: 'f' }, { mode: 'ANY', allowedFunctionNames: ['f'] }, 2],
    [{ allowed: ['g'], mode: 'required' }, { mode: 'ANY', allowedFunctionNames: ['g'] }, 2],
    [{ allowed: ['g'], mode: 'auto' }, { mode: 'AUTO' }, 1],
  ] as const)('says %j of tools', (toolChoice, functionCallingConfig, shown) => {
    const { body } = ask({ tools, toolChoice });
    expect(body['toolConfig']).toEqual({ functionCallingConfig });
    expect(body['tools']).toEqual([{ functionDeclarations: expect.objectContaining({ length: shown }) }]);
  });

  test.each([
    [{ effort: 'none' }, 'gemini-2.5-flash', { includeThoughts: false, thinkingBudget: 0 }],
    [{ effort: 'medium' }, 'gemini-2.5-flash', { includeThoughts: true, thinkingBudget: 8192 }],
    [{ effort: 'medium' }, 'gemini-3-pro-preview', { includeThoughts: true, thinkingLevel: 'MEDIUM' }],
    [{ effort: 'low', budgetTokens: 5000 }, 'gemini-3-pro-preview', { includeThoughts: true, thinkingBudget: 5000 }],
    [{ summary: 'auto' }, 'gemini-flash-latest', { includeThoughts: true }],
  ] as const)('says how to think: %j of %s', (reasoning, model, thinkingConfig) => {
    expect(ask({ reasoning }, model).body['generationConfig']).toEqual({ thinkingConfig });
  });

  test("keeps Google's own wishes and names those of others as dropped", () => {
    const extras = {
      safetySettings: [],
      'tools.googleSearch': {},
      'generationConfig.mediaResolution': 'X',
      logit_bias: {},
      user: 'u',
    };
    const { body, dropped } = ask({ tools, parallelTools: false, extras });
    expect(body).toMatchObject({ safetySettings: [], generationConfig: { mediaResolution: 'X' } });
    expect(body['tools']).toMatchObject([{ functionDeclarations: {} }, { googleSearch: {} }]);
    expect(dropped.toSorted()).toEqual(['logit_bias', 'parallel_tool_calls', 'user']);
    expect(ask({ extras: { 'tools.googleSearch': {} } }).body['tools']).toEqual([{ googleSearch: {} }]);
  });

  test('names the model in the path, and nothing but the model', () => {
    expect(ask({}, 'models/gemini-2.5-pro').path).toBe('/models/gemini-2.5-pro:streamGenerateContent?alt=sse');
    expect(ask({}, 'tunedModels/mine').path).toBe('/tunedModels/mine:streamGenerateContent?alt=sse');
    expect(ask({}, '../secrets?x=$&').path).toBe('/models/..%2Fsecrets%3Fx%3D%24%26:streamGenerateContent?alt=sse');
  });
});

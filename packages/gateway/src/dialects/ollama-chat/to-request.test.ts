import { describe, expect, test } from 'vitest';
import type { ModelRequest, Part, Turn } from '../../core/model-request.ts';
import { sampleTarget } from '../../testing/sample-call.ts';
import { createOllamaChatCodec } from './codec.ts';

const codec = createOllamaChatCodec();
const hi: Turn = { role: 'user', parts: [{ type: 'text', text: 'Hi' }] };
const tools = ['f', 'g'].map((name) => ({ name, description: '', inputSchema: { type: 'object' } }));

function ask(request: Partial<ModelRequest>, { model = 'qwen3', baseUrl = 'http://127.0.0.1:11434' } = {}) {
  const target = sampleTarget('ollama/x', { model, baseUrl, quirks: { keepAlive: '5m' } });
  const sent = codec.toUpstream(
    { model: 'x', instructions: [], turns: [hi], tools: [], sampling: {}, ...request },
    target,
  );
  return { ...sent, text: String(sent.body), body: JSON.parse(String(sent.body)) as Record<string, unknown> };
}

const thought = (more: object): Turn[] => [
  hi,
  { role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm.', ...more }] },
];

test('names the strictness that is not promised', () => {
  const strict = tools.map((tool, index) => ({ ...tool, isStrict: index === 0 }));
  expect(ask({ tools: strict }).dropped).toEqual(['strict']);
  expect(ask({ tools: tools.map((tool) => ({ ...tool, isStrict: false })) }).dropped).toEqual([]);
});

describe('a request to Ollama', () => {
  test('names the resolution it cannot promise', () => {
    const image = { type: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'aGk=' } } as const;
    expect(ask({ turns: [{ role: 'user', parts: [{ ...image, detail: 'high' }] }] }).dropped).toEqual(['detail']);
    expect(ask({ turns: [{ role: 'user', parts: [{ ...image, detail: 'auto' }] }] }).dropped).toEqual([]);
  });

  test('says no more than it was told', () => {
    expect(ask({}).body).toEqual({
      model: 'qwen3',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
      keep_alive: '5m',
    });
  });

  test.each([
    ['http://h:11434', '/api/chat'],
    ['http://h:11434/api', '/chat'],
    ['http://h:11434/v1', '/../api/chat'],
    ['http://h/ollama', '/api/chat'],
  ])('finds its path below %s', (baseUrl, path) => {
    expect(ask({}, { baseUrl }).path).toBe(path);
  });

  test('keeps arguments byte for byte and names the tool of a result', () => {
    const input = '{ "id": 12345678901234567890 }';
    const turns: Turn[] = [
      hi,
      { role: 'assistant', parts: [{ type: 'tool-call', callId: 'a', name: 'f', input }] },
      { role: 'tool', callId: 'a', output: 'x' },
    ];
    const { text, body } = ask({ turns });
    expect(text).toContain(`"arguments":${input}`);
    expect(body['messages']).toMatchObject([{}, { role: 'assistant', content: '' }, { role: 'tool', tool_name: 'f' }]);
    expect(() => ask({ turns: [hi, { role: 'tool', callId: 'lost', output: 'x' }] })).toThrow('no earlier tool call');
  });

  test('gives thoughts back unless another vendor signed them', () => {
    const signature = { dialect: 'anthropic-messages', value: 's' } as const;
    expect(ask({ turns: thought({}) }).body['messages']).toMatchObject([{}, { thinking: 'Hm.' }]);
    const { text, dropped } = ask({ turns: thought({ signature }) });
    expect(text).not.toContain('Hm.');
    expect(dropped).toEqual(['reasoning']);
  });

  const url: Part = { type: 'image', mediaType: '', source: { kind: 'url', url: 'https://a.test/x.png' } };
  const file: Part = { type: 'file', mediaType: 'application/pdf', source: { kind: 'base64', data: 'eA==' } };
  test.each([
    ['an image by its address', url],
    ['a file', file],
  ])('refuses %s', (_, part) => {
    expect(() => ask({ turns: [{ role: 'user', parts: [part] }] })).toThrow(
      expect.objectContaining({ code: 'bad-request', param: 'messages' }),
    );
  });

  test.each([
    ['none', undefined, []],
    ['auto', ['f', 'g'], []],
    ['required', ['f', 'g'], ['tool_choice']],
    [{ name: 'g' }, ['g'], ['tool_choice']],
    [{ allowed: ['g'], mode: 'auto' }, ['g'], []],
  ] as const)('shows tools as far as %j allows', (toolChoice, shown, lost) => {
    const { body, dropped } = ask({ tools, toolChoice });
    const names = (body['tools'] as { function: { name: string } }[] | undefined)?.map((tool) => tool.function.name);
    expect([names, dropped]).toEqual([shown, lost]);
  });

  test.each([
    [{ effort: 'none' }, 'qwen3', false],
    [{ effort: 'low' }, 'qwen3', true],
    [{ effort: 'minimal' }, 'gpt-oss:20b', 'low'],
    [{ effort: 'xhigh' }, 'gpt-oss:20b', 'high'],
    [{ budgetTokens: 4000 }, 'gpt-oss:20b', 'medium'],
    [{ summary: 'auto' }, 'gpt-oss:20b', true],
  ] as const)('says how to think: %j of %s', (reasoning, model, think) => {
    expect(ask({ reasoning }, { model }).body['think']).toBe(think);
  });

  test('lets the client say how long the model stays, and names what it drops', () => {
    const { body, dropped } = ask({ extras: { keep_alive: -1, logit_bias: {} }, output: { type: 'json' } });
    expect(body).toMatchObject({ keep_alive: -1, format: 'json' });
    expect(dropped).toEqual(['logit_bias']);
  });
});

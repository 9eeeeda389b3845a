import { describe, expect, test } from 'vitest';
import type { Capabilities } from '../../core/provider-strategy.ts';
import type { ModelRequest, Part } from '../../core/model-request.ts';
import { sampleTarget } from '../../testing/sample-call.ts';
import { createOpenAiResponsesCodec } from './codec.ts';

const codec = createOpenAiResponsesCodec();
const target = sampleTarget('openai/gpt-4o', { apiKey: 'sk-1' });
const plain: ModelRequest = {
  model: 'asked',
  instructions: [],
  turns: [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
  tools: [],
  sampling: {},
};
const weather = { name: 'weather', description: 'Tells it', inputSchema: { type: 'object' } };

function ask(request: Partial<ModelRequest>, model = target.model, capabilities: Capabilities = {}) {
  const { body, ...rest } = codec.toUpstream({ ...plain, ...request }, { ...target, model, capabilities });
  return { ...rest, body: JSON.parse(String(body)) };
}

describe('asking a Responses upstream', () => {
  test('says what is needed and nothing else', () => {
    const { body, path, dropped } = ask({});
    expect({ path, dropped }).toEqual({ path: '/responses', dropped: [] });
    expect(body).toEqual({
      model: 'gpt-4o',
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }],
      store: false,
      stream: true,
    });
  });

  test('sends instructions, sampling and limits, and names what has no place', () => {
    const sampling = { temperature: 0.5, topP: 0.9, maxOutputTokens: 7, topK: 4, stop: ['x'], seed: 1 };
    const { body, dropped } = ask({ instructions: ['One', 'Two'], sampling });
    expect(body).toMatchObject({ instructions: 'One\n\nTwo', temperature: 0.5, top_p: 0.9, max_output_tokens: 7 });
    expect(dropped).toEqual(['top_k', 'stop', 'seed']);
  });

  test('sends a turn with calls as items in their order', () => {
    const { body, dropped } = ask({
      turns: [
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'hm', opaque: { dialect: 'openai-responses', value: 'e' }, id: 'rs_1' },
            { type: 'text', text: 'Let me ' },
            { type: 'text', text: 'look.' },
            { type: 'tool-call', callId: 'a', name: 'weather', input: '{"big":12345678901234567890}' },
            { type: 'tool-call', callId: 'b'.repeat(70), name: 'time', input: '' },
          ],
        },
        { role: 'tool', callId: 'a', output: 'sunny' },
        {
          role: 'tool',
          callId: 'b'.repeat(70),
          output: 'noon',
          isError: true,
          attachments: [{ type: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'AA==' } }],
        },
      ],
    });
    const long = body.input[3].call_id;
    expect(long).toMatch(/^call_[0-9a-f]{40}$/);
    expect(body.input).toEqual([
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 'e' },
      {
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'Let me ', annotations: [] },
          { type: 'output_text', text: 'look.', annotations: [] },
        ],
      },
      { type: 'function_call', call_id: 'a', name: 'weather', arguments: '{"big":12345678901234567890}' },
      { type: 'function_call', call_id: long, name: 'time', arguments: '{}' },
      { type: 'function_call_output', call_id: 'a', output: 'sunny' },
      {
        type: 'function_call_output',
        call_id: long,
        output: [
          { type: 'input_text', text: 'noon' },
          { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'auto' },
        ],
      },
    ]);
    expect(dropped).toEqual(['is_error']);
  });

  test('gives back only what OpenAI encrypted itself', () => {
    const parts: Part[] = [
      { type: 'reasoning', text: 'x', signature: { dialect: 'anthropic-messages', value: 's' } },
      { type: 'text', text: 'done' },
    ];
    const { body, dropped } = ask({ turns: [{ role: 'assistant', parts }] });
    expect(body.input).toHaveLength(1);
    expect(dropped).toEqual(['reasoning_content']);
  });

  test('sends media', () => {
    const parts: Part[] = [
      { type: 'image', mediaType: '', source: { kind: 'url', url: 'https://x/i.png' }, detail: 'high' },
      { type: 'file', mediaType: 'application/pdf', name: 'a.pdf', source: { kind: 'base64', data: 'BB==' } },
      { type: 'audio', mediaType: 'audio/mpeg', source: { kind: 'base64', data: 'CC==' } },
    ];
    expect(ask({ turns: [{ role: 'user', parts }] }).body.input[0].content).toEqual([
      { type: 'input_image', image_url: 'https://x/i.png', detail: 'high' },
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,BB==' },
      { type: 'input_audio', input_audio: { data: 'CC==', format: 'mp3' } },
    ]);
    const audio: Part = { type: 'audio', mediaType: 'audio/ogg', source: { kind: 'base64', data: 'CC==' } };
    expect(() => ask({ turns: [{ role: 'user', parts: [audio] }] })).toThrow(
      expect.objectContaining({ code: 'bad-request' }),
    );
  });

  test('offers tools with their choice', () => {
    const tools = [weather];
    expect(ask({ tools, toolChoice: 'required', parallelTools: false }).body).toMatchObject({
      tools: [
        { type: 'function', name: 'weather', description: 'Tells it', parameters: { type: 'object' }, strict: false },
      ],
      tool_choice: 'required',
      parallel_tool_calls: false,
    });
    expect(ask({ tools, toolChoice: { name: 'weather' } }).body.tool_choice).toEqual({
      type: 'function',
      name: 'weather',
    });
    expect(ask({ tools, toolChoice: { allowed: ['weather'], mode: 'auto' } }).body.tool_choice).toEqual({
      type: 'allowed_tools',
      mode: 'auto',
      tools: [{ type: 'function', name: 'weather' }],
    });
  });

  test('asks for forms of the answer', () => {
    const schema = { type: 'object' };
    expect(ask({ output: { type: 'schema', name: 'x', schema, isStrict: true } }).body.text).toEqual({
      format: { type: 'json_schema', name: 'x', schema, strict: true },
    });
    expect(ask({ output: { type: 'json' }, extras: { verbosity: 'low' } }).body.text).toEqual({
      format: { type: 'json_object' },
      verbosity: 'low',
    });
  });

  test('asks for encrypted reasoning of models that reason, and of no others', () => {
    const encrypted = ['reasoning.encrypted_content'];
    expect(ask({ reasoning: { effort: 'high', summary: 'auto' } }).body).toMatchObject({
      reasoning: { effort: 'high', summary: 'auto' },
      include: encrypted,
    });
    expect(ask({ reasoning: { budgetTokens: 500 } }).body.reasoning).toEqual({ effort: 'low' });
    expect(ask({}, 'gpt-5-mini').body.include).toEqual(encrypted);
    expect(ask({}, 'o4-mini').body.include).toEqual(encrypted);
    expect(ask({}, 'any', { reasoning: true }).body.include).toEqual(encrypted);
    expect(ask({}, 'gpt-5-mini', { reasoning: false }).body).not.toHaveProperty('include');
    expect(ask({}, 'gpt-5-chat-latest').body).not.toHaveProperty('include');
  });

  test('passes on the words that are its own, and names the others', () => {
    const hosted = { type: 'web_search' };
    const extras = {
      prompt_cache_key: 'k',
      service_tier: 'flex',
      'tools.web_search': hosted,
      'tools.web_search_20250305': {},
      'tools.googleSearch': {},
      top_logprobs: 3,
      thinking: {},
    };
    const { body, dropped } = ask({ extras });
    expect(body).toMatchObject({ prompt_cache_key: 'k', service_tier: 'flex', tools: [hosted] });
    expect(dropped).toEqual(['tools.web_search_20250305', 'tools.googleSearch', 'top_logprobs', 'thinking']);
  });

  test('refuses a schema nested deeper than anybody can write', () => {
    const inputSchema = JSON.parse(`${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}`) as Record<string, unknown>;
    expect(() => ask({ tools: [{ name: 'f', description: '', inputSchema }] })).toThrow(
      expect.objectContaining({ code: 'bad-request' }),
    );
  });

  test('passes bytes on with the name of the model changed and nothing else', () => {
    const body = '{"input":"hi" , "model":"asked","previous_response_id":"resp_1"}';
    const passed = codec.passUpstream?.(Buffer.from(body), target, { isStream: false });
    expect(String(passed?.body)).toBe(body.replace('"asked"', '"gpt-4o"'));
  });
});

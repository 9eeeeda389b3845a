import { describe, expect, test } from 'vitest';
import { readResponsesCall } from './read-call.ts';

const read = (body: unknown) => readResponsesCall(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));

describe('reading Responses requests', () => {
  test('reads what every call needs', () => {
    expect(read({ model: 'm', input: 'Hi', stream: true })).toMatchObject({
      model: 'm',
      isStream: true,
      includeUsage: true,
    });
    expect(read({ input: 'Hi', previous_response_id: 'resp_1' })).toMatchObject({
      model: '',
      isStream: false,
      previousResponseId: 'resp_1',
    });
    expect(read({ previous_response_id: 'resp_1' }).toRequest().turns).toEqual([]);
  });

  test('names what the answer shall hold, or must call, and will not', () => {
    const include = ['reasoning.encrypted_content', 'message.output_text.logprobs'];
    const request = read({ input: 'Hi', include, tool_choice: { type: 'web_search' } }).toRequest();
    expect(request.extras).toEqual({ 'include.message.output_text.logprobs': true, tool_choice: true });
    expect(request).not.toHaveProperty('toolChoice');
  });

  test('reads a text', () => {
    expect(read({ model: 'm', input: 'Hi', instructions: 'Be brief.' }).toRequest()).toEqual({
      model: 'm',
      instructions: ['Be brief.'],
      turns: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
      tools: [],
      sampling: {},
    });
  });

  test('reads items, everything between two words of others as one turn', () => {
    const image = 'data:image/png;base64,AA==';
    const input = [
      { role: 'developer', content: 'Obey.' },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'Look' },
          { type: 'input_image', image_url: image, detail: 'high' },
          { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,BB==' },
          { type: 'input_audio', input_audio: { data: 'CC==', format: 'wav' } },
        ],
      },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 'e' },
      { type: 'message', role: 'assistant', id: 'msg_1', content: [{ type: 'output_text', text: 'Let me.' }] },
      { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'weather', arguments: '{"big":12345678901234567890}' },
      { type: 'function_call', call_id: 'c2', name: 'time', arguments: '' },
      { type: 'function_call_output', call_id: 'c1', output: 'sunny' },
      {
        type: 'function_call_output',
        call_id: 'c2',
        output: [
          { type: 'input_text', text: 'noon' },
          { type: 'input_image', image_url: image },
        ],
      },
      { type: 'item_reference', id: 'msg_0' },
    ];
    const png = { type: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'AA==' } };
    expect(read({ model: 'm', input }).toRequest()).toEqual({
      model: 'm',
      instructions: ['Obey.'],
      turns: [
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'Look' },
            { ...png, detail: 'high' },
            { type: 'file', mediaType: 'application/pdf', source: { kind: 'base64', data: 'BB==' }, name: 'a.pdf' },
            { type: 'audio', mediaType: 'audio/wav', source: { kind: 'base64', data: 'CC==' } },
          ],
        },
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'hm', opaque: { dialect: 'openai-responses', value: 'e' }, id: 'rs_1' },
            { type: 'text', text: 'Let me.' },
            { type: 'tool-call', callId: 'c1', name: 'weather', input: '{"big":12345678901234567890}' },
            { type: 'tool-call', callId: 'c2', name: 'time', input: '' },
          ],
        },
        { role: 'tool', callId: 'c1', name: 'weather', output: 'sunny' },
        { role: 'tool', callId: 'c2', name: 'time', output: 'noon', attachments: [png] },
      ],
      tools: [],
      sampling: {},
      extras: { 'input.item_reference': true },
    });
  });

  test('reads tools, choices, reasoning and forms', () => {
    const hosted = { type: 'web_search', search_context_size: 'low' };
    const request = read({
      input: 'Hi',
      tools: [
        { type: 'function', name: 'weather', description: 'd', parameters: { type: 'object' }, strict: true },
        hosted,
      ],
      tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'weather' }] },
      parallel_tool_calls: false,
      reasoning: { effort: 'high', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 'x', schema: { type: 'object' }, strict: true }, verbosity: 'low' },
      temperature: 0.5,
      top_p: 0.9,
      max_output_tokens: 7,
      store: false,
      include: ['reasoning.encrypted_content'],
      prompt_cache_key: 'k',
    }).toRequest();
    expect(request).toMatchObject({
      tools: [{ name: 'weather', description: 'd', inputSchema: { type: 'object' }, isStrict: true }],
      toolChoice: { mode: 'required', allowed: ['weather'] },
      parallelTools: false,
      reasoning: { effort: 'high', summary: 'auto' },
      output: { type: 'schema', name: 'x', schema: { type: 'object' }, isStrict: true },
      sampling: { temperature: 0.5, topP: 0.9, maxOutputTokens: 7 },
    });
    expect(request.extras).toEqual({ prompt_cache_key: 'k', verbosity: 'low', 'tools.web_search': hosted });
    const two = [
      { type: 'mcp', server_label: 'a' },
      { type: 'mcp', server_label: 'b' },
    ];
    expect(readResponsesCall(Buffer.from(JSON.stringify({ input: 'x', tools: two }))).toRequest().extras).toEqual({
      'tools.mcp': two[0],
      'tools.mcp.2': two[1],
    });
    const choose = (choice: unknown) => read({ input: 'Hi', tool_choice: choice }).toRequest().toolChoice;
    expect(choose('required')).toBe('required');
    expect(choose({ type: 'function', name: 'x' })).toEqual({ name: 'x' });
    expect(choose({ type: 'web_search_preview' })).toBeUndefined();
    expect(read({ input: 'x', text: { format: { type: 'json_object' } } }).toRequest().output).toEqual({
      type: 'json',
    });
  });

  test.each([
    ['{', undefined],
    [{}, 'input'],
    [{ input: [] }, 'input'],
    [{ input: 7 }, 'input'],
    [{ input: [7] }, 'input.0'],
    [{ input: 'x', model: {} }, 'model'],
    [{ input: 'x', stream: 1 }, 'stream'],
  ])('refuses %j at once', (body, param) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'bad-request', param }));
  });

  test.each([
    [{ input: [{ content: 'x' }] }, 'input.0.role'],
    [{ input: [{ role: 'user', content: 7 }] }, 'input.0.content'],
    [{ input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'f' }] }] }, 'input.0.content.0'],
    [{ input: [{ type: 'function_call_output', call_id: 'lost', output: 'x' }] }, 'input.0.call_id'],
    [{ input: 'x', tools: [{ type: 'web_search' }, { type: 'function' }] }, 'tools.1.name'],
    [{ input: 'x', tools: [{ type: 'function', name: 'n', parameters: 'no' }] }, 'tools.0.parameters'],
  ])('refuses %j when it has to be translated', (body, param) => {
    expect(() => read(body).toRequest()).toThrow(expect.objectContaining({ code: 'bad-request', param }));
  });

  test('believes an output whose call is in the answer it continues', () => {
    const input = [{ type: 'function_call_output', call_id: 'c', output: 'x' }];
    const { turns } = read({ input, previous_response_id: 'resp_1' }).toRequest();
    expect(turns).toEqual([{ role: 'tool', callId: 'c', output: 'x' }]);
  });
});

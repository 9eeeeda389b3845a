import { describe, expect, test } from 'vitest';
import { readMessagesCall } from './read-call.ts';

const read = (body: unknown) => readMessagesCall(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
const ask = (more: object) => read({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }], ...more });

const own = (value: string) => ({ dialect: 'anthropic-messages', value });

const media = (mediaType: string, data: string) => ({ mediaType, source: { kind: 'base64', data } });

describe('reading Messages requests', () => {
  test('reads what every call needs', () => {
    expect(ask({ stream: true, session_id: 's' })).toMatchObject({
      model: 'm',
      isStream: true,
      includeUsage: true,
      session: 's',
      wishes: { toolCount: 0, maxOutputTokens: 9 },
    });
    expect(read({ messages: [{ role: 'user', content: 'Hi' }] })).toMatchObject({ model: '', isStream: false });
  });

  test('reads a conversation', () => {
    const input = '{"big":12345678901234567890, "a":1,"a":2}';
    const body = JSON.stringify({
      model: 'm',
      max_tokens: 100,
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } },
            { type: 'image', source: { type: 'url', url: 'https://x/i.png' } },
            {
              type: 'document',
              title: 'a.pdf',
              source: { type: 'base64', media_type: 'application/pdf', data: 'BB==' },
            },
            { type: 'document', title: 'note', source: { type: 'text', media_type: 'text/plain', data: 'words' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 'sig' },
            { type: 'redacted_thinking', data: 'red' },
            { type: 'text', text: 'Let me look.' },
            { type: 'tool_use', id: 't1', name: 'weather', input: 0 },
            { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'and?' },
            {
              type: 'tool_result',
              tool_use_id: 't1',
              is_error: true,
              content: [
                { type: 'text', text: 'one' },
                { type: 'text', text: 'two' },
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'CC==' } },
              ],
            },
          ],
        },
      ],
    }).replace('"input":0', () => `"input": ${input}`);
    expect(read(body).toRequest()).toEqual({
      model: 'm',
      instructions: ['Be brief.'],
      turns: [
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'Look' },
            { type: 'image', ...media('image/png', 'AA==') },
            { type: 'image', mediaType: '', source: { kind: 'url', url: 'https://x/i.png' } },
            { type: 'file', ...media('application/pdf', 'BB=='), name: 'a.pdf' },
            { type: 'text', text: 'note\n\nwords' },
          ],
        },
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'hm', signature: own('sig') },
            { type: 'reasoning', text: '', opaque: own('red') },
            { type: 'text', text: 'Let me look.' },
            { type: 'tool-call', callId: 't1', name: 'weather', input },
          ],
        },
        {
          role: 'tool',
          callId: 't1',
          name: 'weather',
          output: 'one\ntwo',
          isError: true,
          attachments: [{ type: 'image', ...media('image/png', 'CC==') }],
        },
        { role: 'user', parts: [{ type: 'text', text: 'and?' }] },
      ],
      tools: [],
      sampling: { maxOutputTokens: 100 },
      extras: { 'messages.content.server_tool_use': true, 'system.cache_control': true },
    });
  });

  test('names what shall be cached or cited, which no other dialect can promise', () => {
    const cached = { cache_control: { type: 'ephemeral' } };
    const text = { type: 'text', text: 'Hi', ...cached };
    const source = { type: 'text', media_type: 'text/plain', data: 'words' };
    const request = ask({
      messages: [{ role: 'user', content: [text, { type: 'document', source, citations: { enabled: true } }] }],
      tools: [{ name: 'f', input_schema: {}, ...cached }],
    }).toRequest();
    expect(request.extras).toEqual({
      'messages.content.cache_control': true,
      'messages.content.citations': true,
      'tool.cache_control': true,
    });
    expect(
      ask({ messages: [{ role: 'assistant', content: [{ type: 'text', text: 'x', citations: null }] }] }).toRequest(),
    ).not.toHaveProperty('extras');
  });

  test('reads tools, choices, thinking and forms', () => {
    const hosted = { type: 'web_search_20250305', name: 'web_search', max_uses: 3 };
    const request = ask({
      tools: [{ name: 'weather', description: 'd', input_schema: { type: 'object' }, strict: true }, hosted],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      thinking: { type: 'enabled', budget_tokens: 2000 },
      output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
      temperature: 0.5,
      top_p: 0.9,
      top_k: 4,
      stop_sequences: ['END'],
      metadata: { user_id: 'u' },
    }).toRequest();
    expect(request).toMatchObject({
      tools: [{ name: 'weather', description: 'd', inputSchema: { type: 'object' }, isStrict: true }],
      toolChoice: 'required',
      parallelTools: false,
      reasoning: { budgetTokens: 2000 },
      output: { type: 'schema', schema: { type: 'object' } },
      sampling: { temperature: 0.5, topP: 0.9, topK: 4, maxOutputTokens: 9, stop: ['END'] },
      extras: { metadata: { user_id: 'u' }, 'tools.web_search_20250305': hosted },
    });
    expect(ask({ tool_choice: { type: 'tool', name: 'x' } }).toRequest().toolChoice).toEqual({ name: 'x' });
    expect(ask({ tool_choice: { type: 'none' } }).toRequest().toolChoice).toBe('none');
    expect(ask({ thinking: { type: 'disabled' } }).toRequest().reasoning).toEqual({ effort: 'none' });
    expect(ask({ thinking: { type: 'adaptive' } }).toRequest().reasoning).toEqual({ effort: 'high' });
    expect(ask({ output_config: { effort: 'max' } }).toRequest().reasoning).toEqual({ effort: 'xhigh' });
  });

  test.each([
    ['{', undefined],
    ['[]', undefined],
    [{}, 'messages'],
    [{ messages: [] }, 'messages'],
    [{ messages: [7] }, 'messages.0'],
    [{ messages: [{ role: 'user', content: 'x' }], model: 7 }, 'model'],
    [{ messages: [{ role: 'user', content: 'x' }], stream: 'yes' }, 'stream'],
  ])('refuses %j at once', (body, param) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'bad-request', param }));
  });

  test.each([
    [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages.0.role'],
    [{ messages: [{ role: 'user', content: 7 }] }, 'messages.0.content'],
    [
      { messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'lost' }] }] },
      'messages.0.content.0.tool_use_id',
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'file', file_id: 'f' } }] }] },
      'messages.0.content.0.source',
    ],
    [{ tools: [{ name: 'x', input_schema: 'no' }] }, 'tools.0.input_schema'],
    [{ tools: [{ input_schema: {} }] }, 'tools.0.name'],
  ])('refuses %j when it has to be translated', (more, param) => {
    expect(() => ask(more).toRequest()).toThrow(expect.objectContaining({ code: 'bad-request', param }));
  });
});

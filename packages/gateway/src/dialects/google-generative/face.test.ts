import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import { decodeAnswer, joinDeltas, tellAnswer } from '../../testing/decode-answer.ts';
import { writeJson } from '../../transport/write-json.ts';
import { createGoogleGenerativeCodec } from './codec.ts';
import { createGoogleGenerativeFace } from './face.ts';

const face = createGoogleGenerativeFace();
const codec = createGoogleGenerativeCodec();
const options = { model: 'served-model', created: 1, includeUsage: true, id: 'answer-1' };
const read = (body: string | object) =>
  face.read(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), { model: 'm', isStream: true });
const request = (body: string | object) => read(body).toRequest();
const encode = (events: readonly ModelEvent[]) => {
  const encoder = face.createEncoder(options);
  return events.map((event) => encoder.encode(event)).join('');
};
async function* each(events: readonly ModelEvent[]) {
  yield* events;
}

const everything: ModelEvent[] = [
  { type: 'answer-start', id: 'a-1', model: 'served-model' },
  { type: 'reasoning-delta', part: 0, text: 'Hm. ' },
  { type: 'reasoning-delta', part: 0, text: 'Well.' },
  { type: 'part-signature', part: 0, signature: { dialect: 'google-generative', value: 'Z29vZ2xl' } },
  { type: 'text-delta', part: 1, text: 'Hello, ' },
  { type: 'text-delta', part: 1, text: 'wörld.' },
  { type: 'tool-input-delta', part: 2, callId: 'c-1', name: 'f', text: '{"id":1234567' },
  { type: 'tool-input-delta', part: 3, callId: 'c-2', name: 'g', text: '' },
  { type: 'tool-input-delta', part: 2, callId: 'c-1', name: 'f', text: '8901234567890}' },
  { type: 'part-signature', part: 3, signature: { dialect: 'google-generative', value: 'Y2FsbA==' } },
  { type: 'source', part: 4, id: 'source-4', title: 'Example', url: 'https://example.org/' },
  { type: 'usage', usage: { input: 10, output: 7, reasoning: 3, cachedInput: 4 } },
  { type: 'finish', reason: 'tool-calls' },
];
const understood = [
  ...everything.slice(0, 1),
  { type: 'reasoning-delta', part: 0, text: 'Hm. Well.' },
  everything[3],
  { type: 'text-delta', part: 1, text: 'Hello, wörld.' },
  { type: 'tool-input-delta', part: 2, callId: 'c-1', name: 'f', text: '{"id":12345678901234567890}' },
  { type: 'tool-input-delta', part: 3, callId: 'c-2', name: 'g', text: '{}' },
  ...everything.slice(9),
];

describe('an answer', () => {
  test('streamed is understood as it was meant', () => {
    const events = decodeAnswer(codec, [Buffer.from(encode(everything))]);
    expect(joinDeltas(events)).toEqual(understood);
  });

  test('in one piece is understood as it was meant', async () => {
    const body = writeJson(await face.toAnswer(each(everything), options));
    const decoder = codec.createDecoder({
      target: { provider: 'X', baseUrl: '', model: 'm', timeouts: { connect: 1, headers: 1, content: 1, idle: 1 } },
    });
    const { events } = decoder.pushWhole(body);
    expect([...events, ...decoder.end()]).toEqual(understood);
  });

  test('carries what another vendor signed or hid in a field of bytes, and takes it back', () => {
    const signature = { dialect: 'anthropic-messages', value: 'sig+/=' } as const;
    const opaque = { dialect: 'bedrock-converse', value: 'hidden' } as const;
    const sent = encode([
      { type: 'reasoning-delta', part: 0, text: 'Hm.' },
      { type: 'part-signature', part: 0, signature },
      { type: 'part-signature', part: 1, opaque },
      { type: 'finish', reason: 'stop' },
    ]);
    const carried = [...sent.matchAll(/"thoughtSignature":"([^"]*)"/g)].map(([, value]) => value ?? '');
    expect(carried.every((value) => Buffer.from(value, 'base64').toString('base64') === value)).toBe(true);
    const [signed, hidden] = carried;
    const parts = [
      { text: 'Hm.', thought: true, thoughtSignature: signed },
      { text: '', thought: true, thoughtSignature: hidden },
    ];
    expect(request({ contents: [{ role: 'model', parts }] }).turns).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm.', signature },
          { type: 'reasoning', text: '', opaque },
        ],
      },
    ]);
  });

  test('keeps each piece in one line, however the arguments of a call are laid out', () => {
    const input = '{\r\n  "a": "b\\nc"\n}';
    const sent = encode([
      { type: 'tool-input-delta', part: 0, callId: 'c', name: 'f', text: input },
      { type: 'finish', reason: 'tool-calls' },
    ]);
    expect(sent.trimEnd().split(/[\r\n]/)).toHaveLength(1);
    expect(tellAnswer(decodeAnswer(codec, [Buffer.from(sent)])).calls).toEqual([
      { name: 'f', input: '{    "a": "b\\nc" }' },
    ]);
  });

  test.each([
    ['stop-sequence', 'STOP'],
    ['length', 'MAX_TOKENS'],
    ['content-filter', 'SAFETY'],
    ['refusal', 'SAFETY'],
    ['pause', 'CONTINUATION'],
  ] as const)('that ended by %s says %s', (reason, expected) => {
    expect(encode([{ type: 'finish', reason }])).toContain(`"finishReason":"${expected}"`);
  });

  test('that failed ends with an error and no finish reason', async () => {
    const error = new GatewayError('overloaded', { message: 'Busy.', upstreamStatus: 529 });
    const events: ModelEvent[] = [
      { type: 'text-delta', part: 0, text: 'Half' },
      { type: 'tool-input-delta', part: 1, callId: 'c', name: 'f', text: '{"a' },
      { type: 'failure', error },
    ];
    const sent = encode(events);
    expect(sent).not.toContain('finishReason');
    expect(sent).not.toContain('functionCall');
    expect(tellAnswer(decodeAnswer(codec, [Buffer.from(sent)]))).toMatchObject({ text: 'Half', end: 'overloaded' });
    await expect(face.toAnswer(each(events), options)).rejects.toBe(error);
  });
});

test.each([
  ['rate-limited', 429, 'RESOURCE_EXHAUSTED'],
  ['budget-exceeded', 402, 'RESOURCE_EXHAUSTED'],
  ['bad-request', 400, 'INVALID_ARGUMENT'],
  ['unauthenticated', 401, 'UNAUTHENTICATED'],
  ['model-not-found', 404, 'NOT_FOUND'],
  ['timeout', 504, 'DEADLINE_EXCEEDED'],
  ['internal', 500, 'INTERNAL'],
] as const)('the error %s is %i %s', (code, status, word) => {
  expect(face.toError(new GatewayError(code, { message: 'No.' }))).toMatchObject({
    error: { code: status, status: word, message: 'No.' },
  });
});

describe('a request', () => {
  test('is read with all it says', () => {
    const body = {
      systemInstruction: { parts: [{ text: 'Be brief.' }, { text: 'Be kind.' }] },
      contents: [
        { parts: [{ text: 'Look:' }, { inlineData: { mimeType: 'image/png', data: 'aW1n' } }] },
        { role: 'user', parts: [{ fileData: { mimeType: 'application/pdf', fileUri: 'https://example.org/a.pdf' } }] },
      ],
      tools: [
        { functionDeclarations: [{ name: 'f', description: 'F.', parametersJsonSchema: { type: 'object' } }] },
        { googleSearch: {} },
      ],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      generationConfig: {
        temperature: 0,
        topK: 5,
        maxOutputTokens: 100,
        stopSequences: ['END'],
        seed: 7,
        responseMimeType: 'application/json',
        responseJsonSchema: { type: 'object' },
        thinkingConfig: { thinkingBudget: 2048, includeThoughts: true },
        mediaResolution: 'MEDIA_RESOLUTION_LOW',
      },
      safetySettings: [],
    };
    expect(read(body)).toMatchObject({ model: 'm', isStream: true, includeUsage: true });
    expect(request(body)).toEqual({
      model: 'm',
      instructions: ['Be brief.', 'Be kind.'],
      turns: [
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'Look:' },
            { type: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'aW1n' } },
          ],
        },
        {
          role: 'user',
          parts: [
            { type: 'file', mediaType: 'application/pdf', source: { kind: 'url', url: 'https://example.org/a.pdf' } },
          ],
        },
      ],
      tools: [{ name: 'f', description: 'F.', inputSchema: { type: 'object' } }],
      toolChoice: { name: 'f' },
      output: { type: 'schema', name: 'answer', schema: { type: 'object' } },
      reasoning: { budgetTokens: 2048 },
      sampling: { temperature: 0, topK: 5, maxOutputTokens: 100, stop: ['END'], seed: 7 },
      extras: {
        safetySettings: [],
        'generationConfig.mediaResolution': 'MEDIA_RESOLUTION_LOW',
        'tools.googleSearch': {},
      },
    });
  });

  test('keeps arguments and results as they were written, and joins results to calls without ids', () => {
    const body = `{"contents":[
      {"role":"model","parts":[
        {"functionCall":{"name":"f","args":{ "id": 12345678901234567890 }},"thoughtSignature":"c2ln"},
        {"functionCall":{"name":"f","args":{}}},{"functionCall":{"id":"own","name":"g"}}]},
      {"role":"user","parts":[
        {"functionResponse":{"name":"f","response":{"output":"one"}}},
        {"functionResponse":{"name":"f","response":{ "n": 1.0 }}},
        {"functionResponse":{"id":"own","name":"g","response":{"error":"broken"}}},
        {"text":"Go on."}]}]}`;
    const { turns } = request(body);
    const [assistant, ...results] = turns;
    const calls = assistant?.role === 'assistant' ? assistant.parts.filter((part) => part.type === 'tool-call') : [];
    expect(calls).toMatchObject([
      {
        name: 'f',
        input: '{ "id": 12345678901234567890 }',
        signature: { dialect: 'google-generative', value: 'c2ln' },
      },
      { name: 'f', input: '{}' },
      { callId: 'own', name: 'g', input: '{}' },
    ]);
    const [first, second] = calls;
    expect(first?.callId).not.toBe(second?.callId);
    expect(results).toEqual([
      { role: 'tool', callId: first?.callId, name: 'f', output: 'one' },
      { role: 'tool', callId: second?.callId, name: 'f', output: '{ "n": 1.0 }' },
      { role: 'tool', callId: 'own', name: 'g', output: 'broken', isError: true },
      { role: 'user', parts: [{ type: 'text', text: 'Go on.' }] },
    ]);
  });

  test('may name its fields with underscores, and its schemas in the older way', () => {
    const schema = {
      type: 'OBJECT',
      properties: {
        days: { type: 'INTEGER', nullable: true },
        type: { type: 'ARRAY', items: { type: 'STRING' }, minItems: '1' },
      },
    };
    const body = {
      system_instruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        {
          parts: [
            { inline_data: { mime_type: 'image/png', data: 'aW1n' } },
            { function_call: { name: 'f', args: { a_b: 1 } } },
          ],
        },
      ],
      tools: [{ function_declarations: [{ name: 'f', parameters: schema }] }],
      generation_config: { max_output_tokens: 5 },
    };
    const { instructions, turns, tools, sampling } = request(body);
    expect(instructions).toEqual(['Be brief.']);
    expect(turns[0]).toMatchObject({ parts: [{ mediaType: 'image/png' }, { input: '{"a_b":1}' }] });
    expect(sampling).toEqual({ maxOutputTokens: 5 });
    expect(tools[0]?.inputSchema).toEqual({
      type: 'object',
      properties: {
        days: { type: ['integer', 'null'] },
        type: { type: 'array', items: { type: 'string' }, minItems: 1 },
      },
    });
  });

  test('that is nested without end is refused and harms nobody', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const open = '{"type":"OBJECT","items":'.repeat(5000);
    const schema = `${open}{}${'}'.repeat(5000)}`;
    const contents = '"contents":[{"parts":[{"text":"x"}]}]';
    for (const more of [
      `"extra":${deep}`,
      `"tools":[{"functionDeclarations":[{"name":"f","parameters":${schema}}]}]`,
    ]) {
      expect(() => request(`{${contents},${more}}`)).toThrow(expect.objectContaining({ code: 'bad-request' }));
    }
  });

  test('that answers a call nobody made is refused', () => {
    const functionResponse = { name: 'f', response: { output: 'x' } };
    expect(() => request({ contents: [{ parts: [{ functionResponse }] }] })).toThrow(
      expect.objectContaining({ code: 'bad-request', param: 'contents.0.parts.0.functionResponse' }),
    );
    const made = { role: 'model', parts: [{ functionCall: { id: 'c', name: 'f' } }] };
    const twice = {
      parts: [1, 2].map((n) => ({ functionResponse: { ...functionResponse, id: 'c', response: { n } } })),
    };
    expect(request({ contents: [made, twice] }).turns.slice(1)).toMatchObject([
      { callId: 'c', output: '{"n":1}' },
      { callId: 'c', output: '{"n":2}' },
    ]);
  });

  test('names the parts and fields that no other dialect has', () => {
    const contents = [
      { role: 'model', parts: [{ executableCode: { language: 'PYTHON', code: '1' } }, { text: 'x' }] },
      { parts: [{ inlineData: { mimeType: 'video/mp4', data: 'aGk=' }, videoMetadata: { fps: 2 } }] },
    ];
    expect(request({ contents }).extras).toEqual({
      'contents.parts.executableCode': true,
      'contents.parts.videoMetadata': true,
    });
  });

  test('may use any name for its fields', () => {
    const properties = '{"__proto__":{"type":"STRING"},"constructor":{"type":"INTEGER"}}';
    const parameters = `{"type":"OBJECT","properties":${properties}}`;
    const { tools, extras } = request(
      `{"contents":[{"parts":[{"text":"x"}]}],"__proto__":{"a":1},"tools":[{"functionDeclarations":[{"name":"f","parameters":${parameters}}]}]}`,
    );
    expect(JSON.stringify(tools[0]?.inputSchema)).toBe(
      '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"integer"}}}',
    );
    expect(Object.getPrototypeOf(extras ?? {})).toBe(Object.prototype);
  });

  test.each([
    ['{', undefined],
    ['[]', undefined],
    ['{}', 'contents'],
    ['{"contents":[]}', 'contents'],
    ['{"contents":["hi"]}', 'contents'],
  ])('that is malformed is refused at once: %s', (body, param) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'bad-request', param }));
  });

  test.each([
    [{ contents: [{ parts: 'x' }] }, 'contents.0.parts'],
    [{ contents: [{ parts: [{ functionCall: {} }] }] }, 'contents.0.parts.0.functionCall.name'],
    [{ contents: [{}], tools: [{ functionDeclarations: [{ name: '' }] }] }, 'tools.0.functionDeclarations.0.name'],
    [{ contents: [{}], tools: 'all' }, 'tools'],
  ])('that names no function, or nothing readable, is refused: %j', (body, param) => {
    expect(() => request(body)).toThrow(expect.objectContaining({ code: 'bad-request', param }));
  });
});

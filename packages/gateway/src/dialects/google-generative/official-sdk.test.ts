import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { FunctionCallingConfigMode, GoogleGenAI } from '@google/genai';
import type { GenerateContentParameters } from '@google/genai';
import { generateText, jsonSchema, streamText } from 'ai';
import type { ToolSet } from 'ai';
import { afterEach, describe, expect, test } from 'vitest';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import type { ModelRequest } from '../../core/model-request.ts';
import { sampleTarget } from '../../testing/sample-call.ts';
import { startScriptedUpstream } from '../../testing/scripted-upstream.ts';
import type { ScriptedUpstream, UpstreamScript } from '../../testing/scripted-upstream.ts';
import { writeJson } from '../../transport/write-json.ts';
import { createGoogleGenerativeCodec } from './codec.ts';
import { createGoogleGenerativeFace } from './face.ts';

let server: ScriptedUpstream;
afterEach(() => server.close());

async function start(script: UpstreamScript): Promise<string> {
  server = await startScriptedUpstream(script);
  return server.baseUrl.replace(/\/v1$/, '');
}

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

const signed = (value: string) => ({ dialect: 'google-generative', value }) as const;
const google = (baseUrl: string) => new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl } });

async function askedBySdk(parameters: GenerateContentParameters) {
  const url = await start(({ response }) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end());
  const client = new GoogleGenAI({ apiKey: 'google-key', httpOptions: { baseUrl: url, apiVersion: 'v1beta' } });
  for await (const _ of await client.models.generateContentStream(parameters)) expect.unreachable();
  const [exchange] = server.exchanges;
  return {
    path: exchange?.request.url,
    key: exchange?.request.headers['x-goog-api-key'],
    body: JSON.parse(exchange?.body ?? '') as Record<string, unknown>,
  };
}

function askedByUs(request: Omit<ModelRequest, 'model'>) {
  const codec = createGoogleGenerativeCodec();
  const target = sampleTarget('google/gemini-2.5-flash', { apiKey: 'google-key' });
  const { path, body, dropped } = codec.toUpstream({ model: 'gemini-2.5-flash', ...request }, target);
  expect(dropped).toEqual([]);
  const url = new URL(`http://x.test/v1beta${path}`);
  const key = codec.authorize?.({ method: 'POST', url, body, headers: {}, target })['x-goog-api-key'];
  return { path: `/v1beta${path}`, key, body: JSON.parse(String(body)) as Record<string, unknown> };
}

describe('what we ask is what the SDK asks', () => {
  test('for a whole conversation with tools, pictures, signatures and every setting', async () => {
    const theirs = await askedBySdk({
      model: 'gemini-2.5-flash',
      contents: [
        { role: 'user', parts: [{ text: 'Look:' }, { inlineData: { mimeType: 'image/png', data: 'aW1n' } }] },
        {
          role: 'model',
          parts: [
            { text: 'Hm.', thought: true, thoughtSignature: 'dGhvdWdodA==' },
            { functionCall: { id: 'c1', name: 'get_weather', args: { city: 'Paris' } }, thoughtSignature: 'Y2FsbA==' },
            { functionCall: { id: 'c2', name: 'get_weather', args: { city: 'Rome' } } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'c1', name: 'get_weather', response: { output: 'sunny' } } },
            { functionResponse: { id: 'c2', name: 'get_weather', response: { error: 'broken' } } },
          ],
        },
        { role: 'user', parts: [{ fileData: { mimeType: 'application/pdf', fileUri: 'https://example.org/a.pdf' } }] },
      ],
      config: {
        systemInstruction: { parts: [{ text: 'Be brief.' }] },
        temperature: 0.5,
        topP: 0.9,
        topK: 5,
        maxOutputTokens: 100,
        stopSequences: ['END'],
        seed: 7,
        presencePenalty: 0.1,
        frequencyPenalty: 0.2,
        thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 },
        responseMimeType: 'application/json',
        responseJsonSchema: schema,
        tools: [{ functionDeclarations: [{ name: 'get_weather', description: 'W.', parametersJsonSchema: schema }] }],
        toolConfig: {
          functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ['get_weather'] },
        },
      },
    });
    const ours = askedByUs({
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
            { type: 'reasoning', text: 'Hm.', signature: signed('dGhvdWdodA==') },
            {
              type: 'tool-call',
              callId: 'c1',
              name: 'get_weather',
              input: '{"city":"Paris"}',
              signature: signed('Y2FsbA=='),
            },
            { type: 'tool-call', callId: 'c2', name: 'get_weather', input: '{"city":"Rome"}' },
          ],
        },
        { role: 'tool', callId: 'c1', output: 'sunny' },
        { role: 'tool', callId: 'c2', output: 'broken', isError: true },
        {
          role: 'user',
          parts: [
            { type: 'file', mediaType: 'application/pdf', source: { kind: 'url', url: 'https://example.org/a.pdf' } },
          ],
        },
      ],
      tools: [{ name: 'get_weather', description: 'W.', inputSchema: schema }],
      toolChoice: { name: 'get_weather' },
      output: { type: 'schema', name: 'answer', schema },
      reasoning: { budgetTokens: 2048 },
      sampling: {
        temperature: 0.5,
        topP: 0.9,
        topK: 5,
        maxOutputTokens: 100,
        stop: ['END'],
        seed: 7,
        presencePenalty: 0.1,
        frequencyPenalty: 0.2,
      },
    });
    expect(ours).toEqual(theirs);
  });

  test('for the least there is to ask', async () => {
    const theirs = await askedBySdk({
      model: 'gemini-2.5-flash',
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
    });
    delete theirs.body['generationConfig'];
    const ours = askedByUs({
      instructions: [],
      turns: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
      tools: [],
      sampling: {},
    });
    expect(ours).toEqual(theirs);
  });
});

describe('clients understand what we answer', () => {
  const face = createGoogleGenerativeFace();
  const options = { model: 'served', created: 1, includeUsage: true, id: 'answer-1' };
  const answer: ModelEvent[] = [
    { type: 'answer-start', id: 'answer-1', model: 'served' },
    { type: 'reasoning-delta', part: 0, text: 'Hm.' },
    { type: 'part-signature', part: 0, signature: { dialect: 'google-generative', value: 'dGhvdWdodA==' } },
    { type: 'text-delta', part: 1, text: 'Hello, ' },
    { type: 'text-delta', part: 1, text: 'wörld.' },
    { type: 'tool-input-delta', part: 2, callId: 'c1', name: 'get_weather', text: '{"city":' },
    { type: 'tool-input-delta', part: 2, callId: 'c1', name: 'get_weather', text: '"Paris"}' },
    { type: 'tool-input-delta', part: 3, callId: 'c2', name: 'get_weather', text: '{"city":"Rome"}' },
    { type: 'usage', usage: { input: 10, output: 7, reasoning: 3, cachedInput: 4 } },
    { type: 'finish', reason: 'tool-calls' },
  ];
  const failed: ModelEvent[] = [
    { type: 'text-delta', part: 0, text: 'Half' },
    { type: 'failure', error: new GatewayError('overloaded', { message: 'Busy.' }) },
  ];

  function serve(events: readonly ModelEvent[]): Promise<string> {
    return start(async ({ request, response }) => {
      if (request.url?.includes(':streamGenerateContent?alt=sse')) {
        const encoder = face.createEncoder(options);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const event of events) response.write(encoder.encode(event));
        response.end();
        return;
      }
      const each = (async function* () {
        yield* events;
      })();
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(writeJson(await face.toAnswer(each, options)));
    });
  }
  const question = { model: 'served', contents: 'Hi' };
  const calls = [
    { id: 'c1', name: 'get_weather', args: { city: 'Paris' } },
    { id: 'c2', name: 'get_weather', args: { city: 'Rome' } },
  ];

  test('@google/genai, streamed', async () => {
    const seen = { text: '', thoughts: '', calls: [] as unknown[], usage: {} as unknown, reason: '' as unknown };
    for await (const piece of await google(await serve(answer)).models.generateContentStream(question)) {
      for (const part of piece.candidates?.[0]?.content?.parts ?? []) {
        if (part.thought) seen.thoughts += part.text ?? '';
        else seen.text += part.text ?? '';
      }
      seen.calls.push(...(piece.functionCalls ?? []));
      seen.usage = piece.usageMetadata ?? seen.usage;
      seen.reason = piece.candidates?.[0]?.finishReason ?? seen.reason;
    }
    expect(seen).toMatchObject({ text: 'Hello, wörld.', thoughts: 'Hm.', calls, reason: 'STOP' });
    expect(seen.usage).toMatchObject({
      promptTokenCount: 10,
      candidatesTokenCount: 4,
      thoughtsTokenCount: 3,
      totalTokenCount: 17,
    });
  });

  test('@google/genai, whole', async () => {
    const whole = await google(await serve(answer)).models.generateContent(question);
    expect(whole).toMatchObject({ functionCalls: calls, modelVersion: 'served', responseId: 'answer-1' });
    expect(whole.candidates?.[0]?.content?.parts?.[1]).toEqual({ text: 'Hello, wörld.' });
  });

  test('@google/genai, and sees an error in the middle as one', async () => {
    let text = '';
    const read = async () => {
      for await (const piece of await google(await serve(failed)).models.generateContentStream(question))
        text += piece.text ?? '';
    };
    await expect(read()).rejects.toThrow('Busy.');
    expect(text).toBe('Half');
  });

  test('ai with @ai-sdk/google, streamed and whole', async () => {
    const url = await serve(answer);
    const model = createGoogleGenerativeAI({ apiKey: 'any', baseURL: `${url}/v1beta` })('served');
    const tools: ToolSet = { get_weather: { inputSchema: jsonSchema(schema) } };
    const streamed = streamText({ model, prompt: 'Hi', tools });
    const whole = await generateText({ model, prompt: 'Hi', tools });
    for (const result of [
      {
        text: await streamed.text,
        reasoning: await streamed.reasoningText,
        calls: await streamed.toolCalls,
        usage: await streamed.usage,
        reason: await streamed.finishReason,
      },
      {
        text: whole.text,
        reasoning: whole.reasoningText,
        calls: whole.toolCalls,
        usage: whole.usage,
        reason: whole.finishReason,
      },
    ]) {
      expect(result).toMatchObject({
        text: 'Hello, wörld.',
        reasoning: 'Hm.',
        reason: 'tool-calls',
        usage: { inputTokens: 10, outputTokens: 7 },
      });
      expect(result.calls.map(({ toolName, input }) => [toolName, input])).toEqual([
        ['get_weather', { city: 'Paris' }],
        ['get_weather', { city: 'Rome' }],
      ]);
    }
  });
});

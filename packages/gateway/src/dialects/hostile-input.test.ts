import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Codec, Frame } from '../core/codec.ts';
import type { Face } from '../core/face.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { ModelEvent, ModelFinishReason } from '../core/model-event.ts';
import type { ModelRequest } from '../core/model-request.ts';
import { sampleTarget } from '../testing/sample-call.ts';
import { createAnthropicMessagesCodec } from './anthropic-messages/codec.ts';
import { createAnthropicMessagesFace } from './anthropic-messages/face.ts';
import { createBedrockConverseCodec } from './bedrock-converse/codec.ts';
import { createGoogleGenerativeCodec } from './google-generative/codec.ts';
import { createGoogleGenerativeFace } from './google-generative/face.ts';
import { createOllamaChatCodec } from './ollama-chat/codec.ts';
import { createOpenAiChatCodec } from './openai-chat/codec.ts';
import { createOpenAiChatFace } from './openai-chat/face.ts';
import { createOpenAiResponsesCodec } from './openai-responses/codec.ts';
import { createOpenAiResponsesFace } from './openai-responses/face.ts';

const codecs: readonly Codec[] = [
  createOpenAiChatCodec(),
  createAnthropicMessagesCodec(),
  createOpenAiResponsesCodec(),
  createGoogleGenerativeCodec(),
  createBedrockConverseCodec(),
  createOllamaChatCodec(),
];

const models = ['large', 'claude-sonnet-4-5', 'anthropic.claude-opus-4-7', 'gemini-3-pro', 'gpt-5', 'constructor'];
const image = { type: 'base64', media_type: 'image/png', data: 'aGk=' };
const schema = { type: 'object', properties: { a: { type: 'string' } } };

/** A body in which everything that is read stands somewhere. */
const bodies: readonly [Face, object][] = [
  [
    createOpenAiChatFace(),
    {
      model: 'm',
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hi' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=', detail: 'low' } },
            { type: 'file', file: { filename: 't.pdf', file_data: 'data:application/pdf;base64,aGk=' } },
            { type: 'input_audio', input_audio: { data: 'aGk=', format: 'wav' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          reasoning_details: [{ type: 'reasoning.text', text: 'Hm', signature: 'c2ln', format: 'x' }],
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
        },
        { role: 'tool', tool_call_id: 'c', content: [{ type: 'text', text: 'no' }] },
      ],
      tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: schema, strict: true } }],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] },
      },
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema } },
      reasoning_effort: 'low',
      stop: ['x'],
      logit_bias: { 1: 2 },
    },
  ],
  [
    createAnthropicMessagesFace(),
    {
      model: 'm',
      max_tokens: 5000,
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hi' },
            { type: 'image', source: image },
            { type: 'document', title: 't', source: { ...image, media_type: 'application/pdf' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm', signature: 'c2ln' },
            { type: 'redacted_thinking', data: 'parley:call:google-generative:c:x' },
            { type: 'tool_use', id: 'c', name: 'f', input: { a: 1 } },
          ],
        },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'c', is_error: true, content: [{ type: 'text', text: 'no' }] }],
        },
      ],
      tools: [
        { name: 'f', description: 'd', input_schema: schema, strict: true },
        { type: 'web_search_20250305', name: 'web_search' },
      ],
      tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
      thinking: { type: 'enabled', budget_tokens: 2000 },
      output_config: { effort: 'max', format: { type: 'json_schema', schema } },
      temperature: 1,
      top_p: 0.5,
      top_k: 5,
      stop_sequences: ['x'],
      metadata: { user_id: 'u' },
      service_tier: 'auto',
    },
  ],
  [
    createOpenAiResponsesFace(),
    {
      model: 'm',
      instructions: 'Be brief.',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Hi' },
            { type: 'input_image', image_url: 'data:image/png;base64,aGk=', detail: 'high' },
            { type: 'input_file', filename: 'f', file_data: 'data:application/pdf;base64,aGk=' },
          ],
        },
        { type: 'reasoning', id: 'r', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'x' },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{"a":1}' },
        { type: 'function_call_output', call_id: 'c', output: 'no' },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
      ],
      tools: [{ type: 'function', name: 'f', parameters: schema, strict: false }, { type: 'web_search' }],
      tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'f' }] },
      text: { format: { type: 'json_schema', name: 'n', schema }, verbosity: 'low' },
      reasoning: { effort: 'high', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      parallel_tool_calls: false,
      temperature: 1,
      top_p: 0.5,
      max_output_tokens: 5000,
    },
  ],
  [
    createGoogleGenerativeFace(),
    {
      system_instruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        {
          role: 'user',
          parts: [
            { text: 'Hi' },
            { inlineData: { mimeType: 'image/png', data: 'aGk=' } },
            { fileData: { mimeType: 'application/pdf', fileUri: 'https://x.test/' } },
          ],
        },
        {
          role: 'model',
          parts: [
            { text: 'Hm', thought: true, thoughtSignature: 'c2ln' },
            { functionCall: { name: 'f', args: { a: 1 } } },
          ],
        },
        { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: 'no' } } }] },
      ],
      tools: [
        { functionDeclarations: [{ name: 'f', description: 'd', parameters: { ...schema, type: 'OBJECT' } }] },
        { googleSearch: {} },
      ],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f', 'g'] } },
      generationConfig: {
        temperature: 1,
        topK: 5,
        stopSequences: ['x'],
        responseMimeType: 'application/json',
        responseSchema: { type: 'OBJECT', nullable: true },
        thinkingConfig: { thinkingBudget: 2000, includeThoughts: true },
        candidateCount: 1,
      },
      safetySettings: [{ category: 'c', threshold: 't' }],
    },
  ],
];

const hostileWords = [
  '',
  '__proto__',
  'constructor',
  'toString',
  'tool_use',
  'text',
  '\uD800',
  'a\r\nb: c',
  'parley:call:guide:%:x',
];
/** Stands for something that is nested so deeply that nobody can go down it step by step. */
const deepWord = 'deeply nested';
const deep = `${'{"a":['.repeat(6000)}1${']}'.repeat(6000)}`;
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 3, arbitrary: fc.constantFrom(...hostileWords) },
  { weight: 3, arbitrary: fc.constantFrom(null, true, -1, 0.5, 1e308, [], {}, [null], [[]], ['', {}]) },
  { weight: 1, arbitrary: fc.constant(deepWord) },
);
/** Which node is changed, to what, and whether it is another key that comes instead. */
const change = fc.record({ at: fc.nat(10_000), value: hostile, key: fc.option(fc.constantFrom(...hostileWords)) });
const changes = fc.array(change, { minLength: 1, maxLength: 4 });
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function isNode(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** `value` as JSON text with some of its nodes changed. */
function changed(value: unknown, wishes: readonly Change[]): string {
  const root: Record<string, unknown> = { root: structuredClone(value) };
  for (const { at, value: given, key } of wishes) {
    const next: unknown = structuredClone(given);
    const places: [Record<string, unknown>, string][] = [];
    const visit = (node: unknown): void => {
      if (!isNode(node)) return;
      for (const name of Object.keys(node)) {
        places.push([node, name]);
        visit(node[name]);
      }
    };
    visit(root['root']);
    const [node, name] = places[at % Math.max(places.length, 1)] ?? [root, 'root'];
    if (key !== null && !Array.isArray(node)) {
      Object.defineProperty(node, key, { value: next, enumerable: true, configurable: true, writable: true });
    } else node[name] = next;
  }
  return JSON.stringify(root['root']).replaceAll(`"${deepWord}"`, deep);
}

/** Runs `work`; what it throws must be a fault of the asker's. */
function orRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'bad-request') return undefined;
    throw error;
  }
}

describe.each(bodies.map(([face, body]) => [face.dialect, face, body] as const))('a body of %s', (_, face, body) => {
  test('that is whole is read', () => {
    expect(face.read(Buffer.from(JSON.stringify(body)), { model: 'm' }).toRequest().turns).not.toEqual([]);
  });

  test('with anything anywhere is read, or refused as a bad request', () => {
    fc.assert(
      fc.property(changes, fc.constantFrom(...models), (wishes, model) => {
        const request: ModelRequest | undefined = orRefused(() =>
          face.read(Buffer.from(changed(body, wishes)), { model: 'm' }).toRequest(),
        );
        if (!request) return;
        for (const codec of codecs) {
          const sent = orRefused(() => codec.toUpstream(request, sampleTarget('acme/large', { model })));
          if (sent) JSON.parse(String(sent.body));
        }
      }),
      { numRuns: 800 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

const finishReasons: readonly ModelFinishReason[] = [
  'stop',
  'stop-sequence',
  'length',
  'tool-calls',
  'content-filter',
  'refusal',
  'pause',
  'context-exceeded',
];

function recordedFrames(codec: Codec): Frame[] {
  const folder = new URL(`${codec.dialect}/__fixtures__/`, import.meta.url);
  const names = readdirSync(folder).filter((name) => /\.(?:sse|bin|ndjson)$/.test(name));
  return names.flatMap((name) => {
    const scanner = codec.createScanner();
    return [...scanner.push(readFileSync(new URL(name, folder))), ...scanner.end()];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What is wrong with the way an answer ends. */
function faultsOf(events: readonly ModelEvent[]): string[] {
  const ends = events.flatMap((event) =>
    event.type === 'finish' ? [event.reason] : event.type === 'failure' ? ['failure'] : [],
  );
  const counts = events.flatMap((event) => (event.type === 'usage' ? Object.values(event.usage) : []));
  const last = events.at(-1)?.type;
  return [
    ...(ends.length === 1 ? [] : [`ends: ${ends.length}`]),
    ...(last === 'finish' || last === 'failure' ? [] : [`last: ${last}`]),
    ...ends.filter((end) => end !== 'failure' && !finishReasons.some((reason) => reason === end)),
    ...counts.filter((count) => !(count >= 0)).map((count) => `count: ${count}`),
  ];
}

/** The events of an answer that came in one piece; undefined where it cannot be read. */
function readWhole(codec: Codec, body: string): readonly ModelEvent[] | undefined {
  const decoder = codec.createDecoder({ target: sampleTarget() });
  try {
    const { events } = decoder.pushWhole(body);
    return [...events, ...decoder.end()];
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

describe.each(codecs.map((codec) => [codec.dialect, codec] as const))('an answer of %s', (_, codec) => {
  const recorded = recordedFrames(codec);
  const target = sampleTarget();
  const step = fc.record({ from: fc.nat(10_000), wishes: fc.option(changes) });

  test('with anything anywhere ends exactly once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const decoder = codec.createDecoder({ target });
        const events: ModelEvent[] = [];
        for (const { from, wishes } of steps) {
          const frame = recorded[from % recorded.length];
          if (!frame) continue;
          const data = wishes && frame.data !== undefined ? changed(parsed(frame.data), wishes) : frame.data;
          events.push(...decoder.push({ ...frame, data }).events);
        }
        expect(faultsOf([...events, ...decoder.end()])).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  test('in one piece with anything anywhere ends exactly once or cannot be read', () => {
    fc.assert(
      fc.property(fc.nat(10_000), changes, (from, wishes) => {
        const data = recorded[from % recorded.length]?.data ?? '{}';
        const events = readWhole(codec, changed(parsed(data), wishes));
        expect(events === undefined ? [] : faultsOf(events)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('refused with anything is an error of ours', () => {
    const body = {
      error: { message: 'm', type: 'overloaded_error', code: 'x', status: 'INTERNAL', details: [{ reason: 'r' }] },
    };
    fc.assert(
      fc.property(changes, fc.integer({ min: 400, max: 599 }), (wishes, status) => {
        const error = codec.toError({ status, headers: {}, text: changed(body, wishes) }, target);
        expect(error).toBeInstanceOf(GatewayError);
        expect(error.status).toBeTypeOf('number');
      }),
      { numRuns: 200 },
    );
  });
});

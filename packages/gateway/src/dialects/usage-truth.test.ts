import { describe, expect, test } from 'vitest';
import type { Codec } from '../core/codec.ts';
import type { ModelUsage } from '../core/model-event.ts';
import { sampleTarget } from '../testing/sample-call.ts';
import { createAnthropicMessagesCodec } from './anthropic-messages/codec.ts';
import { createBedrockConverseCodec } from './bedrock-converse/codec.ts';
import { createGoogleGenerativeCodec } from './google-generative/codec.ts';
import { createOllamaChatCodec } from './ollama-chat/codec.ts';
import { createOpenAiChatCodec } from './openai-chat/codec.ts';
import { createOpenAiResponsesCodec } from './openai-responses/codec.ts';

const chat = createOpenAiChatCodec();
const responses = createOpenAiResponsesCodec();
const messages = createAnthropicMessagesCodec();
const google = createGoogleGenerativeCodec();
const bedrock = createBedrockConverseCodec();
const ollama = createOllamaChatCodec();

/** A whole answer that says no more than its usage. */
const wrap: Readonly<Record<string, (usage: object) => object>> = {
  'openai-chat': (usage) => ({ choices: [{ index: 0, message: { content: 'x' }, finish_reason: 'stop' }], usage }),
  'openai-responses': (usage) => ({ id: 'r', status: 'completed', output: [], usage }),
  'anthropic-messages': (usage) => ({ content: [], stop_reason: 'end_turn', usage }),
  'google-generative': (usageMetadata) => ({ candidates: [{ finishReason: 'STOP' }], usageMetadata }),
  'bedrock-converse': (usage) => ({ output: { message: { content: [] } }, stopReason: 'end_turn', usage }),
  'ollama-chat': (usage) => ({ done: true, done_reason: 'stop', message: { content: 'x' }, ...usage }),
};

const cases: readonly [string, Codec, object, ModelUsage][] = [
  [
    'chat completions count the cache inside the prompt and thoughts inside the answer',
    chat,
    {
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
      completion_tokens_details: { reasoning_tokens: 30 },
    },
    { input: 100, output: 50, cachedInput: 60, cacheWrite: 10, reasoning: 30 },
  ],
  [
    'Responses count the cache inside the input and thoughts inside the output',
    responses,
    {
      input_tokens: 100,
      output_tokens: 50,
      input_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
      output_tokens_details: { reasoning_tokens: 30 },
    },
    { input: 100, output: 50, cachedInput: 60, cacheWrite: 10, reasoning: 30 },
  ],
  [
    'Messages count the cache beside the input, for how long it is kept, and thoughts inside the output',
    messages,
    {
      input_tokens: 10,
      cache_read_input_tokens: 60,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 10 },
      output_tokens: 50,
      output_tokens_details: { thinking_tokens: 30 },
      server_tool_use: { web_search_requests: 2 },
    },
    { input: 100, output: 50, cachedInput: 60, cacheWrite: 20, cacheWriteHour: 10, reasoning: 30, serverToolCalls: 2 },
  ],
  [
    'Messages without a word about how long are five minutes',
    messages,
    { input_tokens: 70, cache_creation_input_tokens: 30, output_tokens: 5 },
    { input: 100, output: 5, cacheWrite: 30 },
  ],
  [
    'Gemini counts the cache inside the prompt, the words of tools beside it, and thoughts beside the answer',
    google,
    {
      promptTokenCount: 90,
      toolUsePromptTokenCount: 10,
      cachedContentTokenCount: 60,
      candidatesTokenCount: 20,
      thoughtsTokenCount: 30,
      totalTokenCount: 150,
    },
    { input: 100, output: 50, cachedInput: 60, reasoning: 30 },
  ],
  [
    'Bedrock counts the cache beside the input',
    bedrock,
    {
      inputTokens: 10,
      outputTokens: 50,
      totalTokens: 150,
      cacheReadInputTokens: 60,
      cacheWriteInputTokens: 30,
      cacheDetails: [
        { ttl: '1h', inputTokens: 10 },
        { ttl: '5m', inputTokens: 20 },
      ],
    },
    { input: 100, output: 50, cachedInput: 60, cacheWrite: 20, cacheWriteHour: 10 },
  ],
  [
    'Bedrock that tells only the details is believed, and never owes tokens',
    bedrock,
    { inputTokens: 10, outputTokens: 5, cacheDetails: [{ ttl: '1h', inputTokens: 30 }] },
    { input: 40, output: 5, cacheWrite: 0, cacheWriteHour: 30 },
  ],
  [
    'Ollama counts what it read and wrote',
    ollama,
    { prompt_eval_count: 100, eval_count: 50 },
    { input: 100, output: 50 },
  ],
];

/** Which counts stand inside which: what is said twice would be paid twice. */
function expectContained({
  input,
  output,
  cachedInput = 0,
  cacheWrite = 0,
  cacheWriteHour = 0,
  reasoning = 0,
}: ModelUsage) {
  expect(cachedInput + cacheWrite + cacheWriteHour).toBeLessThanOrEqual(input);
  expect(reasoning).toBeLessThanOrEqual(output);
}

describe('the tokens of an answer', () => {
  test.each(cases)('%s', (_, codec, usage, expected) => {
    const decoder = codec.createDecoder({ target: sampleTarget() });
    decoder.pushWhole(JSON.stringify(wrap[codec.dialect]?.(usage)));
    const [told, end] = decoder.end();
    expect(told).toEqual({ type: 'usage', usage: expected });
    expect(end).toMatchObject({ type: 'finish' });
    expectContained(expected);
  });
});

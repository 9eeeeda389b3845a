import type { Price } from '../price.ts';

/**
 * When these list prices were gathered from the vendors' own pages. They are those of ordinary calls: batch, priority and
 * regional rates, and surcharges for very long prompts, are the operator's to set (`prices` of the configuration).
 */
export const pricesCheckedOn = '2026-02-23';

interface Extras {
  readonly cached?: number;
  readonly write?: number;
  readonly writeHour?: number;
  readonly audioInput?: number;
  readonly audioOutput?: number;
  /** One call of a tool that the vendor runs. */
  readonly tool?: number;
}

/** From US dollars, for a million tokens, to micro-units. */
function usd(input: number, output: number, extras: Extras = {}): Price {
  const { cached, write, writeHour, audioInput, audioOutput, tool } = extras;
  return {
    input: micro(input),
    output: micro(output),
    ...(cached !== undefined && { cachedInput: micro(cached) }),
    ...(write !== undefined && { cacheWrite: micro(write) }),
    ...(writeHour !== undefined && { cacheWriteHour: micro(writeHour) }),
    ...(audioInput !== undefined && { audioInput: micro(audioInput) }),
    ...(audioOutput !== undefined && { audioOutput: micro(audioOutput) }),
    ...(tool !== undefined && { serverToolCall: micro(tool) }),
  };
}

function micro(dollars: number): number {
  return Math.round(dollars * 1_000_000);
}

/** OpenAI's web search: 10 USD for a thousand calls. */
const openAi = (input: number, output: number, cached?: number): Price =>
  usd(input, output, { ...(cached !== undefined && { cached }), tool: 0.01 });

/** Anthropic prices caches by the input: reads a tenth, writes 1.25 and 2 times; web search 10 USD for a thousand. */
const anthropic = (input: number, output: number): Price =>
  usd(input, output, { cached: input / 10, write: input * 1.25, writeHour: input * 2, tool: 0.01 });

/** Google's grounded search: 35 USD for a thousand; 14 USD since Gemini 3. */
const google = (input: number, output: number, cached: number, audioInput = input, tool = 0.035): Price =>
  usd(input, output, { cached, audioInput, tool });

const plain = (input: number, output: number, cached?: number): Price =>
  usd(input, output, cached === undefined ? {} : { cached });

/** By the vendor's own name of the model, without a date. */
export const vendorPrices: Readonly<Record<string, Price>> = {
  // OpenAI
  'gpt-5.2': openAi(1.75, 14, 0.175),
  'gpt-5.2-chat': openAi(1.75, 14, 0.175),
  'gpt-5.2-codex': openAi(1.75, 14, 0.175),
  'gpt-5.2-pro': openAi(21, 168),
  'gpt-5.1': openAi(1.25, 10, 0.125),
  'gpt-5.1-chat': openAi(1.25, 10, 0.125),
  'gpt-5.1-codex': openAi(1.25, 10, 0.125),
  'gpt-5.1-codex-max': openAi(1.25, 10, 0.125),
  'gpt-5.1-codex-mini': openAi(0.25, 2, 0.025),
  'gpt-5': openAi(1.25, 10, 0.125),
  'gpt-5-chat': openAi(1.25, 10, 0.125),
  'gpt-5-codex': openAi(1.25, 10, 0.125),
  'gpt-5-mini': openAi(0.25, 2, 0.025),
  'gpt-5-nano': openAi(0.05, 0.4, 0.005),
  'gpt-5-pro': openAi(15, 120),
  'gpt-4.1': openAi(2, 8, 0.5),
  'gpt-4.1-mini': openAi(0.4, 1.6, 0.1),
  'gpt-4.1-nano': openAi(0.1, 0.4, 0.025),
  'gpt-4o': openAi(2.5, 10, 1.25),
  // Older dated version at its own price.
  'gpt-4o-2024-05-13': openAi(5, 15),
  'gpt-4o-mini': openAi(0.15, 0.6, 0.075),
  'gpt-4o-audio-preview': usd(2.5, 10, { audioInput: 40, audioOutput: 80 }),
  'gpt-4o-mini-audio-preview': usd(0.15, 0.6, { audioInput: 10, audioOutput: 20 }),
  'gpt-audio': usd(2.5, 10, { audioInput: 32, audioOutput: 64 }),
  'gpt-audio-mini': usd(0.6, 2.4, { audioInput: 10, audioOutput: 20 }),
  'chatgpt-4o': openAi(5, 15),
  'gpt-4-turbo': openAi(10, 30),
  'gpt-4': openAi(30, 60),
  'gpt-3.5-turbo': openAi(0.5, 1.5),
  o1: openAi(15, 60, 7.5),
  'o1-mini': openAi(1.1, 4.4, 0.55),
  'o1-pro': openAi(150, 600),
  o3: openAi(2, 8, 0.5),
  'o3-mini': openAi(1.1, 4.4, 0.55),
  'o3-pro': openAi(20, 80),
  'o4-mini': openAi(1.1, 4.4, 0.275),
  'text-embedding-3-small': plain(0.02, 0),
  'text-embedding-3-large': plain(0.13, 0),
  'text-embedding-ada-002': plain(0.1, 0),

  // Anthropic
  'claude-opus-4-6': anthropic(5, 25),
  'claude-opus-4-5': anthropic(5, 25),
  'claude-opus-4-1': anthropic(15, 75),
  'claude-opus-4': anthropic(15, 75),
  'claude-sonnet-4-6': anthropic(3, 15),
  'claude-sonnet-4-5': anthropic(3, 15),
  'claude-sonnet-4': anthropic(3, 15),
  'claude-haiku-4-5': anthropic(1, 5),
  'claude-3-7-sonnet': anthropic(3, 15),
  'claude-3-5-sonnet': anthropic(3, 15),
  'claude-3-5-haiku': anthropic(0.8, 4),
  'claude-3-opus': anthropic(15, 75),
  'claude-3-sonnet': anthropic(3, 15),
  'claude-3-haiku': usd(0.25, 1.25, { cached: 0.03, write: 0.3, writeHour: 0.5 }),

  // Google; prompts up to 200,000 tokens
  'gemini-3-pro': google(2, 12, 0.2, 2, 0.014),
  'gemini-3-flash': google(0.5, 3, 0.05, 1, 0.014),
  'gemini-2.5-pro': google(1.25, 10, 0.125),
  'gemini-2.5-flash': google(0.3, 2.5, 0.03, 1),
  'gemini-2.5-flash-lite': google(0.1, 0.4, 0.01, 0.3),
  'gemini-2.0-flash': google(0.1, 0.4, 0.025, 0.7),
  'gemini-2.0-flash-lite': google(0.075, 0.3, 0.075),
  'gemini-embedding': plain(0.15, 0),

  // Mistral
  'mistral-large': plain(0.5, 1.5),
  'mistral-large-2411': plain(2, 6),
  'mistral-medium': plain(0.4, 2),
  'mistral-small': plain(0.1, 0.3),
  'magistral-medium': plain(2, 5),
  'magistral-small': plain(0.5, 1.5),
  codestral: plain(0.3, 0.9),
  'devstral-medium': plain(0.4, 2),
  'devstral-small': plain(0.1, 0.3),
  'ministral-8b': plain(0.15, 0.15),
  'ministral-3b': plain(0.1, 0.1),
  'pixtral-large': plain(2, 6),
  'pixtral-12b': plain(0.15, 0.15),
  'open-mistral-nemo': plain(0.15, 0.15),
  'mistral-embed': plain(0.1, 0),

  // DeepSeek
  'deepseek-chat': plain(0.28, 0.42, 0.028),
  'deepseek-reasoner': plain(0.28, 0.42, 0.028),

  // Groq
  'llama-3.3-70b-versatile': plain(0.59, 0.79),
  'llama-3.1-8b-instant': plain(0.05, 0.08),
  'gpt-oss-120b': plain(0.15, 0.6, 0.075),
  'gpt-oss-20b': plain(0.075, 0.3, 0.0375),
  'llama-4-scout-17b-16e-instruct': plain(0.11, 0.34),
  'llama-4-maverick-17b-128e-instruct': plain(0.2, 0.6),
  'qwen3-32b': plain(0.29, 0.59),

  // xAI
  'grok-4': plain(3, 15, 0.75),
  'grok-4-fast-reasoning': plain(0.2, 0.5, 0.05),
  'grok-4-fast-non-reasoning': plain(0.2, 0.5, 0.05),
  'grok-4-1-fast-reasoning': plain(0.2, 0.5, 0.05),
  'grok-4-1-fast-non-reasoning': plain(0.2, 0.5, 0.05),
  'grok-code-fast-1': plain(0.2, 1.5, 0.02),
  'grok-3': plain(3, 15, 0.75),
  'grok-3-mini': plain(0.3, 0.5, 0.075),

  // Moonshot
  'kimi-k2': plain(0.6, 2.5, 0.15),
  'kimi-k2-thinking': plain(0.6, 2.5, 0.15),
  'kimi-k2.5': plain(0.6, 3, 0.1),

  // Z.AI
  'glm-4.7': plain(0.6, 2.2, 0.11),
  'glm-4.6': plain(0.6, 2.2, 0.11),
  'glm-4.5': plain(0.6, 2.2, 0.11),
  'glm-4.5-air': plain(0.2, 1.1, 0.03),

  // Amazon, on Bedrock
  'nova-pro': plain(0.8, 3.2, 0.2),
  'nova-lite': plain(0.06, 0.24, 0.015),
  'nova-micro': plain(0.035, 0.14, 0.00875),
  'nova-premier': plain(2.5, 12.5, 0.625),
};

/** Providers whose models run on the operator's own machines, by their names in the catalog: nobody sends a bill. */
export const freeProviders: ReadonlySet<string> = new Set([
  'guide',
  'ollama',
  'llamacpp',
  'llama.cpp',
  'lmstudio',
  'vllm',
]);

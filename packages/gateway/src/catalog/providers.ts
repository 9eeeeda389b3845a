import type { LogicalModel } from '../core/gateway-config.ts';
import type { Dialect } from '../core/model-request.ts';
import type { KeyHeader, Quirks, Timeouts } from '../core/provider-strategy.ts';

export interface ProviderRow {
  readonly label: string;
  readonly dialect: Dialect;
  /** Without a trailing slash. Where every customer has an address of their own, one that leads nowhere. */
  readonly baseUrl: string;
  readonly timeouts: Timeouts;
  /** Where it wants its key, unless in the dialect's own place. */
  readonly keyHeader?: KeyHeader;
  readonly quirks?: Quirks;
  /** What logical models mean here; empty means the first model the provider lists. */
  readonly preferred: Partial<Record<LogicalModel, string>>;
}

/** Start values in milliseconds. Reasoning models think silently before their first content, hence the long wait for it. */
const hostedTimeouts: Timeouts = { connect: 5000, headers: 120_000, content: 120_000, idle: 60_000 };
/** A model on this machine may first have to be read from disk. */
const localTimeouts: Timeouts = { connect: 3000, headers: 180_000, content: 180_000, idle: 60_000 };

/** How long to wait for a provider at an address: without TLS it is most likely a machine at home. */
export function timeoutsFor(baseUrl: string): Timeouts {
  return baseUrl.startsWith('https:') ? hostedTimeouts : localTimeouts;
}

/** The address of a provider that has none until the operator gives one (RFC 2606: it can never exist). */
const addressToBeSet = 'https://base-url-not-set.invalid';

const hosted = { timeouts: hostedTimeouts, preferred: {} } as const;
const hostedChat = { ...hosted, dialect: 'openai-chat' } as const;
const localChat = { timeouts: localTimeouts, preferred: {}, dialect: 'openai-chat' } as const;

/** The providers this gateway knows by name. Data: a new one of a known dialect is a row. */
export const providerRows = {
  openai: {
    ...hostedChat,
    label: 'OpenAI',
    baseUrl: 'https://api.openai.com/v1',
    quirks: { outputLimitField: 'max_completion_tokens' },
    preferred: { 'chat-fast': 'gpt-4o-mini', 'chat-quality': 'gpt-4o' },
  },
  anthropic: {
    ...hosted,
    label: 'Anthropic',
    dialect: 'anthropic-messages',
    baseUrl: 'https://api.anthropic.com/v1',
  },
  google: {
    ...hosted,
    label: 'Google AI Studio',
    dialect: 'google-generative',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  },
  // With a key ("express mode"). With a project, the path begins with /projects/{project}/locations/{location} and the
  // key is a bearer token.
  vertex: {
    ...hosted,
    label: 'Google Vertex AI',
    dialect: 'google-generative',
    baseUrl: 'https://aiplatform.googleapis.com/v1',
    quirks: { path: '/publishers/google/models/{model}:streamGenerateContent?alt=sse' },
  },
  bedrock: {
    ...hosted,
    label: 'Amazon Bedrock',
    dialect: 'bedrock-converse',
    baseUrl: 'https://bedrock-runtime.us-east-1.amazonaws.com',
  },
  'azure-openai': {
    ...hostedChat,
    label: 'Azure OpenAI',
    baseUrl: addressToBeSet,
    keyHeader: 'api-key',
    quirks: { path: '/openai/deployments/{model}/chat/completions?api-version=2024-10-21' },
  },
  'azure-anthropic': {
    ...hosted,
    label: 'Anthropic on Azure',
    dialect: 'anthropic-messages',
    baseUrl: addressToBeSet,
    keyHeader: 'x-api-key',
  },
  databricks: {
    ...hostedChat,
    label: 'Databricks',
    baseUrl: addressToBeSet,
    // It sends usage anyway, and some of its models refuse to be asked for it.
    quirks: { path: '/serving-endpoints/{model}/invocations', refusesStreamOptions: true },
  },
  openrouter: { ...hostedChat, label: 'OpenRouter', baseUrl: 'https://openrouter.ai/api/v1' },
  groq: { ...hostedChat, label: 'Groq', baseUrl: 'https://api.groq.com/openai/v1' },
  mistral: {
    ...hostedChat,
    label: 'Mistral',
    baseUrl: 'https://api.mistral.ai/v1',
    // It sends usage anyway.
    quirks: { refusesStreamOptions: true },
  },
  deepseek: { ...hostedChat, label: 'DeepSeek', baseUrl: 'https://api.deepseek.com/v1' },
  xai: { ...hostedChat, label: 'xAI', baseUrl: 'https://api.x.ai/v1' },
  moonshot: { ...hostedChat, label: 'Moonshot AI', baseUrl: 'https://api.moonshot.ai/v1' },
  together: { ...hostedChat, label: 'Together AI', baseUrl: 'https://api.together.xyz/v1' },
  fireworks: { ...hostedChat, label: 'Fireworks AI', baseUrl: 'https://api.fireworks.ai/inference/v1' },
  cerebras: { ...hostedChat, label: 'Cerebras', baseUrl: 'https://api.cerebras.ai/v1' },
  zai: {
    ...hosted,
    label: 'Z.AI',
    dialect: 'anthropic-messages',
    baseUrl: 'https://api.z.ai/api/anthropic/v1',
  },
  baidu: { ...hostedChat, label: 'Baidu Qianfan', baseUrl: 'https://qianfan.baidubce.com/v2' },
  atlascloud: { ...hostedChat, label: 'Atlas Cloud', baseUrl: 'https://api.atlascloud.ai/v1' },
  edenai: { ...hostedChat, label: 'Eden AI', baseUrl: 'https://api.edenai.run/v3' },
  vllm: { ...localChat, label: 'vLLM', baseUrl: 'http://127.0.0.1:8000/v1' },
  llamacpp: { ...localChat, label: 'llama.cpp', baseUrl: 'http://127.0.0.1:8080/v1' },
  lmstudio: { ...localChat, label: 'LM Studio', baseUrl: 'http://127.0.0.1:1234/v1' },
  // Its OpenAI-compatible side, where bytes pass untouched; `dialect: ollama-chat` takes the native one.
  ollama: { ...localChat, label: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1' },
  guide: {
    label: "Parley's built-in guide",
    dialect: 'guide',
    baseUrl: 'guide:',
    timeouts: localTimeouts,
    preferred: { 'chat-fast': 'guide', 'chat-quality': 'guide' },
  },
} as const satisfies Readonly<Record<string, ProviderRow>>;

/** Words in the names of models that cannot chat. */
const otherTrades =
  /embed|whisper|tts|dall-e|moderation|transcribe|realtime|audio|image|rerank|davinci|babbage|sora|clip|bge-|nomic|veo-|imagen|aqa/i;

/** Whether a listed model is likely to chat, judged by its name: lists say no more. */
export function isChatModelName(name: string): boolean {
  return !otherTrades.test(name);
}

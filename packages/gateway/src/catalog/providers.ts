import type { LogicalModel } from '../core/gateway-config.ts';
import type { Dialect } from '../core/model-request.ts';
import type { OutputLimitField, Timeouts } from '../core/provider-strategy.ts';

export interface ProviderRow {
  readonly label: string;
  readonly dialect: Dialect;
  readonly baseUrl: string;
  readonly timeouts: Timeouts;
  readonly outputLimitField?: OutputLimitField;
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

/** The providers this gateway knows by name. Data: a new one of a known dialect is a row. */
export const providerRows = {
  openai: {
    label: 'OpenAI',
    dialect: 'openai-chat',
    baseUrl: 'https://api.openai.com/v1',
    timeouts: hostedTimeouts,
    outputLimitField: 'max_completion_tokens',
    preferred: { 'chat-fast': 'gpt-4o-mini', 'chat-quality': 'gpt-4o' },
  },
  ollama: {
    label: 'Ollama',
    dialect: 'openai-chat',
    baseUrl: 'http://127.0.0.1:11434/v1',
    timeouts: localTimeouts,
    preferred: {},
  },
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
  /embed|whisper|tts|dall-e|moderation|transcribe|realtime|audio|image|rerank|davinci|babbage|sora|clip|bge-|nomic/i;

/** Whether a listed model is likely to chat, judged by its name: lists say no more. */
export function isChatModelName(name: string): boolean {
  return !otherTrades.test(name);
}

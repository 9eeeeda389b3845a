import type { ModelEvent } from './model-event.ts';
import type { Dialect, ModelRequest } from './model-request.ts';

/** Milliseconds. `content` is the wait for the first event after headers, `idle` the longest silence after that. */
export interface Timeouts {
  readonly connect: number;
  readonly headers: number;
  readonly content: number;
  readonly idle: number;
}

export type OutputLimitField = 'max_tokens' | 'max_completion_tokens';

/** In which header a key is sent. */
export type KeyHeader = 'authorization' | 'x-api-key' | 'api-key' | 'x-goog-api-key';

export interface AwsCredentials {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Named habits of a provider that speaks a dialect in its own way. Data of the provider's row, never a name comparison. */
export interface Quirks {
  /** What it calls the limit on output tokens; `max_tokens` unless told. OpenAI's reasoning models refuse that one. */
  readonly outputLimitField?: OutputLimitField;
  /** Refuses `stream_options`. */
  readonly refusesStreamOptions?: boolean;
  /**
   * Path of a call in place of the dialect's own, with `{model}` where the model's name goes (Azure deployments,
   * Databricks, Vertex); may hold a query.
   */
  readonly path?: string;
  /** The wire has no place for several tools at once. */
  readonly refusesParallelTools?: boolean;
  /** Sends an assistant turn at the end of a request on as the beginning of its answer. */
  readonly prefillsAnswer?: boolean;
  /** How long Ollama keeps a model in memory after a call, in its own words, such as `30m`; a client may say otherwise. */
  readonly keepAlive?: string;
}

/** What a model can do; absent means unknown, and unknown counts as able. */
export interface Capabilities {
  /** Tokens of input and output together. */
  readonly contextTokens?: number;
  readonly images?: boolean;
  readonly audio?: boolean;
  readonly tools?: boolean;
  readonly schema?: boolean;
  readonly reasoning?: boolean;
  /** Continues an assistant turn that was begun. */
  readonly prefill?: boolean;
}

/** Where a call goes: one provider, one upstream model name. */
export interface Target {
  /** `provider/model`, by their names here; names the target in breakers, statistics and metrics. */
  readonly id?: string;
  /** The provider's name in the configuration. */
  readonly providerName?: string;
  /** Name of the provider in messages for people. */
  readonly provider: string;
  /** `openai-chat` unless told. */
  readonly dialect?: Dialect;
  /** Base URL including the version segment, such as `https://api.openai.com/v1`, without a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** Where `apiKey` goes; the dialect's own way unless told. */
  readonly keyHeader?: KeyHeader;
  readonly aws?: AwsCredentials;
  /** Name of the model as the provider knows it. */
  readonly model: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly quirks?: Quirks;
  readonly capabilities?: Capabilities;
  readonly timeouts: Timeouts;
}

/**
 * Speaks one dialect. May throw a `GatewayError` before its first event; afterwards failure is an event.
 * Ends promptly when `signal` aborts, with `failure` `cancelled` or by throwing it.
 */
export interface ProviderStrategy {
  readonly dialect: Dialect;
  stream(request: ModelRequest, target: Target, signal: AbortSignal): AsyncIterable<ModelEvent>;
  /**
   * Ends the upstream call that a provider records under `idempotencyKey` and drops its recording. Only for answers
   * whose `answer-start` had a `recording`: such a call outlives its client. Harmless when there is none (any more).
   * Throws a `GatewayError` when the provider cannot be told.
   */
  cancel?(idempotencyKey: string, target: Target, signal: AbortSignal): Promise<void>;
}

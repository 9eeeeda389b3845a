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

/** Where a call goes: one provider, one upstream model name. */
export interface Target {
  /** Name of the provider in logs and errors. */
  readonly provider: string;
  /** Base URL including the version segment, such as `https://api.openai.com/v1`, without a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** Name of the model as the provider knows it. */
  readonly model: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What this provider calls the limit on output tokens; `max_tokens` unless told. OpenAI's reasoning models refuse that one. */
  readonly outputLimitField?: OutputLimitField;
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

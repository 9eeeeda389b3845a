import type { GatewayError } from './gateway-error.ts';

export type ModelFinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter';

/** Tokens of one call. `cachedInput` is contained in `input`, `reasoning` in `output`. */
export interface ModelUsage {
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number;
  readonly reasoning?: number;
}

/**
 * What a model says, in order. `part` numbers the parts of one answer from 0; parallel tool calls may interleave.
 * Exactly one `finish` or `failure` ends a stream; text that was sent before a `failure` stands.
 */
export type ModelEvent =
  | {
      readonly type: 'answer-start';
      readonly id: string;
      readonly model: string;
      /**
       * Present when the provider records the answer under the request's idempotency key: `new` is a call of its own,
       * `replayed` an earlier call of that key, from its first event.
       */
      readonly recording?: 'new' | 'replayed';
    }
  | { readonly type: 'text-delta'; readonly part: number; readonly text: string }
  | { readonly type: 'reasoning-delta'; readonly part: number; readonly text: string }
  | {
      readonly type: 'tool-input-delta';
      readonly part: number;
      readonly callId: string;
      readonly name: string;
      readonly text: string;
    }
  | {
      readonly type: 'source';
      readonly part: number;
      readonly id: string;
      readonly title: string;
      readonly url: string;
      readonly excerpt?: string;
    }
  | { readonly type: 'usage'; readonly usage: ModelUsage }
  | { readonly type: 'finish'; readonly reason: ModelFinishReason }
  | { readonly type: 'failure'; readonly error: GatewayError };

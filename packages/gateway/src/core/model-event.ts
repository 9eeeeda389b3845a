import type { GatewayError } from './gateway-error.ts';
import type { Signature } from './model-request.ts';

export type ModelFinishReason =
  | 'stop'
  | 'stop-sequence'
  | 'length'
  | 'tool-calls'
  | 'content-filter'
  | 'refusal'
  | 'pause'
  | 'context-exceeded';

/**
 * Tokens of one call. `cachedInput` and both cache writes are contained in `input`, `reasoning` in `output`, audio in
 * its side: nothing is counted twice. Cumulative: a later report of one call replaces an earlier one.
 */
export interface ModelUsage {
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number;
  /** Written to the provider's cache for five minutes (or for as long as that provider keeps it). */
  readonly cacheWrite?: number;
  /** Written to the provider's cache for an hour. */
  readonly cacheWriteHour?: number;
  readonly reasoning?: number;
  readonly audioInput?: number;
  readonly audioOutput?: number;
  /** Calls of tools that the provider runs itself, such as web searches. */
  readonly serverToolCalls?: number;
}

/** How a Parley gateway served a call, by its own words. */
export interface ServedBy {
  readonly provider: string;
  readonly model: string;
  /** How many calls of providers it took; none when the answer came out of the cache. */
  readonly attempts?: number;
  /** Whether the answer came out of the cache; absent where there is no cache. */
  readonly cached?: boolean;
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
      /** Present when the provider is a Parley gateway. */
      readonly served?: ServedBy;
    }
  | { readonly type: 'text-delta'; readonly part: number; readonly text: string }
  | { readonly type: 'reasoning-delta'; readonly part: number; readonly text: string }
  /** The model's own words of refusal; also the answer's text for dialects without a place for them. */
  | { readonly type: 'refusal-delta'; readonly part: number; readonly text: string }
  | {
      readonly type: 'tool-input-delta';
      readonly part: number;
      readonly callId: string;
      readonly name: string;
      readonly text: string;
    }
  /** Belongs to the part of that number, of any kind; may come late. `opaque` stands in place of reasoning text. */
  | {
      readonly type: 'part-signature';
      readonly part: number;
      readonly signature?: Signature;
      readonly opaque?: Signature;
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
  /** Another target goes on: `continued` after what was said, `restarted` from nothing, so that earlier parts are void. */
  | {
      readonly type: 'recovery';
      readonly mode: 'restarted' | 'continued';
      readonly from: string;
      readonly to: string;
    }
  /**
   * Bytes in the client's own dialect, as the upstream wrote them; only where a call brought its own bytes and the
   * target speaks its dialect. Never given to callers of `Gateway.stream`. `lifecycle` says nothing to a reader yet,
   * `end` is the end marker. What the bytes said of usage and the end still comes as `usage` and `finish` or `failure`.
   */
  | { readonly type: 'wire'; readonly phase: 'lifecycle' | 'content' | 'end'; readonly bytes: Buffer }
  | { readonly type: 'finish'; readonly reason: ModelFinishReason; readonly stopSequence?: string }
  | { readonly type: 'failure'; readonly error: GatewayError };

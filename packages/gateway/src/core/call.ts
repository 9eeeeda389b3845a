import type { ModelSettings, Tier } from './gateway-config.ts';
import type { GatewayError, GatewayErrorCode } from './gateway-error.ts';
import type { ClientDialect } from './face.ts';
import type { ModelEvent, ModelUsage, ServedBy } from './model-event.ts';
import type { ModelRequest } from './model-request.ts';
import type { Target } from './provider-strategy.ts';
import type { TierChoice } from '../routing/tiers/choose-tier.ts';
import type { VirtualKey } from '../keys/virtual-key.ts';

/** On whose behalf a call is made. Everything here was checked; what a client merely claims is not here. */
export interface CallScope {
  /** Digest of the key that was sent; empty without one. */
  readonly caller: string;
  /** The configured key, where keys with limits are configured. */
  readonly key?: VirtualKey;
  readonly tenant?: string;
  readonly user?: string;
  readonly team?: string;
  readonly customer?: string;
  readonly organisation?: string;
  /** The client's own word for a conversation; never made up. */
  readonly session?: string;
  /** The client's IP address, for limits that go by it. */
  readonly address?: string;
}

/** One try at one target, for the trail: log line, headers, ledger, metrics. */
export interface Attempt {
  /** `provider/model`. */
  readonly target: string;
  readonly purpose: 'first' | 'retry' | 'fallback' | 'hedge' | 'recovery';
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  durationMs?: number;
  /** `served`: its output went to the client. `discarded`: it answered, but another one was taken. */
  outcome?: 'served' | 'discarded' | GatewayErrorCode;
  /** The upstream's HTTP status, where it gave one. */
  status?: number;
  /** What it used, whether or not its output was taken. */
  usage?: ModelUsage;
}

/** What happened to a call so far. Grows while it runs; read by the log line, headers, ledger and metrics. */
export interface Trail {
  readonly attempts: Attempt[];
  /** What of the request the target had no place for. */
  readonly dropped: Set<string>;
  /** One sentence each why the route was chosen as it was. */
  readonly reasons: string[];
  /** How a tier or a tool threshold chose, where one did. */
  choice?: TierChoice;
  /** The target whose answer the client gets, once there is one. */
  served?: Target;
  /** Upstream events that were skipped because they could not be read. */
  malformed?: number;
  /** `hit`: exactly this request; `near`: one that means the same. */
  cache?: 'hit' | 'near' | 'miss' | 'bypass';
  /** What the caller pays, once the answer is over: micro-units of a US dollar, and whether that was estimated. */
  charge?: { readonly usage: ModelUsage; readonly microUsd: number; readonly isEstimated: boolean };
}

/** What a request needs of a model, found without translating it. */
export interface CallTraits {
  readonly hasImages: boolean;
  readonly hasAudio: boolean;
  readonly toolCount: number;
  readonly wantsSchema: boolean;
  /** Names tools that the provider runs itself. */
  readonly hasHostedTools?: boolean;
  /** A rough count: characters of the body divided by four. */
  readonly approximateTokens: number;
  /** The longest answer the client allows, where it says so. */
  readonly maxOutputTokens?: number;
}

/** One request on its way through the gateway. */
export interface Call {
  readonly id: string;
  /** The model as the client wrote it; empty when it named none. */
  readonly model: string;
  readonly isStream: boolean;
  /** The request in nobody's dialect; made when first asked for, then kept. Throws `bad-request`. */
  toRequest(): ModelRequest;
  traits(): CallTraits;
  /** The client's own bytes, where it can take an answer in the bytes of that dialect. */
  readonly wire?: {
    readonly dialect: ClientDialect;
    readonly body: Buffer;
    /** The client did not ask for usage: frames that carry nothing else are left out. */
    readonly hidesUsage?: boolean;
    /** The client's headers that belong to its dialect. */
    readonly headers?: Readonly<Record<string, string>>;
  };
  readonly scope: CallScope;
  readonly trail: Trail;
  /** Monotonic milliseconds (`performance.now()`), absolute: a retry never moves them. `startBy`: content must flow. */
  readonly startBy: number;
  readonly deadline: number;
  readonly idempotencyKey?: string;
  /** The client's own words about caches (`Cache-Control`). */
  readonly cacheControl?: { readonly noCache: boolean; readonly noStore: boolean };
  /** What the client can bear when an answer breaks off and another target takes over; nothing unless told. */
  readonly bears?: {
    /** Drops what came before a `recovery` `restarted`: library callers, and clients that send `X-Parley-Recovery: restart`. */
    readonly restart: boolean;
    /** Its dialect has a place for reasoning that begins anew, without a false signature. */
    readonly secondReasoning: boolean;
  };
}

/** How an answer ended, whoever read it. */
export interface AnswerEnd {
  /** Why it is not whole; `cancelled` when its reader left. */
  readonly error?: GatewayError;
  /** The last that was said of it. */
  readonly usage?: ModelUsage;
}

/** An answer whose content has begun: everything that failed before was an exception. */
export interface Answer {
  readonly target: Target;
  /** Set when the provider says it records the answer under the call's idempotency key. */
  readonly recording?: 'new' | 'replayed';
  /** Set when the target is a Parley gateway, which says who served the call there. */
  readonly served?: ServedBy;
  /**
   * All events from the very first, in batches as they came off the socket; never empty batches. Ends after `finish` or
   * `failure` and does not throw. Can be read once. Leaving the loop closes the upstream call.
   */
  readonly batches: AsyncIterable<readonly ModelEvent[]>;
  /** Resolves once the answer is over and never rejects; set for every answer that came through `withEnd`. */
  readonly ended?: Promise<AnswerEnd>;
}

/**
 * Calls one target. Resolves when content has come (text, reasoning, a tool call, or the end of an empty answer),
 * rejects with a `GatewayError` for everything that fails before: so a rejected call can be made again elsewhere and
 * nobody saw anything. Retry, breaker, key pool and hedge are functions from `Caller` to `Caller`.
 */
export type Caller = (call: Call, target: Target, signal: AbortSignal) => Promise<Answer>;

/** The targets a call may go to, in order of preference, and how to choose among them. */
export interface RoutePlan {
  /** The logical name, or `provider/model`. */
  readonly name: string;
  readonly candidates: readonly RouteCandidate[];
  readonly settings: ModelSettings;
}

export interface RouteCandidate {
  readonly target: Target;
  /** Share among its equals; 1 unless told. */
  readonly weight: number;
  /** The tier it serves in a plan that a tier chose. */
  readonly tier?: Tier;
}

/** Answers a call by a plan. Cache, budget, fallback and recovery are functions from `PlanCaller` to `PlanCaller`. */
export type PlanCaller = (call: Call, plan: RoutePlan, signal: AbortSignal) => Promise<Answer>;

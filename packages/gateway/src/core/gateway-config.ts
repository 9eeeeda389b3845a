import type { RecordingsPlace } from '../config/recordings-place.ts';
import type { GuideDocument } from '../dialects/guide/guide-document.ts';
import type { VirtualKey } from '../keys/virtual-key.ts';
import type { RecordingSettings } from '../recordings/recordings.ts';
import type { TierPinSettings } from '../routing/tiers/tier-pins.ts';
import type { BudgetRule } from '../usage/budget-rule.ts';
import type { Price } from '../usage/price.ts';
import type { Dialect } from './model-request.ts';
import type { AwsCredentials, Capabilities, KeyHeader, Quirks, Timeouts } from './provider-strategy.ts';

/** A place that may be called. The name is the first half of `provider/model`. */
export interface Provider {
  readonly name: string;
  /** How people call it, for messages. */
  readonly label: string;
  readonly dialect: Dialect;
  /** Ends with the version segment, without a trailing slash. */
  readonly baseUrl: string;
  /** Used side by side; one that is limited or refused rests while the others serve. Empty: none is needed. */
  readonly keys: readonly string[];
  readonly keyHeader?: KeyHeader;
  readonly aws?: AwsCredentials;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeouts: Timeouts;
  readonly quirks?: Quirks;
  /** Calls at once; what is beyond waits in a queue of bounded length. */
  readonly maxConcurrent?: number;
  readonly maxQueued?: number;
  /** The models it serves, by the operator's word: it is then not asked for a list. */
  readonly models?: readonly string[];
  /** `found`: used only once it has been seen to answer with at least one model. */
  readonly presence: 'configured' | 'found';
  /** What logical models mean here unless the operator says otherwise; empty means the first model it lists. */
  readonly preferred: Partial<Record<LogicalModel, string>>;
  /** The preferred names are the operator's own words: they are used without a look at the provider's list. */
  readonly isPreferenceExplicit: boolean;
}

/** Names that always exist, whoever serves them. */
export const logicalModels = ['chat-fast', 'chat-quality'] as const;
export type LogicalModel = (typeof logicalModels)[number];

/** A provider's model, by the names of both. */
export interface ModelAddress {
  readonly provider: string;
  readonly model: string;
}

/** One target of a logical model. */
export interface TargetSettings extends ModelAddress {
  readonly weight: number;
  readonly capabilities?: Capabilities;
}

export const tiers = ['simple', 'medium', 'complex', 'reasoning'] as const;
export type Tier = (typeof tiers)[number];

/** How a logical model chooses and what it does when a target fails. */
export interface ModelSettings {
  /**
   * How the first target is chosen; the others follow in order. `ordered` takes them as listed, `weighted` draws by
   * weight (A/B, canary), `latency` takes the quicker of two drawn, `cost` the cheapest, `headroom` the least busy.
   */
  readonly balance: 'ordered' | 'weighted' | 'latency' | 'cost' | 'headroom';
  /** Who keeps a target once chosen, so that provider caches stay warm and an experiment stays the same. */
  readonly sticky: 'none' | 'session' | 'user';
  /** Whether other targets are tried after the chosen one. */
  readonly fallback: boolean;
  /** Also go round a content filter by asking another target. */
  readonly fallbackOnContentFilter: boolean;
  /**
   * What happens when an answer breaks off after its first content: an error, a new start where the client can bear
   * it, or another target that continues the text.
   */
  readonly recovery: 'error' | 'restart' | 'continue';
  /** A second try elsewhere when no content has come for as long as `quantile` of calls wait; at most `share` extra calls. */
  readonly hedge?: { readonly quantile: number; readonly share: number; readonly minMs: number };
  readonly cache: { readonly exact: 'off' | 'deterministic' | 'always'; readonly semantic: boolean };
}

/** A name that stands for one or several targets, or for the tier of a request. */
export interface ModelRow {
  readonly name: string;
  /** Empty where `tiers` decides. */
  readonly targets: readonly TargetSettings[];
  /** The model (logical, or `provider/model`) of each tier of complexity. */
  readonly tiers?: Partial<Record<Tier, string>>;
  /** Beyond that many tools another model serves; the first that holds, from the highest count. */
  readonly toolThresholds?: readonly { readonly above: number; readonly use: string }[];
  readonly settings: ModelSettings;
}

export interface RetrySettings {
  /** Tries at one target for a 429, the first included. */
  readonly maxTries: number;
  /** A longer `Retry-After` is not waited for: the next target is taken. */
  readonly longestWaitMs: number;
  /** Exponential backoff with jitter where nobody said how long. */
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
}

export interface BreakerSettings {
  readonly windowMs: number;
  /** Opens at so many failures, if they are at least `failureShare` of the calls in the window. */
  readonly failures: number;
  readonly failureShare: number;
  /** From open to half-open. */
  readonly openMs: number;
  readonly probesPerMinute: number;
  /** Successes that close it again. */
  readonly successes: number;
}

export interface CacheSettings {
  readonly place: 'memory' | 'redis';
  /** Of the Redis, where `place` is one. */
  readonly url?: string;
  readonly exact: { readonly maxEntries: number; readonly ttlMs: number };
  readonly semantic: {
    readonly isOn: boolean;
    /** `provider/model` of an embeddings endpoint; undefined: the built-in lexical one, for near-duplicates only. */
    readonly embedder?: ModelAddress;
    /** The largest share of hits that may be wrong. */
    readonly maxErrorShare: number;
    /** Share of would-be hits that are verified by calling the model. */
    readonly verifyShare: number;
    readonly maxEntries: number;
    readonly ttlMs: number;
  };
}

export interface SheddingSettings {
  readonly isOn: boolean;
  readonly maxActive: number;
  /** Share of the container's memory. */
  readonly memoryShare: number;
  readonly maxLoopDelayMs: number;
}

/** Limits for whoever calls, on top of those of a key. */
export interface RateLimitSettings {
  readonly isOn: boolean;
  readonly windowMs: number;
  readonly maxRequests: number;
  readonly by: 'session' | 'ip' | 'both';
}

/** Everything a gateway needs to know. Immutable; made by `configFromEnvironment`, from `gateway.yaml`, or by hand. */
export interface GatewayConfig {
  /** In order of preference; `guide` comes last. */
  readonly providers: readonly Provider[];
  /** The operator's mapping; names left out are decided by the first provider that is present. */
  readonly mapping: Partial<Record<LogicalModel, ModelAddress>>;
  /** The operator's own names; one may be called like a `LogicalModel` and then wins. */
  readonly models: readonly ModelRow[];
  /** For names without a row of their own. */
  readonly modelDefaults: ModelSettings;
  /** Serves requests that name no model or an unknown one; undefined: those are refused. */
  readonly defaultModel?: string;
  /** Every request goes to `defaultModel`, whatever it asks for. */
  readonly forceDefaultModel: boolean;
  /** Keys that clients must send, without limits of their own. Empty together with `keys`: any key, on loopback only. */
  readonly apiKeys: readonly string[];
  /** Keys with models, budgets and limits. */
  readonly keys: readonly VirtualKey[];
  /** Budgets of users, teams, customers, organisations and models, besides those of keys. */
  readonly budgets?: readonly BudgetRule[];
  /** Where budgets are kept. */
  readonly ledger:
    | { readonly kind: 'memory' }
    | { readonly kind: 'sqlite'; readonly path: string }
    | { readonly kind: 'redis'; readonly url: string };
  /** SHA-256 of the admin token, in hex; undefined: the admin routes are closed. */
  readonly adminTokenSha256?: string;
  /** By `provider/model` or model; win over the price table that comes with the gateway. */
  readonly prices: Readonly<Record<string, Price>>;
  /** What to do with a model whose price nobody knows while a budget in money applies. */
  readonly unknownPrice: 'block' | 'count';
  readonly retry: RetrySettings;
  readonly breaker: BreakerSettings;
  readonly cache: CacheSettings;
  readonly shedding: SheddingSettings;
  /** How long sessions stay with the tier they got; the router's own start values unless told. */
  readonly tierPins?: TierPinSettings;
  readonly rateLimit: RateLimitSettings;
  /** Milliseconds of a whole request: until content flows, and altogether. */
  readonly startDeadlineMs: number;
  readonly totalDeadlineMs: number;
  /** Milliseconds that running calls get when the process is told to stop. */
  readonly drainMs: number;
  /** Bytes of a request body. */
  readonly bodyLimit: number;
  /** Where OpenTelemetry spans and metrics go (OTLP over HTTP, JSON); undefined: nowhere. */
  readonly telemetry?: { readonly endpoint: string; readonly headers: Readonly<Record<string, string>> };
  /** What may be left out: the routes of metrics and health, and the log line of each call. All of it is there unless told. */
  readonly surface?: { readonly metrics: boolean; readonly health: boolean; readonly requestLog: boolean };
  /** Routing decisions in response headers under the Lynkr names too. */
  readonly lynkrHeaders: boolean;
  /** Host names, besides loopback ones and IP addresses, under which a gateway without keys may be addressed. */
  readonly allowedHosts: readonly string[];
  readonly host: string;
  readonly port: number;
  /** Where recordings are kept, for whoever opens the store; `createGateway` itself only heeds `off`. */
  readonly recordings: RecordingsPlace;
  /** How long and how large recordings of streamed answers may be. */
  readonly recording: RecordingSettings;
  readonly guideDocuments: readonly GuideDocument[];
  /** Milliseconds between two tokens of the guide; 0 sends them at once. */
  readonly guideTokenDelayMs: number;
}

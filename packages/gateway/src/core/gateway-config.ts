import type { RecordingsPlace } from '../config/recordings-place.ts';
import type { GuideDocument } from '../dialects/guide/guide-document.ts';
import type { Dialect } from './model-request.ts';
import type { RecordingSettings } from '../recordings/recordings.ts';
import type { OutputLimitField, Timeouts } from './provider-strategy.ts';

/** A place that may be called. The name is the first half of `provider/model`. */
export interface Provider {
  readonly name: string;
  /** How people call it, for messages. */
  readonly label: string;
  readonly dialect: Dialect;
  /** Ends with the version segment, without a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  readonly timeouts: Timeouts;
  readonly outputLimitField?: OutputLimitField;
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

/** Everything a gateway needs to know. Immutable; made by `configFromEnvironment` or by hand. */
export interface GatewayConfig {
  /** In order of preference; `guide` comes last. */
  readonly providers: readonly Provider[];
  /** The operator's mapping; names left out are decided by the first provider that is present. */
  readonly mapping: Partial<Record<LogicalModel, ModelAddress>>;
  /** Keys that clients must send. Empty: any key is accepted, on loopback only. */
  readonly apiKeys: readonly string[];
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

import type { GatewayConfig, ModelSettings } from '../core/gateway-config.ts';

/** How a logical model behaves unless its row says otherwise. */
export const defaultModelSettings: ModelSettings = {
  balance: 'ordered',
  sticky: 'none',
  fallback: true,
  fallbackOnContentFilter: false,
  recovery: 'error',
  cache: { exact: 'off', semantic: false },
};

/** What a configuration says where its author said nothing; start values of design, changed by measurement only. */
export const defaultSettings = {
  models: [],
  modelDefaults: defaultModelSettings,
  forceDefaultModel: false,
  keys: [],
  ledger: { kind: 'memory' },
  prices: {},
  unknownPrice: 'count',
  retry: { maxTries: 3, longestWaitMs: 5000, initialDelayMs: 250, maxDelayMs: 5000 },
  breaker: { windowMs: 30_000, failures: 5, failureShare: 0.5, openMs: 30_000, probesPerMinute: 3, successes: 2 },
  cache: {
    place: 'memory',
    exact: { maxEntries: 1000, ttlMs: 300_000 },
    semantic: { isOn: false, maxErrorShare: 0.01, verifyShare: 0.05, maxEntries: 10_000, ttlMs: 3_600_000 },
  },
  shedding: { isOn: true, maxActive: 1000, memoryShare: 0.85, maxLoopDelayMs: 500 },
  rateLimit: { isOn: false, windowMs: 60_000, maxRequests: 100, by: 'session' },
  startDeadlineMs: 180_000,
  totalDeadlineMs: 3_600_000,
  drainMs: 10_000,
  bodyLimit: 20 * 1024 * 1024,
  lynkrHeaders: true,
} as const satisfies Partial<GatewayConfig>;

import type { Dispatcher } from 'undici';
import { withCache } from '../cache/with-cache.ts';
import type { CacheStore } from '../cache/cache-store.ts';
import type { SemanticCache } from '../cache/semantic/semantic-cache.ts';
import { createResilience } from '../routing/resilience.ts';
import type { Experience, Resilience } from '../routing/resilience.ts';
import { createHttpCaller } from '../transport/http-caller.ts';
import { createStrategyCaller } from '../transport/strategy-caller.ts';
import type { Metering } from '../usage/create-metering.ts';
import { createPriceList } from '../usage/price-list.ts';
import type { Caller, PlanCaller } from './call.ts';
import type { DialectRegistry } from './dialect-registry.ts';
import type { GatewayConfig } from './gateway-config.ts';
import type { GatewayLog } from './gateway-log.ts';
import type { ProviderStrategy } from './provider-strategy.ts';

export interface ComposeOptions {
  readonly config: GatewayConfig;
  readonly registry: DialectRegistry;
  /** Answers targets of the dialect `guide`. */
  readonly guide: ProviderStrategy;
  readonly dispatcher: Dispatcher;
  readonly experience: Experience;
  readonly metering: Metering;
  readonly cacheStore: CacheStore;
  readonly semantic: SemanticCache | undefined;
  readonly log: GatewayLog;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

export interface ComposedCallers {
  readonly answer: PlanCaller;
  readonly resilience: Resilience;
}

/**
 * Puts together everything between a call and its upstream, from the outside: budget, cache, recovery, fallback with its
 * balance and hedge, retry, bulkhead, breaker, keys, and one attempt with its first-content gate.
 */
export function composeCallers(options: ComposeOptions): ComposedCallers {
  const { config, registry, experience, log, now } = options;
  const prices = createPriceList(config.prices);
  const resilience = createResilience(createAttempt(options), {
    config,
    experience,
    priceOf: (target) => prices.of(target),
    codecs: registry.codecs,
    now,
    log,
  });
  const cached = withCache({
    store: options.cacheStore,
    settings: config.cache,
    codecOf: (dialect) => registry.codecs[dialect],
    semantic: options.semantic,
    log,
  });
  const budgeted = options.metering.withBudget(config);
  return { answer: budgeted(cached(resilience.call)), resilience };
}

function createAttempt({ registry, guide, dispatcher, now }: ComposeOptions): Caller {
  const overHttp = createHttpCaller({ codecs: registry.codecs, dispatcher, now });
  const byGuide = createStrategyCaller(guide);
  return (call, target, signal) => (target.dialect === 'guide' ? byGuide : overHttp)(call, target, signal);
}

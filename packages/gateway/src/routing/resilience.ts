import type { Caller, PlanCaller } from '../core/call.ts';
import type { GatewayConfig } from '../core/gateway-config.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import type { Target } from '../core/provider-strategy.ts';
import type { Price } from '../usage/price.ts';
import { createBreakers } from './breakers.ts';
import type { Breakers } from './breakers.ts';
import { createBulkheads } from './bulkheads.ts';
import type { Bulkheads } from './bulkheads.ts';
import { createKeyPools } from './key-pools.ts';
import type { KeyPools } from './key-pools.ts';
import { createCandidateOrder } from './order-candidates.ts';
import { sleep as realSleep, startTimer } from './sleep.ts';
import type { Sleep } from './sleep.ts';
import { createTargetStatistics } from './target-statistics.ts';
import type { TargetStatistics } from './target-statistics.ts';
import { withAttempts } from './with-attempts.ts';
import { withEnd } from './with-end.ts';
import { withFallback } from './with-fallback.ts';
import { createHedge } from './with-hedge.ts';
import { withRecovery } from './with-recovery.ts';
import type { RecoveryOptions } from './with-recovery.ts';
import { withRetry } from './with-retry.ts';
import { withWholeAnswer } from './with-whole-answer.ts';

/** What is known of targets by experience; outlives a change of configuration. */
export interface Experience {
  readonly breakers: Breakers;
  readonly statistics: TargetStatistics;
}

export interface ExperienceOptions {
  readonly config: Pick<GatewayConfig, 'breaker'>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly log: GatewayLog;
}

/** Nothing is known yet. */
export function createExperience({ config, now, log }: ExperienceOptions): Experience {
  return {
    breakers: createBreakers({ settings: config.breaker, now, log }),
    statistics: createTargetStatistics({ now }),
  };
}

export interface ResilienceOptions {
  readonly config: Pick<GatewayConfig, 'providers' | 'retry' | 'breaker' | 'startDeadlineMs'>;
  readonly experience: Experience;
  /** What a target costs; undefined when nobody knows. */
  readonly priceOf: (target: Target) => Price | undefined;
  readonly codecs: RecoveryOptions['codecs'];
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly log: GatewayLog;
  /** 0 up to, not including, 1. */
  readonly random?: () => number;
  readonly sleep?: Sleep;
}

/** Everything between a plan and a single call to one target. */
export interface Resilience {
  readonly call: PlanCaller;
  readonly keyPools: KeyPools;
  readonly bulkheads: Bulkheads;
}

/**
 * Puts around `caller`, from the outside: recovery, fallback with its choice and hedge, retry, bulkhead, breaker,
 * statistics, keys, and the trail.
 */
export function createResilience(
  caller: Caller,
  {
    config,
    experience: { breakers, statistics },
    priceOf,
    codecs,
    now,
    log,
    random = Math.random,
    sleep = realSleep,
  }: ResilienceOptions,
): Resilience {
  breakers.configure(config.breaker);
  const keyPools = createKeyPools({ providers: config.providers, now, log });
  const bulkheads = createBulkheads({ providers: config.providers, now });
  const once = withWholeAnswer(withAttempts(withEnd(caller), { now }));
  const guarded = bulkheads.wrap(breakers.wrap(statistics.wrap(keyPools.wrap(once))));
  const tried = withRetry(guarded, { settings: config.retry, now, random, sleep });
  const order = createCandidateOrder({ breakers, statistics, priceOf, random });
  const hedge = createHedge(tried, { statistics, breakers, startTimer });
  const call = withRecovery(withFallback(tried, { order, hedge, log, now }), {
    codecs,
    startDeadlineMs: config.startDeadlineMs,
    now,
  });
  return { call, keyPools, bulkheads };
}

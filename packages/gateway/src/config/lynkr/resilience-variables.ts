import type { BreakerSettings, GatewayConfig, RetrySettings, SheddingSettings } from '../../core/gateway-config.ts';
import { defaultTierPins } from '../../routing/tiers/tier-pins.ts';
import type { TierPinSettings } from '../../routing/tiers/tier-pins.ts';
import type { Settings } from '../run-settings.ts';
import { choiceVariable, numberVariable, shareVariable, switchVariable } from './lynkr-variable.ts';
import type { LynkrVariable } from './lynkr-variable.ts';

const anHour = 3_600_000;
const aYear = 365 * 24 * anHour;

const withConfig = (settings: Settings, change: Partial<GatewayConfig>): Settings => ({
  ...settings,
  config: { ...settings.config, ...change },
});
const withBreaker = (settings: Settings, change: Partial<BreakerSettings>): Settings =>
  withConfig(settings, { breaker: { ...settings.config.breaker, ...change } });
const withRetry = (settings: Settings, change: Partial<RetrySettings>): Settings =>
  withConfig(settings, { retry: { ...settings.config.retry, ...change } });
const withShedding = (settings: Settings, change: Partial<SheddingSettings>): Settings =>
  withConfig(settings, { shedding: { ...settings.config.shedding, ...change } });
const withPins = (settings: Settings, change: Partial<TierPinSettings>): Settings =>
  withConfig(settings, { tierPins: { ...defaultTierPins, ...settings.config.tierPins, ...change } });
/** Who sets a limit wants to be limited; `RATE_LIMIT_ENABLED`, which comes last, may still say otherwise. */
const withRateLimit = (settings: Settings, change: Partial<GatewayConfig['rateLimit']>): Settings =>
  withConfig(settings, { rateLimit: { ...settings.config.rateLimit, isOn: true, ...change } });

/** Retries, breakers, limits, shedding, and how long sessions stay where they are. */
export const resilienceVariables: readonly LynkrVariable[] = [
  numberVariable(
    {
      name: 'CIRCUIT_BREAKER_FAILURE_THRESHOLD',
      meaning: 'failures that open a breaker',
      example: '9',
      smallest: 1,
      largest: 10_000,
    },
    (settings, failures) => withBreaker(settings, { failures }),
  ),
  numberVariable(
    {
      name: 'CIRCUIT_BREAKER_SUCCESS_THRESHOLD',
      meaning: 'successes that close it again',
      example: '4',
      smallest: 1,
      largest: 1000,
    },
    (settings, successes) => withBreaker(settings, { successes }),
  ),
  numberVariable(
    {
      name: 'CIRCUIT_BREAKER_TIMEOUT',
      meaning: 'milliseconds from open to half-open',
      example: '60000',
      smallest: 1,
      largest: anHour,
    },
    (settings, openMs) => withBreaker(settings, { openMs }),
  ),
  numberVariable(
    { name: 'API_RETRY_MAX_RETRIES', meaning: 'tries at one target after the first', example: '4', largest: 20 },
    (settings, retries) => withRetry(settings, { maxTries: retries + 1 }),
  ),
  numberVariable(
    {
      name: 'API_RETRY_INITIAL_DELAY',
      meaning: 'milliseconds before the first repetition',
      example: '1000',
      largest: anHour,
    },
    (settings, initialDelayMs) => withRetry(settings, { initialDelayMs }),
  ),
  numberVariable(
    {
      name: 'API_RETRY_MAX_DELAY',
      meaning: 'milliseconds before a later one, at most',
      example: '30000',
      largest: anHour,
    },
    (settings, maxDelayMs) => withRetry(settings, { maxDelayMs }),
  ),
  numberVariable(
    {
      name: 'RATE_LIMIT_WINDOW_MS',
      meaning: 'milliseconds that requests are counted over',
      example: '30000',
      smallest: 1000,
      largest: anHour,
    },
    (settings, windowMs) => withRateLimit(settings, { windowMs }),
  ),
  numberVariable(
    { name: 'RATE_LIMIT_MAX', meaning: 'requests in that time', example: '7', smallest: 1, largest: 1_000_000 },
    (settings, maxRequests) => withRateLimit(settings, { maxRequests }),
  ),
  choiceVariable(
    {
      name: 'RATE_LIMIT_KEY_BY',
      meaning: 'whose requests are counted together',
      example: 'ip',
      choices: ['session', 'ip', 'both'],
    },
    (settings, by) => withRateLimit(settings, { by }),
  ),
  switchVariable(
    { name: 'RATE_LIMIT_ENABLED', meaning: 'limit requests; off unless told', example: 'true' },
    (settings, isOn) => withRateLimit(settings, { isOn }),
  ),
  switchVariable(
    { name: 'LOAD_SHEDDING_ENABLED', meaning: 'refuse calls under overload', example: 'false' },
    (settings, isOn) => withShedding(settings, { isOn }),
  ),
  shareVariable(
    { name: 'LOAD_SHEDDING_MEMORY_THRESHOLD', meaning: 'share of the memory that may be used', example: '0.5' },
    (settings, memoryShare) => withShedding(settings, { memoryShare }),
  ),
  numberVariable(
    {
      name: 'LOAD_SHEDDING_ACTIVE_REQUESTS_THRESHOLD',
      meaning: 'calls at once',
      example: '50',
      smallest: 1,
      largest: 1_000_000,
    },
    (settings, maxActive) => withShedding(settings, { maxActive }),
  ),
  {
    name: 'LOAD_SHEDDING_HEAP_THRESHOLD',
    meaning: 'the memory of the whole process counts (LOAD_SHEDDING_MEMORY_THRESHOLD), not its heap',
    kind: 'ignored',
  },
  switchVariable(
    { name: 'LYNKR_STICKY_SESSIONS', meaning: 'a session keeps the target it got', example: 'true' },
    (settings, isOn) =>
      withConfig(settings, { modelDefaults: { ...settings.config.modelDefaults, sticky: isOn ? 'session' : 'none' } }),
  ),
  numberVariable(
    {
      name: 'LYNKR_STICKY_TTL_MS',
      meaning: 'milliseconds that a session stays with its tier',
      example: '60000',
      smallest: 1,
      largest: aYear,
    },
    (settings, ttlMs) => withPins(settings, { ttlMs }),
  ),
  numberVariable(
    {
      name: 'LYNKR_SWITCH_MAX_PROMPT_TOKENS',
      meaning: 'a session with a longer prompt stays with its tier',
      example: '5000',
      largest: 100_000_000,
    },
    (settings, switchMaxTokens) => withPins(settings, { switchMaxTokens }),
  ),
  numberVariable(
    {
      name: 'LYNKR_PIN_DRIFT_MARGIN',
      meaning: 'points beyond its tier that a session must drift to leave it',
      example: '10',
      largest: 100,
    },
    (settings, driftMargin) => withPins(settings, { driftMargin }),
  ),
  numberVariable(
    {
      name: 'LYNKR_STREAM_IDLE_TIMEOUT_MS',
      meaning: 'milliseconds of silence after which a stream is broken',
      example: '30000',
      smallest: 1,
      largest: anHour,
    },
    (settings, idle) =>
      withConfig(settings, {
        providers: settings.config.providers.map((provider) => ({
          ...provider,
          timeouts: { ...provider.timeouts, idle },
        })),
      }),
  ),
];

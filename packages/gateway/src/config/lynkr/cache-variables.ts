import type { CacheSettings } from '../../core/gateway-config.ts';
import type { Settings } from '../run-settings.ts';
import { numberVariable, switchVariable } from './lynkr-variable.ts';
import type { LynkrVariable } from './lynkr-variable.ts';

const aYear = 31_536_000_000;
const mostEntries = 10_000_000;

function withCache(settings: Settings, change: Partial<CacheSettings>): Settings {
  return { ...settings, config: { ...settings.config, cache: { ...settings.config.cache, ...change } } };
}

const withExact = (settings: Settings, change: Partial<CacheSettings['exact']>): Settings =>
  withCache(settings, { exact: { ...settings.config.cache.exact, ...change } });
const withSemantic = (settings: Settings, change: Partial<CacheSettings['semantic']>): Settings =>
  withCache(settings, { semantic: { ...settings.config.cache.semantic, ...change } });

/** Both caches. An explicit `true` is an opt-in; nothing is cached without one. */
export const cacheVariables: readonly LynkrVariable[] = [
  switchVariable(
    {
      name: 'PROMPT_CACHE_ENABLED',
      meaning: 'answer the same request again without the model, at any temperature',
      example: 'true',
    },
    (settings, isOn) => {
      const { modelDefaults } = settings.config;
      const cache = { ...modelDefaults.cache, exact: isOn ? ('always' as const) : ('off' as const) };
      return { ...settings, config: { ...settings.config, modelDefaults: { ...modelDefaults, cache } } };
    },
  ),
  numberVariable(
    { name: 'PROMPT_CACHE_MAX_ENTRIES', meaning: 'answers kept', example: '64', smallest: 1, largest: mostEntries },
    (settings, maxEntries) => withExact(settings, { maxEntries }),
  ),
  numberVariable(
    {
      name: 'PROMPT_CACHE_TTL_MS',
      meaning: 'milliseconds they are kept',
      example: '1000',
      smallest: 1,
      largest: aYear,
    },
    (settings, ttlMs) => withExact(settings, { ttlMs }),
  ),
  switchVariable(
    {
      name: 'SEMANTIC_CACHE_ENABLED',
      meaning: 'answer a request that means the same, in our safe scope',
      example: 'true',
    },
    (settings, isOn) => {
      const { modelDefaults } = settings.config;
      const changed = withSemantic(settings, { isOn });
      const cache = { ...modelDefaults.cache, semantic: isOn };
      return { ...changed, config: { ...changed.config, modelDefaults: { ...modelDefaults, cache } } };
    },
  ),
  {
    name: 'SEMANTIC_CACHE_THRESHOLD',
    kind: 'ignored',
    meaning: 'no fixed similarity is safe: each entry learns its own, so that wrong hits stay below a bound',
  },
  numberVariable(
    { name: 'SEMANTIC_CACHE_MAX_ENTRIES', meaning: 'answers kept', example: '50', smallest: 1, largest: mostEntries },
    (settings, maxEntries) => withSemantic(settings, { maxEntries }),
  ),
  numberVariable(
    {
      name: 'SEMANTIC_CACHE_TTL_MS',
      meaning: 'milliseconds they are kept',
      example: '1000',
      smallest: 1,
      largest: aYear,
    },
    (settings, ttlMs) => withSemantic(settings, { ttlMs }),
  ),
];
